//! What runs were: their frozen plans, and which output every node of a pipeline had last.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::layout::{self, Layout};
use super::lock::{Lock, is_held};
use super::{CacheError, sealed};
use crate::event::Outcome;
use crate::plan::{Fingerprint, Ingredients, Plan, State};

/// `run.json`: what a run set out to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// The run's id: its folder's name. Ids sort by time.
    pub id: String,
    /// The pipeline.
    pub pipeline: String,
    /// When it began, in milliseconds since 1970.
    pub started: u64,
    /// How it ended; none while it runs, or when it was killed.
    pub outcome: Option<Outcome>,
    /// What it was to have at the end.
    pub tasks: Vec<RunTask>,
}

/// A task of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunTask {
    /// `(variant, node)` for every node that it stood for.
    pub names: Vec<(String, String)>,
    /// The output.
    pub fingerprint: Fingerprint,
    /// What the output is made of.
    pub ingredients: Ingredients,
    /// Whether it was there before the run.
    pub cached: bool,
}

/// A node as it was in the last run that had it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LastSeen {
    /// The run.
    pub run: String,
    /// Its output.
    pub fingerprint: Fingerprint,
    /// What that was made of.
    pub ingredients: Ingredients,
    /// Whether the output was there before the run.
    pub cached: bool,
}

/// Every node of a pipeline, by variant and name, as it was last seen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// The pipeline.
    pub pipeline: String,
    /// By variant, by node.
    pub nodes: BTreeMap<String, BTreeMap<String, LastSeen>>,
}

/// A run that has begun: the folder of its record, held so that no collection takes what the run reads.
#[derive(Debug)]
pub struct RunFolder {
    folder: PathBuf,
    layout: Layout,
    record: RunRecord,
    _lock: Lock,
}

impl RunRecord {
    /// The record of a plan. An id is made of the time and, against runs of the same millisecond, the process.
    #[must_use]
    pub fn of(plan: &Plan, started: u64) -> Self {
        let tasks = plan.tasks.iter().filter_map(|task| {
            Some(RunTask {
                names: task.names.clone(),
                fingerprint: task.fingerprint?,
                ingredients: task.ingredients.clone()?,
                cached: matches!(task.state, State::Cached { .. }),
            })
        });
        let id = format!("{started:013}-{}", std::process::id());
        Self { id, pipeline: plan.pipeline.clone(), started, outcome: None, tasks: tasks.collect() }
    }
}

impl RunFolder {
    /// Where what the run is told beside its plan is kept.
    #[must_use]
    pub fn provenance(&self) -> PathBuf {
        layout::provenance(&self.folder)
    }

    /// Where what happens in the run is kept, an event a line.
    #[must_use]
    pub fn events(&self) -> PathBuf {
        layout::events(&self.folder)
    }

    /// The run's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.record.id
    }

    /// Writes down how the run ended.
    ///
    /// # Errors
    /// A disk that takes no more.
    pub fn finish(mut self, outcome: Outcome) -> Result<(), CacheError> {
        self.record.outcome = Some(outcome);
        sealed::write_atomically(&self.layout, &self.folder.join(RUN), &sealed::seal(&self.record))
    }
}

const RUN: &str = "run.json";
const LOCK: &str = "lock";

/// Begins a run's record and lets the pipeline's history know of it.
pub(super) fn begin(layout: &Layout, mut record: RunRecord) -> Result<RunFolder, CacheError> {
    let base = record.id.clone();
    let (folder, lock) = (1..)
        .find_map(|attempt| {
            if attempt > 1 {
                record.id = format!("{base}-{attempt}");
            }
            reserve(layout, &record.id).transpose()
        })
        .expect("numbers do not end")?;
    sealed::write_atomically(layout, &folder.join(RUN), &sealed::seal(&record))?;
    note_history(layout, &record)?;
    Ok(RunFolder { folder, layout: layout.clone(), record, _lock: lock })
}

/// The folder of an id; none where another run has it.
fn reserve(layout: &Layout, id: &str) -> Result<Option<(PathBuf, Lock)>, CacheError> {
    let folder = layout.run(id);
    match sealed::in_new_folder(&folder, || fs::create_dir(&folder)) {
        Ok(()) => Ok(Lock::try_take(&folder.join(LOCK))?.map(|lock| (folder, lock))),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(None),
        Err(error) => Err(CacheError::write(&folder, error)),
    }
}

fn note_history(layout: &Layout, record: &RunRecord) -> Result<(), CacheError> {
    let mut history = history(layout, &record.pipeline);
    history.pipeline.clone_from(&record.pipeline);
    for task in &record.tasks {
        for (variant, node) in &task.names {
            let seen = LastSeen {
                run: record.id.clone(),
                fingerprint: task.fingerprint,
                ingredients: task.ingredients.clone(),
                cached: task.cached,
            };
            history.nodes.entry(variant.clone()).or_default().insert(node.clone(), seen);
        }
    }
    sealed::write_atomically(layout, &layout.history(&record.pipeline), &sealed::seal(&history))
}

/// The history of a pipeline; empty where it never ran. It explains and decides nothing, so a damaged one is none.
pub(super) fn history(layout: &Layout, pipeline: &str) -> History {
    let bytes = fs::read(layout.history(pipeline)).ok();
    bytes.and_then(|bytes| sealed::unseal(&bytes)).unwrap_or_default()
}

/// Whether a run finished an output.
pub(super) fn finished(layout: &Layout, run: &str, fingerprint: &Fingerprint) -> bool {
    let text = fs::read_to_string(layout::finished(&layout.run(run))).unwrap_or_default();
    let wanted = fingerprint.to_string();
    text.lines().any(|line| line == wanted)
}

/// The record of a run; none where there is none, or it is not as it was written.
pub(super) fn record(layout: &Layout, id: &str) -> Option<RunRecord> {
    fs::read(layout.run(id).join(RUN)).ok().and_then(|bytes| sealed::unseal(&bytes))
}

/// Every recorded run, the latest first.
pub(super) fn all(layout: &Layout) -> Vec<RunRecord> {
    let mut records: Vec<RunRecord> = ids(layout).iter().filter_map(|id| record(layout, id)).collect();
    records.sort_by(|one, other| (other.started, &other.id).cmp(&(one.started, &one.id)));
    records
}

/// The names of all runs, in no order.
pub(super) fn ids(layout: &Layout) -> Vec<String> {
    super::survey::names(&layout.runs())
}

/// The runs whose processes live.
pub(super) fn live(layout: &Layout) -> Vec<RunRecord> {
    all(layout).into_iter().filter(|record| is_held(&layout.run(&record.id).join(LOCK))).collect()
}

/// The histories of all pipelines.
pub(super) fn histories(layout: &Layout) -> Vec<History> {
    let Ok(entries) = fs::read_dir(layout.histories()) else { return Vec::new() };
    let files = entries.flatten().filter_map(|entry| fs::read(entry.path()).ok());
    files.filter_map(|bytes| sealed::unseal(&bytes)).collect()
}
