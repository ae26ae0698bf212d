//! From a job to its outcome, on one live interpreter. Owns the conversation with the guest; knows no threads.

mod ending;
mod frame;
mod run;
mod worker;

pub(crate) use worker::Worker;
