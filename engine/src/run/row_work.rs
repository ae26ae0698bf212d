//! One row's way through the operator: called, and called again while the world fails.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::emitter::NodeEmitter;
use super::journal::RowOutcome;
use super::part::Place;
use super::retry::{Backoff, Next};
use crate::operator::{Cancellation, Context, Fault, RowWorker};
use crate::row::{Emit, Row};

/// What every row of a node is worked on with.
pub(super) struct RowWork {
    pub(super) worker: Box<dyn RowWorker>,
    pub(super) context: Context,
    pub(super) ports: Vec<&'static str>,
    pub(super) backoff: Backoff,
    pub(super) retries: u32,
    /// Ends waits between attempts: nothing is tried again once the node is to stop.
    pub(super) stop: Cancellation,
    pub(super) events: NodeEmitter,
    pub(super) calls: AtomicU64,
}

/// A row that is under way.
pub(super) type RowFuture<'w> = Pin<Box<dyn Future<Output = Finished> + Send + 'w>>;

/// A row whose work is over.
pub(super) struct Finished {
    pub(super) place: Place,
    /// A fault where the row has no result yet.
    pub(super) outcome: Result<RowOutcome, Fault>,
}

impl RowWork {
    /// Starts a row.
    pub(super) fn start(&self, place: Place, row: Row) -> RowFuture<'_> {
        Box::pin(async move { Finished { place, outcome: self.outcome(&row).await } })
    }

    async fn outcome(&self, row: &Row) -> Result<RowOutcome, Fault> {
        let mut attempt = 1;
        loop {
            self.calls.fetch_add(1, Ordering::Relaxed);
            let mut emit = Emit::new(&self.ports);
            let fault = match self.worker.run(row, &self.context, &mut emit).await {
                Ok(()) => return Ok(RowOutcome::Gave(emit.into_emissions())),
                Err(Fault::Row(reason)) => return Ok(RowOutcome::Failed(reason)),
                Err(fault) => fault,
            };
            match self.backoff.next(fault, attempt, self.retries) {
                Next::GiveUp(fault) => return Err(fault),
                Next::Again { message, after } => {
                    attempt += 1;
                    self.events.retry(Some(row.id().to_owned()), message, attempt, after);
                    wait(after, &self.stop).await?;
                }
            }
        }
    }
}

/// Waits, unless the work is to stop.
pub(super) async fn wait(after: Duration, stop: &Cancellation) -> Result<(), Fault> {
    tokio::select! {
        biased;
        () = stop.cancelled() => Err(Fault::Cancelled),
        () = tokio::time::sleep(after) => Ok(()),
    }
}
