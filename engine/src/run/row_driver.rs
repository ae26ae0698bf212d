//! Drives a row operator: a bounded number of rows under way, each journaled before its place is given away, parts
//! committed in order as they become whole.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::stream::{FuturesUnordered, Stream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::emitter::Progress;
use super::halt::Halt;
use super::jobs::Jobs;
use super::part::{Counts, OpenPart};
use super::part_store::{Committed, PartStore};
use super::row_work::{Finished, RowFuture, RowWork};
use crate::operator::Cancellation;

/// A row operator at work.
pub(super) struct RowDriver<'w> {
    work: &'w RowWork,
    store: Arc<PartStore>,
    jobs: Jobs,
    prepared: mpsc::UnboundedReceiver<Result<OpenPart, Halt>>,
    concurrency: usize,
    /// Parts in the making, in order.
    window: VecDeque<OpenPart>,
    under_way: FuturesUnordered<RowFuture<'w>>,
    finished: Vec<Finished>,
    committing: Option<JoinHandle<Result<Committed, Halt>>>,
    tally: Tally,
    input_ended: bool,
    /// A commit failed: none may follow, or a part would be left out.
    sealed: bool,
    halt: Option<Halt>,
}

/// What is done, for progress and for the end.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    /// Input rows of committed parts.
    pub(super) committed: u64,
    /// Their special rows.
    pub(super) counts: Counts,
    /// Rows that they gave, by port with rows.
    pub(super) rows: Vec<u64>,
}

impl<'w> RowDriver<'w> {
    pub(super) fn new(
        work: &'w RowWork,
        store: Arc<PartStore>,
        jobs: Jobs,
        prepared: mpsc::UnboundedReceiver<Result<OpenPart, Halt>>,
        concurrency: usize,
        tally: Tally,
    ) -> Self {
        Self {
            work,
            store,
            jobs,
            prepared,
            concurrency,
            window: VecDeque::new(),
            under_way: FuturesUnordered::new(),
            finished: Vec::new(),
            committing: None,
            tally,
            input_ended: false,
            sealed: false,
            halt: None,
        }
    }

    /// Works until the input ends or the node is to stop; then every row that was under way is finished and
    /// journaled, and every whole part committed.
    pub(super) async fn run(mut self, cancellation: &Cancellation) -> Result<Tally, Halt> {
        loop {
            if cancellation.is_cancelled() {
                self.stop(Halt::Interrupted);
            }
            std::future::poll_fn(|context| {
                self.advance(context);
                Poll::Ready(())
            })
            .await;
            if let Err(error) = self.journal() {
                self.stop(Halt::failed(format!("journal: {error}; make room and run again, what is finished is kept")));
            }
            self.commit_first();
            self.tell();
            if self.is_over() {
                self.store.note(&self.progress());
                return self.halt.map_or(Ok(self.tally), Err);
            }
            if !self.can_start() {
                self.wait(cancellation).await;
            } else {
                // Other nodes' tasks share this thread.
                tokio::task::yield_now().await;
            }
        }
    }

    /// Starts rows while there are places, and collects the ones that are finished. A row is polled where it starts:
    /// most of those that wait for nothing never see the queue.
    fn advance(&mut self, context: &mut Context<'_>) {
        while self.under_way.len() + self.finished.len() < self.concurrency {
            let Some(mut row) = self.start_next() else { break };
            match row.as_mut().poll(context) {
                Poll::Ready(finished) => self.finished.push(finished),
                Poll::Pending => self.under_way.push(row),
            }
        }
        while let Poll::Ready(Some(finished)) = Pin::new(&mut self.under_way).poll_next(context) {
            self.finished.push(finished);
        }
    }

