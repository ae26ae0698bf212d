//! What a job's steps ask of an interpreter, whichever runs it. Owns no way of running.

use crate::error::HostError;
use crate::machine::Allowance;
use crate::outcome::{Captured, Ending, Usage};

/// An interpreter at work on one job.
pub(crate) trait Interpreter {
    /// Asks for one step, which may use so much.
    ///
    /// # Errors
    /// A fault of the host.
    fn ask(&mut self, step: &[u8], allowance: Allowance) -> Result<Said, HostError>;

    /// Puts a pristine interpreter in the place of one that did not survive a step. What the job has used, read and
    /// written until now stays.
    ///
    /// # Errors
    /// A fault of the host.
    fn renew(&mut self) -> Result<(), HostError>;

    /// What the job has used until now.
    fn usage(&mut self) -> Usage;

    /// What was written to standard output and standard error.
    fn take_streams(&mut self) -> [Captured; 2];
}

/// What came of asking.
pub(crate) enum Said {
    /// The guest's answer: the interpreter can be asked again.
    Answer(Vec<u8>),
    /// The program ended, and the interpreter with it.
    Ended(Ending),
}
