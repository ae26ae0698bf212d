//! What a pool's workers run jobs in. Owns the choice; whoever hands jobs in need not know it.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::error::HostError;
use crate::job::Job;
use crate::limits::Limits;
use crate::outcome::Outcome;
use crate::process::{self, Native};
use crate::sandbox::Sandbox;
use crate::session;

/// What runs jobs.
#[derive(Clone)]
pub enum Engine {
    /// CPython inside wasmtime.
    Sandbox(Sandbox),
    /// This machine's own Python, in a process for each job.
    Process(Native),
}

impl From<&Sandbox> for Engine {
    fn from(sandbox: &Sandbox) -> Self {
        Self::Sandbox(sandbox.clone())
    }
}

impl From<&Native> for Engine {
    fn from(native: &Native) -> Self {
        Self::Process(native.clone())
    }
}

/// An interpreter of either kind, on its thread.
pub(super) enum Worker {
    Instance(Box<session::Worker>),
    Process(process::Worker),
}

impl Engine {
    pub(super) fn worker(&self) -> Result<Worker, HostError> {
        Ok(match self {
            Self::Sandbox(sandbox) => Worker::Instance(Box::new(sandbox.worker()?)),
            Self::Process(native) => Worker::Process(native.worker()),
        })
    }
}

impl Worker {
    pub(super) fn run(&mut self, job: &Job, limits: &Limits, cancelled: Arc<AtomicBool>) -> Result<Outcome, HostError> {
        match self {
            Self::Instance(worker) => worker.run(job, limits, cancelled),
            Self::Process(worker) => worker.run(job, limits, cancelled),
        }
    }
}
