//! What a server answered. Owns how its JSON becomes completions; knows nothing of how it came here.

mod choice;
mod finish;
mod read;
mod shape;
mod usage;

pub(super) use read::{Answer, read};
