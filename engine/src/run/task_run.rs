//! One task, from its claim to its place in the store.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::spawn_blocking;

use super::emitter::NodeEmitter;
use super::halt::Halt;
use super::ledger::Held;
use super::retry::Next;
use super::room::Room;
use super::row_work::wait;
use super::standing::Standing;
use super::summary::{Made, TaskEnd};
use super::workplace::Workplace;
use super::{contract, external, row_task, step_task, table_task};
use crate::cache::{Claim, Entry};
use crate::event::Event;
use crate::operator::{Fault, Inputs, Shape};
use crate::plan::{Fingerprint, Task};
use crate::port::PortType;

/// How often a task that another process works on is looked at: at first, and at last.
const LOOK_FIRST: Duration = Duration::from_millis(20);
const LOOK_LAST: Duration = Duration::from_secs(1);

/// A task that is to be made.
pub(super) struct TaskRun {
    pub(super) workplace: Arc<Workplace>,
    pub(super) index: usize,
    pub(super) fingerprint: Fingerprint,
    pub(super) events: NodeEmitter,
}

/// What a driver did.
#[derive(Debug, Default)]
pub(super) struct Work {
    /// Rows by port, artifacts left out.
    pub(super) rows: BTreeMap<&'static str, u64>,
    pub(super) calls: u64,
    pub(super) failed: u64,
    pub(super) remembered: u64,
}

impl TaskRun {
    pub(super) fn new(workplace: Arc<Workplace>, index: usize, fingerprint: Fingerprint) -> Self {
        let events = workplace.emitter.node(&workplace.plan.tasks[index].label());
        Self { workplace, index, fingerprint, events }
    }

    pub(super) fn task(&self) -> &Task {
        &self.workplace.plan.tasks[self.index]
    }

    /// Makes the output, and tells everyone how that ended.
    pub(super) async fn run(self) -> (usize, TaskEnd) {
        let task = Arc::new(self);
        let making = task.clone();
        // A task of its own, so that a panic of the operator ends this node and no other.
        let made = tokio::spawn(async move { making.make().await }).await;
        let end = task.end(made.unwrap_or_else(|error| Err(error.into())));
        task.workplace.close_unneeded(task.task());
        (task.index, end)
    }

    async fn make(&self) -> Result<(Entry, Option<Made>), Halt> {
        self.prepare().await?;
        let inputs = self.inputs().await?;
        let unfinished = match self.claim().await? {
            Claim::Done(entry) => return Ok((entry, None)),
            Claim::Ours(unfinished) => unfinished,
            Claim::Theirs => return Err(Halt::Interrupted),
        };
        let _held = self.resources().await?;
        external::check(self).await?;
        let started = Instant::now();
        let (unfinished, work) = match self.task().node.configured.shape.clone() {
            Shape::Row(operator) => row_task::run(self, operator, inputs, unfinished).await?,
            Shape::Table(operator) => table_task::run(self, operator, inputs, unfinished).await?,
            Shape::Step(operator) => step_task::run(self, operator, inputs, unfinished).await?,
        };
        external::check(self).await?;
        contract::check(self.task(), &unfinished, &work)?;
        self.publish(unfinished, work, started).await
    }

    /// Lets the operator miss now what it would miss when its inputs are there.
    async fn prepare(&self) -> Result<(), Halt> {
        let shape = self.task().node.configured.shape.clone();
        let context = self.workplace.context(self.task(), &self.events);
        Ok(spawn_blocking(move || shape.operator().prepare(&context)).await??)
    }

    /// Every input but the rows that a row operator works on one by one; those need only be on their way.
    async fn inputs(&self) -> Result<Inputs, Halt> {
        let task = self.task();
        let rows_port = match &task.node.configured.shape {
            Shape::Row(operator) => Some(operator.rows_port()),
            Shape::Table(_) | Shape::Step(_) => None,
        };
        if let Some(rows) = rows_port.and_then(|port| task.inputs.get(port)) {
            self.workplace.at_work(rows.task).await?;
        }
        self.workplace.inputs(task, rows_port).await
    }

    /// Waits while someone else makes the output; takes over if they stop.
    async fn claim(&self) -> Result<Claim, Halt> {
        let mut look = LOOK_FIRST;
        let mut told = false;
        loop {
            if self.workplace.is_cancelled() {
                return Err(Halt::Interrupted);
            }
            let (cache, fingerprint) = (self.workplace.cache.clone(), self.fingerprint);
            let claim = spawn_blocking(move || cache.claim(&fingerprint)).await?.map_err(Fault::from)?;
            if !matches!(claim, Claim::Theirs) {
                return Ok(claim);
            }
            if !std::mem::replace(&mut told, true) {
                self.events.emit(|node| Event::Waiting { node, fingerprint });
            }
            wait(look, &self.workplace.options.cancellation).await?;
            look = (look * 2).min(LOOK_LAST);
        }
    }

