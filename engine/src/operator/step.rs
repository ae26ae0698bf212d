//! Operators that advance a state step by step.

use std::path::Path;

use super::{Context, Fault, Inputs, Operator, Outputs};
use crate::row::Emit;

/// A long computation over a state that can be saved: training. The engine decides when to save, commits the rows of
/// the steps and the state in one atomic entry, and resumes from the last save without repeating a row.
pub trait StepOperator: Operator {
    /// The state.
    type Worker: StepWorker;

    /// The state before the first step, or the one that [`StepWorker::restore`] is then called on.
    ///
    /// # Errors
    /// [`Fault::Infrastructure`] is retried, anything else fails the node.
    fn start(&self, inputs: &Inputs, context: &Context) -> Result<Self::Worker, Fault>;

    /// How many steps there will be, where the configuration says.
    fn steps(&self) -> Option<u64> {
        None
    }

    /// The parameter that says how many steps are made, where a run of more steps is at first one of fewer: the same steps
    /// with the same rows, to the byte. The longer one then goes on from where the shorter one ended.
    fn prolonged_by(&self) -> Option<&'static str> {
        None
    }
}

/// Whether there is more to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Another step follows.
    More,
    /// That was the last step.
    Done,
}

/// The state of a [`StepOperator`].
pub trait StepWorker: Send + 'static {
    /// One step; may give rows to its ports with [`Emit::push_row`].
    ///
    /// # Errors
    /// Any fault ends the run of this node, and leaves the state as it was before the step, which is then saved; a state that
    /// is another refuses to be.
    fn step(&mut self, context: &Context, emit: &mut Emit<'_>) -> Result<Progress, Fault>;

    /// Writes the whole state into an empty folder.
    ///
    /// # Errors
    /// A folder that cannot be written.
    fn save(&self, folder: &Path) -> Result<(), Fault>;

    /// Takes back what [`StepWorker::save`] wrote.
    ///
    /// # Errors
    /// A folder that does not hold a state of this operator.
    fn restore(&mut self, folder: &Path) -> Result<(), Fault>;

    /// Writes the result: a checkpoint's files, last rows.
    ///
    /// # Errors
    /// As for any output.
    fn finish(self: Box<Self>, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault>;
}
