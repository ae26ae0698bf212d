//! Systems without the walls: nothing ever runs here, since opening is refused before.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::installation::Installation;
use super::kernel::Kernel;
use crate::error::HostError;
use crate::job::Job;
use crate::limits::Limits;
use crate::outcome::Outcome;

pub(super) fn kernel() -> Kernel {
    Kernel { known: false, landlock: false, seccomp: false, waiting: false }
}

/// Refuses every job.
pub(crate) struct Worker(());

impl Worker {
    pub(super) fn new(_installation: Arc<Installation>) -> Self {
        Self(())
    }

    pub(crate) fn run(&mut self, _: &Job, _: &Limits, _: Arc<AtomicBool>) -> Result<Outcome, HostError> {
        Err(HostError::Instantiate("there are no native processes on this system".to_owned()))
    }
}
