//! One server at work: job after job, a process for each.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::forked::Forked;
use super::server::Server;
use crate::error::HostError;
use crate::job::Job;
use crate::limits::{Budget, Limits};
use crate::outcome::Outcome;
use crate::process::installation::Installation;
use crate::session::Run;

/// One server at work. It is started for the first job, and again after it was lost.
pub(crate) struct Worker {
    installation: Arc<Installation>,
    server: Option<Server>,
}

impl Worker {
    pub(in crate::process) fn new(installation: Arc<Installation>) -> Self {
        Self { installation, server: None }
    }

    /// Runs a job and ends every process of it.
    pub(crate) fn run(&mut self, job: &Job, limits: &Limits, cancelled: Arc<AtomicBool>) -> Result<Outcome, HostError> {
        let by_fuel = |budget| matches!(budget, Budget::Fuel(_));
        if by_fuel(limits.budget) || limits.step.is_some_and(by_fuel) {
            return Err(HostError::NoFuel);
        }
        let server = match self.server.take().filter(|server| !server.is_lost()) {
            Some(server) => self.server.insert(server),
            None => self.server.insert(Server::start(&self.installation)?),
        };
        let mut forked = Forked::new(server, job, limits, cancelled)?;
        Run::new(&mut forked, limits).carry_out(job)
    }
}
