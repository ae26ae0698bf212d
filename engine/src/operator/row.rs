//! Operators over single rows.

use async_trait::async_trait;

use super::{Context, Fault, Inputs, Operator};
use crate::row::{Emit, Row};

/// One row in, rows out. The engine bounds how many rows are under way, retries, journals each finished row, and
/// streams finished parts onward. A row's result depends on the row, the configuration and the other inputs alone.
pub trait RowOperator: Operator {
    /// The input whose rows are worked on one by one; the others are given whole to [`RowOperator::open`].
    const ROWS: &'static str;
    /// How many input rows make a part: what is committed, and what a reader downstream waits for. Part of the
    /// operator's version, since it shapes the stored files.
    const PART_ROWS: usize = 4096;
    /// How many rows are under way at once where `run.concurrency` does not say.
    const CONCURRENCY: usize = 64;
    /// Whether a row's result is looked up by its content in earlier runs; off where looking up costs more than
    /// working.
    const REMEMBERED: bool = true;
    /// What is made once per run: a compiled expression, a client, an open model.
    type Worker: RowWorker;

    /// Prepares the work. `inputs` holds every input but [`RowOperator::ROWS`].
    ///
    /// # Errors
    /// [`Fault::Infrastructure`] is retried, anything else fails the node.
    fn open(&self, inputs: &Inputs, context: &Context) -> Result<Self::Worker, Fault>;
}

/// The prepared work of a [`RowOperator`].
#[async_trait]
pub trait RowWorker: Send + Sync + 'static {
    /// What one row gives.
    ///
    /// # Errors
    /// [`Fault::Row`] is recorded as this row's result, [`Fault::Infrastructure`] is retried, [`Fault::Node`] fails
    /// the node.
    async fn run(&self, row: &Row, context: &Context, emit: &mut Emit<'_>) -> Result<(), Fault>;
}
