//! What all tasks of a run share.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::sync::{Semaphore, SemaphorePermit, watch};

use super::emitter::{Emitter, NodeEmitter, Progress};
use super::halt::Halt;
use super::jobs::Jobs;
use super::ledger::Ledger;
use super::options::RunOptions;
use super::pool::Pool;
use super::standing::Standing;
use crate::cache::Cache;
use crate::operator::{Context, ContextParts, Fault, InputData, Inputs, Origin};
use crate::plan::{Plan, State, Task, TaskInput};
use crate::port::PortType;
use crate::scratch::Scratch;

/// What all tasks of a run share.
pub(super) struct Workplace {
    pub(super) plan: Plan,
    pub(super) cache: Cache,
    pub(super) options: RunOptions,
    pub(super) run: String,
    pub(super) emitter: Arc<Emitter>,
    pub(super) ledger: Ledger,
    /// What operators have open.
    pub(super) pool: Pool,
    /// Reading, decoding, encoding and writing of parts.
    pub(super) jobs: Jobs,
    /// Whole tables and steps at work at once: each may use every core and hold a table in memory.
    pub(super) blocking: Semaphore,
    /// Where each task of the plan stands.
    pub(super) standings: Vec<watch::Sender<Standing>>,
}

impl Workplace {
    pub(super) fn is_cancelled(&self) -> bool {
        self.options.cancellation.is_cancelled()
    }

    /// Waits until the run is asked to stop.
    pub(super) async fn cancelled(&self) -> Halt {
        self.options.cancellation.cancelled().await;
        Halt::Interrupted
    }

    /// Waits for a place among those who work on whole tables.
    pub(super) async fn turn(&self) -> Result<SemaphorePermit<'_>, Halt> {
        tokio::select! {
            biased;
            halt = self.cancelled() => Err(halt),
            turn = self.blocking.acquire() => turn.map_err(|_| Halt::Interrupted),
        }
    }

    /// What a task's operator may ask for.
    pub(super) fn context(&self, task: &Task, events: &NodeEmitter) -> Context {
        let [events, counts, measures, preparations, warnings] = std::array::from_fn(|_| events.clone());
        Context::new(ContextParts {
            operator: task.node.registration.name,
            seed: task.node.seed,
            settings: task.node.run.own.clone(),
            files: task.files.clone(),
            scratch: Scratch::at(self.cache.root()),
            machine_folder: self.options.machine_folder.clone(),
            memo: self.cache.memo(),
            open: Arc::new(self.pool.of(self.artifacts(task))),
            secrets: self.options.secrets.clone(),
            cancellation: self.options.cancellation.clone(),
            progress: Arc::new(move |done, of| events.progress(|| Progress { done, of, ..Progress::default() })),
            count: Arc::new(move |what, amount| counts.count(what, amount)),
            measure: Arc::new(move |step, values| measures.measured(step, values)),
            prepare: Arc::new(move |preparation| preparations.preparing(preparation)),
            warn: Arc::new(move |message| warnings.warn(message)),
            lineage: task.lineage.clone(),
        })
    }

    /// Waits until every input but `except` is stored, and gives them.
    pub(super) async fn inputs(&self, task: &Task, except: Option<&str>) -> Result<Inputs, Halt> {
        let (mut ports, mut origins) = (BTreeMap::new(), BTreeMap::new());
        for (port, input) in task.inputs.iter().filter(|(port, _)| Some(port.as_str()) != except) {
            let mut standing = self.standings[input.task].subscribe();
            let entry = loop {
                match &*standing.borrow_and_update() {
                    Standing::Done(entry) => break entry.clone(),
                    Standing::Over(halt) => return Err(halt.clone()),
                    Standing::Waiting | Standing::Growing { .. } => {}
                }
                self.changed(&mut standing).await?;
            };
            let data = match entry.table(&input.output)? {
                Some(table) => Some(InputData::Table(table)),
                None => {
                    origins.insert(port.clone(), self.origin(input.task));
                    entry.artifact(&input.output).map(InputData::Artifact)
                }
            };
            let missing = || Fault::node(format!("the stored input `{port}` has no output `{}`", input.output));
            ports.insert(port.clone(), data.ok_or_else(missing)?);
        }
        Ok(Inputs::new(ports).with_origins(origins))
    }

    /// Closes what no task that is still to be made can ask for, now that one has ended.
    pub(super) fn close_unneeded(&self, ended: &Task) {
        if self.artifacts(ended).is_empty() {
            return;
        }
        let open =
            |standing: &watch::Sender<Standing>| !matches!(*standing.borrow(), Standing::Done(_) | Standing::Over(_));
        let tasks = self.plan.tasks.iter().zip(&self.standings);
        let left = tasks.filter(|(task, standing)| !matches!(task.state, State::Cached { .. }) && open(standing));
        self.pool.close_all_but(&left.flat_map(|(task, _)| self.artifacts(task)).collect());
    }

    /// The artifacts that a task reads, by their producers.
    fn artifacts(&self, task: &Task) -> BTreeSet<usize> {
        let given = |input: &TaskInput| self.plan.tasks[input.task].node.outputs.get(input.output.as_str())?.as_ref();
        let artifacts = task.inputs.values().filter(|input| matches!(given(input), Some(PortType::Artifact { .. })));
        artifacts.map(|input| input.task).collect()
    }

    fn origin(&self, producer: usize) -> Origin {
        let producer = &self.plan.tasks[producer];
        Origin { settings: producer.node.run.own.clone(), files: producer.files.clone() }
    }

    /// Waits until a task has rows to read, or at least works on them.
    pub(super) async fn at_work(&self, producer: usize) -> Result<watch::Receiver<Standing>, Halt> {
        let mut standing = self.standings[producer].subscribe();
        loop {
            match &*standing.borrow_and_update() {
                Standing::Waiting => {}
                Standing::Over(halt) => return Err(halt.clone()),
                Standing::Growing { .. } | Standing::Done(_) => break,
            }
            self.changed(&mut standing).await?;
        }
        Ok(standing)
    }

    /// Waits until a task of the run has ended in whatever way.
    pub(super) async fn over(&self, task: usize) -> Result<(), Halt> {
        let mut standing = self.standings[task].subscribe();
        while matches!(&*standing.borrow_and_update(), Standing::Waiting | Standing::Growing { .. }) {
            self.changed(&mut standing).await?;
        }
        Ok(())
    }

    async fn changed(&self, standing: &mut watch::Receiver<Standing>) -> Result<(), Halt> {
        tokio::select! {
            biased;
            halt = self.cancelled() => Err(halt),
            changed = standing.changed() => changed.map_err(|_| Halt::Interrupted),
        }
    }
}
