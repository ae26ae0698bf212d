//! Native processes as others use them: opened once, proven, shared by every thread.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use super::confined::Worker;
use super::installation::Installation;
use super::kernel::Kernel;
use super::refusal::Refusal;
use crate::error::HostError;
use crate::job::Job;
use crate::limits::{Budget, Limits};
use crate::outcome::{Ending, Limit};
use crate::pool::Pool;

/// What a program inside its walls must not reach. It says what it did.
const PROBE: &str = include_str!("../../native/probe.py");

/// This machine's own Python, in a process with walls around it for each job. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Native {
    installation: Arc<Installation>,
}

impl Native {
    /// Opens a Python for jobs, once the kernel has shown that its walls hold.
    ///
    /// # Errors
    /// [`Refusal`]: what is missing, and what to do about it.
    pub fn open(installation: Installation, kernel: &Kernel) -> Result<Self, Refusal> {
        kernel.check()?;
        let native = Self { installation: Arc::new(installation) };
        let pool = Pool::new(&native, NonZeroUsize::MIN)?;
        let outcome = pool.submit(Job::script(PROBE, ""), Limits::default()).wait()?;
        match outcome.stdout.text().trim() {
            "nothing" => native.sees_sleep(&pool),
            "" => Err(Refusal::Leak { what: format!("an end of its own: {:?}", outcome.ending) }),
            reached => Err(Refusal::Leak { what: reached.lines().collect::<Vec<_>>().join(", ") }),
        }
    }

    /// Some systems hide a process's state from everybody but itself.
    fn sees_sleep(self, pool: &Pool) -> Result<Self, Refusal> {
        let budget = Budget::Time(Duration::from_millis(10));
        let limits = Limits { budget, wall: Duration::from_secs(10), ..Limits::default() };
        match pool.submit(Job::script("import time; time.sleep(60)", ""), limits).wait() {
            Ok(outcome) if outcome.ending == Ending::Limited(Limit::Time) => Ok(self),
            Ok(_) | Err(HostError::Overdue { .. }) => Err(Refusal::Waiting),
            Err(error) => Err(error.into()),
        }
    }

    /// Which Python this is.
    pub fn installation(&self) -> &Installation {
        &self.installation
    }

    pub(crate) fn worker(&self) -> Worker {
        Worker::new(Arc::clone(&self.installation))
    }
}