    fn start_next(&mut self) -> Option<RowFuture<'w>> {
        if self.halt.is_some() {
            return None;
        }
        let (place, row) = self.window.iter_mut().find_map(OpenPart::next_row)?;
        Some(self.work.start(place, row))
    }

    /// Gives the finished rows to their parts, a part's rows in one write.
    fn journal(&mut self) -> std::io::Result<()> {
        let mut finished = std::mem::take(&mut self.finished);
        for part in &mut self.window {
            let mut rows = Vec::with_capacity(finished.len());
            for done in finished.extract_if(.., |done| done.place.part == part.index) {
                match done.outcome {
                    Ok(outcome) => rows.push((done.place.row, outcome)),
                    Err(fault) => stop(&mut self.halt, self.work, fault.into()),
                }
            }
            if !rows.is_empty() {
                part.finish(rows)?;
            }
        }
        finished.clear();
        self.finished = finished;
        Ok(())
    }

    /// Commits the first part if it is whole, one commit at a time.
    fn commit_first(&mut self) {
        if self.sealed || self.committing.is_some() || !self.window.front().is_some_and(OpenPart::is_whole) {
            return;
        }
        if let Some(part) = self.window.pop_front() {
            let (store, jobs) = (self.store.clone(), self.jobs.clone());
            self.committing = Some(tokio::spawn(async move { jobs.run(move || store.commit(part.whole())).await? }));
        }
    }

    async fn wait(&mut self, cancellation: &Cancellation) {
        let stopping = self.halt.is_some();
        let takes_parts = !stopping && !self.input_ended;
        tokio::select! {
            biased;
            finished = next(&mut self.under_way), if !self.under_way.is_empty() => self.finished.extend(finished),
            committed = join(&mut self.committing), if self.committing.is_some() => self.committed(committed),
            part = self.prepared.recv(), if takes_parts => self.take(part),
            () = cancellation.cancelled(), if !stopping => self.stop(Halt::Interrupted),
        }
    }

    fn take(&mut self, part: Option<Result<OpenPart, Halt>>) {
        match part {
            Some(Ok(part)) => self.window.push_back(part),
            Some(Err(halt)) => self.stop(halt),
            None => self.input_ended = true,
        }
    }

    fn committed(&mut self, committed: Result<Committed, Halt>) {
        self.committing = None;
        match committed {
            Ok(Committed { rows, counts, given }) => {
                self.tally.committed += rows;
                self.tally.rows.iter_mut().zip(given).for_each(|(rows, given)| *rows += given);
                self.tally.counts += counts;
            }
            Err(halt) => {
                self.sealed = true;
                self.stop(halt);
            }
        }
    }

    fn stop(&mut self, halt: Halt) {
        stop(&mut self.halt, self.work, halt);
    }

    fn can_start(&self) -> bool {
        self.halt.is_none() && self.under_way.len() < self.concurrency && self.window.iter().any(OpenPart::has_next)
    }

    fn is_over(&self) -> bool {
        let idle = self.under_way.is_empty() && self.finished.is_empty() && self.committing.is_none();
        idle && (self.halt.is_some() || (self.input_ended && self.window.is_empty()))
    }

    fn tell(&self) {
        self.work.events.progress(|| {
            let progress = self.progress();
            self.store.note(&progress);
            progress
        });
    }

    fn progress(&self) -> Progress {
        let mut counts = self.tally.counts;
        self.window.iter().for_each(|part| counts += part.counts());
        let open: usize = self.window.iter().map(OpenPart::done).sum();
        let done = self.tally.committed + open as u64;
        Progress { done, of: self.store.total(), failed: counts.failed, remembered: counts.remembered }
    }
}

/// The first reason to stop is the one that is told; a fault outranks the wish of the user.
fn stop(halt: &mut Option<Halt>, work: &RowWork, reason: Halt) {
    work.stop.cancel();
    if matches!(halt, None | Some(Halt::Interrupted)) && (halt.is_none() || reason != Halt::Interrupted) {
        *halt = Some(reason);
    }
}

async fn next<'w>(under_way: &mut FuturesUnordered<RowFuture<'w>>) -> Option<Finished> {
    std::future::poll_fn(|context| Pin::new(&mut *under_way).poll_next(context)).await
}

async fn join(committing: &mut Option<JoinHandle<Result<Committed, Halt>>>) -> Result<Committed, Halt> {
    match committing {
        Some(commit) => commit.await?,
        None => std::future::pending().await,
    }
}
