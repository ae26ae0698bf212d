//! The client of endpoints, before a server that does as it is told and before one that we did not write.

mod answers;
mod budget;
mod case;
mod memory;
mod misbehaviour;
mod real;
mod refusals;
mod requests;
mod samples;
mod server;
mod settings;
mod slots;