    async fn resources(&self) -> Result<Held, Halt> {
        let resources = self.task().node.configured.operator().resources();
        tokio::select! {
            biased;
            halt = self.workplace.cancelled() => Err(halt),
            held = self.workplace.ledger.acquire(&resources) => Ok(held?),
        }
    }

    /// Blocking work, tried again while the world fails.
    pub(super) async fn attempts<T: Send + 'static>(
        &self,
        work: impl Fn() -> Result<T, Fault> + Clone + Send + 'static,
    ) -> Result<T, Halt> {
        let options = &self.workplace.options;
        let mut attempt = 1;
        let mut room = Room::default();
        loop {
            let work = work.clone();
            let fault = match spawn_blocking(work).await? {
                Ok(done) => return Ok(done),
                Err(Fault::NoRoom(message)) => {
                    room.wait(self, message).await?;
                    continue;
                }
                Err(fault) => fault,
            };
            match options.backoff.next(fault, attempt, self.retries()) {
                Next::GiveUp(fault) => return Err(fault.into()),
                Next::Again { message, after } => {
                    attempt += 1;
                    self.events.retry(None, message, attempt, after);
                    wait(after, &options.cancellation).await?;
                }
            }
        }
    }

    pub(super) fn retries(&self) -> u32 {
        self.task().node.run.retries.unwrap_or(self.workplace.options.retries)
    }

    /// The output ports in the operator's order.
    pub(super) fn ports(&self) -> Result<Vec<(&'static str, PortType)>, Halt> {
        let node = &self.task().node;
        let typed = |port: crate::port::OutputPort| {
            let known = node.outputs.get(port.name).cloned().flatten();
            let known = known.ok_or_else(|| Halt::failed(format!("the columns of output `{}` are unknown", port.name)));
            Ok((port.name, known?))
        };
        (node.registration.outputs)().into_iter().map(typed).collect()
    }

    pub(super) fn started(&self, done: u64, of: Option<u64>) {
        let fingerprint = self.fingerprint;
        self.events.emit(|node| Event::NodeStarted { node, fingerprint, done, of });
    }

    fn standing(&self, standing: Standing) {
        self.workplace.standings[self.index].send_replace(standing);
    }

    fn end(&self, made: Result<(Entry, Option<Made>), Halt>) -> TaskEnd {
        self.events.counted();
        let halt = match made {
            Ok((entry, made)) => return self.stored(entry, made),
            Err(halt) => halt,
        };
        let name = &self.task().label();
        self.standing(Standing::Over(match &halt {
            Halt::Failed { .. } => Halt::Skipped { because: name.clone() },
            Halt::Awaiting { .. } => Halt::Held { because: name.clone() },
            other => other.clone(),
        }));
        match halt {
            Halt::Failed { message } => {
                self.events.emit(|node| Event::NodeFailed { node, message: message.clone() });
                TaskEnd::Failed { message }
            }
            Halt::Skipped { because } => {
                self.events.emit(|node| Event::Skipped { node, because: because.clone() });
                TaskEnd::Skipped { because }
            }
            Halt::Awaiting { message } => {
                self.events.emit(|node| Event::Awaited { node, message: message.clone() });
                TaskEnd::Awaiting { message }
            }
            Halt::Held { because } => {
                self.events.emit(|node| Event::Held { node, because: because.clone() });
                TaskEnd::Skipped { because }
            }
            Halt::Interrupted => TaskEnd::Interrupted,
        }
    }

    fn stored(&self, entry: Entry, made: Option<Made>) -> TaskEnd {
        let (fingerprint, rows) = (self.fingerprint, entry.total_rows());
        self.standing(Standing::Done(entry));
        let Some(made) = made else {
            self.events.emit(|node| Event::Cached { node, fingerprint, rows });
            return TaskEnd::Cached;
        };
        let Made { rows, failed, remembered, calls, seconds, bytes } = made.clone();
        self.events.emit(|node| Event::NodeFinished {
            node,
            fingerprint,
            rows,
            failed,
            remembered,
            calls,
            seconds,
            bytes,
        });
        TaskEnd::Made(made)
    }
}
