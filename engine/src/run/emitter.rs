//! Events on their way out: stamped, handed to the run's listener and written to its record.
//!
//! Nothing that a listener or a record does can change the run: their faults are theirs.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::event::{Event, Stamped};
use crate::operator::Preparation;

/// Who is told of every event, in order, from any thread; must return soon.
pub type Listener = Arc<dyn Fn(&Stamped) + Send + Sync>;

/// How often a node tells how far it is, at most.
const PROGRESS_EVERY: Duration = Duration::from_millis(250);

/// A run's way out.
pub(super) struct Emitter {
    started: Instant,
    listener: Listener,
    record: Mutex<Option<File>>,
}

impl Emitter {
    pub(super) fn new(listener: Listener, record: Option<File>) -> Arc<Self> {
        Arc::new(Self { started: Instant::now(), listener, record: Mutex::new(record) })
    }

    /// Seconds since the run's start.
    pub(super) fn seconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    pub(super) fn emit(&self, event: Event) {
        // Stamped under the lock, so that the order of the record is that of the stamps.
        let mut record = self.record.lock().unwrap_or_else(PoisonError::into_inner);
        let at = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let stamped = Stamped { at, event };
        if let Some(file) = record.as_mut()
            && let Ok(mut line) = serde_json::to_vec(&stamped)
        {
            line.push(b'\n');
            // A record on a full disk is cut short; the run itself goes on.
            if file.write_all(&line).is_err() {
                *record = None;
            }
        }
        (self.listener)(&stamped);
    }

    /// The same way out, for one node.
    pub(super) fn node(self: &Arc<Self>, node: &str) -> NodeEmitter {
        NodeEmitter { emitter: self.clone(), node: node.to_owned(), told: Arc::default(), counts: Arc::default() }
    }
}

/// How far a node is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Progress {
    pub(super) done: u64,
    pub(super) of: Option<u64>,
    pub(super) failed: u64,
    pub(super) remembered: u64,
}

/// A node's way out. Clones share.
#[derive(Clone)]
pub(super) struct NodeEmitter {
    emitter: Arc<Emitter>,
    node: String,
    told: Arc<Mutex<Option<Instant>>>,
    counts: Arc<Mutex<BTreeMap<String, f64>>>,
}

impl NodeEmitter {
    pub(super) fn emit(&self, event: impl FnOnce(String) -> Event) {
        self.emitter.emit(event(self.node.clone()));
    }

    /// Tells how far the node is, unless it told only just now.
    pub(super) fn progress(&self, progress: impl FnOnce() -> Progress) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.is_some_and(|told| told.elapsed() < PROGRESS_EVERY) {
            return;
        }
        *told = Some(Instant::now());
        drop(told);
        let Progress { done, of, failed, remembered } = progress();
        self.emit(|node| Event::Progress { node, done, of, failed, remembered });
    }

    /// Adds to a sum.
    pub(super) fn count(&self, what: &str, amount: f64) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        match counts.get_mut(what) {
            Some(sum) => *sum += amount,
            None => drop(counts.insert(what.to_owned(), amount)),
        }
    }

    /// Tells what was measured of a step.
    pub(super) fn measured(&self, step: u64, values: &[(&str, f64)]) {
        let values = values.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
        self.emit(|node| Event::Measured { node, step, values });
    }

    /// Tells the sums, if there are any.
    pub(super) fn counted(&self) {
        let counts = std::mem::take(&mut *self.counts.lock().unwrap_or_else(PoisonError::into_inner));
        if !counts.is_empty() {
            self.emit(|node| Event::Counted { node, counts });
        }
    }

    pub(super) fn retry(&self, row: Option<String>, message: String, attempt: u32, after: Duration) {
        self.emit(|node| Event::Retry { node, row, message, attempt, after });
    }

    pub(super) fn preparing(&self, Preparation { what, step, done, of }: Preparation) {
        self.emit(|node| Event::Preparing { node, what, step, done, of });
    }

    pub(super) fn warn(&self, message: String) {
        self.emit(|node| Event::Warning { node, message });
    }
}
