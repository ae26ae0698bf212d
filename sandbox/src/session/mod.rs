//! From a job to its outcome, on one interpreter. Owns the conversation with the guest; knows no threads.

mod ending;
mod frame;
mod interpreter;
mod live;
mod run;
mod worker;

pub(crate) use interpreter::{Interpreter, Said};
pub(crate) use run::Run;
pub(crate) use worker::Worker;
