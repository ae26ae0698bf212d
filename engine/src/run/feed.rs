//! Portions of an input's rows as its producer commits them, read one ahead of the work.

use std::sync::{Arc, OnceLock};

use arrow::array::RecordBatch;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};

use super::halt::Halt;
use super::jobs::Jobs;
use super::part::OpenPart;
use super::prepare::Preparation;
use super::rows_in::{Portion, RowsIn};
use super::standing::{Standing, Stored};

/// The rows of one port of a task that may still be at work.
pub(super) struct Feed {
    producer: watch::Receiver<Standing>,
    port: String,
    jobs: Jobs,
    rows: Option<RowsIn>,
    /// What can be read, once that is all.
    whole: Option<Stored>,
    total: Arc<OnceLock<u64>>,
}

impl Feed {
    /// From a port of a producer.
    pub(super) fn new(producer: watch::Receiver<Standing>, port: &str, jobs: Jobs, rows: RowsIn) -> Self {
        Self { producer, port: port.to_owned(), jobs, rows: Some(rows), whole: None, total: Arc::default() }
    }

    /// How many rows there are, once that is known.
    pub(super) fn total(&mut self) -> Result<Arc<OnceLock<u64>>, Halt> {
        self.stored()?;
        Ok(self.total.clone())
    }

    /// The next portion; waits for the producer. None at the end.
    async fn next(&mut self) -> Result<Option<Vec<RecordBatch>>, Halt> {
        loop {
            let Some(stored) = self.stored()? else {
                self.changed().await?;
                continue;
            };
            let mut rows = self.rows.take().ok_or(Halt::Interrupted)?;
            let read = self.jobs.run(move || {
                let portion = rows.next(&stored);
                (rows, portion)
            });
            let (rows, portion) = read.await?;
            self.rows = Some(rows);
            match portion? {
                Portion::Rows(batches) => return Ok(Some(batches)),
                Portion::End => return Ok(None),
                Portion::Incomplete | Portion::Moved => self.changed().await?,
            }
        }
    }

    fn stored(&mut self) -> Result<Option<Stored>, Halt> {
        if self.whole.is_none() {
            let stored = self.producer.borrow_and_update().stored(&self.port)?;
            let Some(total) = stored.as_ref().and_then(Stored::total) else { return Ok(stored) };
            // Only this feed sets it, and only once.
            let _ = self.total.set(total);
            self.whole = stored;
        }
        Ok(self.whole.clone())
    }

    async fn changed(&mut self) -> Result<(), Halt> {
        self.producer.changed().await.map_err(|_| Halt::Interrupted)
    }

    /// Reads on until the end, each portion prepared as a part, as long as there is room for parts in hand.
    pub(super) async fn read_ahead(
        mut self,
        first: usize,
        preparation: Arc<Preparation>,
        room: Arc<Semaphore>,
        parts: mpsc::UnboundedSender<Result<OpenPart, Halt>>,
    ) {
        for index in first.. {
            let Ok(place) = room.clone().acquire_owned().await else { return };
            let part = match self.prepared(index, &preparation, place).await {
                Ok(Some(part)) => Ok(part),
                Ok(None) => return,
                Err(halt) => Err(halt),
            };
            if parts.send(part).is_err() {
                return;
            }
        }
    }

    async fn prepared(
        &mut self,
        index: usize,
        preparation: &Arc<Preparation>,
        room: OwnedSemaphorePermit,
    ) -> Result<Option<OpenPart>, Halt> {
        let Some(batches) = self.next().await? else { return Ok(None) };
        let preparation = preparation.clone();
        Ok(Some(self.jobs.run(move || preparation.prepare(index, batches, room)).await??))
    }
}
