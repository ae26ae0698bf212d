//! What became of a run, node by node: a fold over its events, live or replayed.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::Serialize;

use crate::event::{Event, Outcome, Stamped};
use crate::plan::Fingerprint;

/// What is known of a run so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RunReport {
    /// The pipeline.
    pub pipeline: String,
    /// The run's id.
    pub run: String,
    /// Tasks that were cached and tasks that were to run, at the start.
    pub planned: (usize, usize),
    /// The nodes, in the order in which they were first heard of.
    pub nodes: IndexMap<String, NodeReport>,
    /// How it ended; none while it goes on.
    pub outcome: Option<Outcome>,
    /// How long it took, so far.
    pub seconds: f64,
}

/// What is known of a node so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct NodeReport {
    /// Where it stands.
    pub state: NodeState,
    /// Its output's identity.
    pub fingerprint: Option<Fingerprint>,
    /// Rows given, by port, once it has finished.
    pub rows: BTreeMap<String, u64>,
    /// Rows given over all ports, once it has finished or was cached.
    pub total_rows: u64,
    /// Input rows or steps done.
    pub done: u64,
    /// Of how many, where known.
    pub of: Option<u64>,
    /// What was done before this run.
    pub resumed: u64,
    /// Rows without a result for a reason of their own.
    pub failed: u64,
    /// Rows taken from earlier work.
    pub remembered: u64,
    /// Calls of the operator.
    pub calls: u64,
    /// How often work was tried again.
    pub retries: u64,
    /// Bytes stored.
    pub bytes: u64,
    /// How long it worked, so far.
    pub seconds: f64,
    /// What it counted in this run, such as what it used.
    pub counts: BTreeMap<String, f64>,
    /// What was measured of the newest step.
    pub measured: BTreeMap<String, f64>,
    /// What a person should know of it.
    pub warnings: Vec<String>,
    #[serde(skip)]
    started: Option<u64>,
}

/// Where a node stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum NodeState {
    /// Nothing was heard of it but a warning.
    #[default]
    Pending,
    /// Served from the cache.
    Cached,
    /// Another process computes it.
    Waiting,
    /// At work.
    Running,
    /// Stored.
    Finished,
    /// Failed.
    Failed {
        /// Why.
        message: String,
    },
    /// Somebody has to do something first.
    Awaiting {
        /// What.
        message: String,
    },
    /// Not run because another has no output.
    Skipped {
        /// The node that failed, or waits.
        because: String,
    },
}

impl NodeReport {
    /// Input rows or steps a second in this run.
    #[must_use]
    pub fn rate(&self) -> f64 {
        let done = self.done.saturating_sub(self.resumed) as f64;
        if self.seconds > 0.0 { done / self.seconds } else { 0.0 }
    }
}

impl RunReport {
    /// The report of a run's events.
    #[must_use]
    pub fn of<'a>(events: impl IntoIterator<Item = &'a Stamped>) -> Self {
        let mut report = Self::default();
        events.into_iter().for_each(|event| report.observe(event));
        report
    }

    /// Takes one more event in.
    pub fn observe(&mut self, Stamped { at, event }: &Stamped) {
        self.seconds = *at as f64 / 1000.0;
        match event {
            Event::Started { pipeline, run, cached, runs } => {
                (self.pipeline, self.run) = (pipeline.clone(), run.clone());
                self.planned = (*cached, *runs);
            }
            Event::Finished { outcome, seconds } => {
                self.outcome = Some(*outcome);
                self.seconds = *seconds;
            }
            Event::Cached { node, .. }
            | Event::Waiting { node, .. }
            | Event::NodeStarted { node, .. }
            | Event::Progress { node, .. }
            | Event::Retry { node, .. }
            | Event::Preparing { node, .. }
            | Event::Warning { node, .. }
            | Event::Measured { node, .. }
            | Event::Counted { node, .. }
            | Event::NodeFinished { node, .. }
            | Event::Exported { node, .. }
            | Event::NodeFailed { node, .. }
            | Event::Skipped { node, .. }
            | Event::Awaited { node, .. }
            | Event::Held { node, .. } => self.nodes.entry(node.clone()).or_default().observe(*at, event),
        }
    }
}

impl NodeReport {
    fn observe(&mut self, at: u64, event: &Event) {
        if let Some(started) = self.started {
            self.seconds = at.saturating_sub(started) as f64 / 1000.0;
        }
        match event {
            Event::Cached { fingerprint, rows, .. } => {
                (self.state, self.fingerprint, self.total_rows) = (NodeState::Cached, Some(*fingerprint), *rows);
            }
            Event::Waiting { fingerprint, .. } => {
                (self.state, self.fingerprint) = (NodeState::Waiting, Some(*fingerprint));
            }
            Event::NodeStarted { fingerprint, done, of, .. } => {
                (self.state, self.fingerprint, self.started) = (NodeState::Running, Some(*fingerprint), Some(at));
                (self.done, self.resumed, self.of) = (*done, *done, *of);
            }
            Event::Progress { done, of, failed, remembered, .. } => {
                (self.done, self.of, self.failed, self.remembered) = (*done, *of, *failed, *remembered);
            }
            Event::Retry { .. } => self.retries += 1,
            Event::Warning { message, .. } => self.warnings.push(message.clone()),
            Event::Measured { values, .. } => self.measured.extend(values.iter().cloned()),
            Event::Counted { counts, .. } => self.counts = counts.clone(),
            Event::NodeFinished { .. } => self.finish(event),
            Event::NodeFailed { message, .. } => {
                (self.state, self.started) = (NodeState::Failed { message: message.clone() }, None);
            }
            Event::Awaited { message, .. } => {
                (self.state, self.started) = (NodeState::Awaiting { message: message.clone() }, None);
            }
            Event::Skipped { because, .. } | Event::Held { because, .. } => {
                self.state = NodeState::Skipped { because: because.clone() };
            }
            Event::Preparing { .. } | Event::Exported { .. } | Event::Started { .. } | Event::Finished { .. } => {}
        }
    }

    fn finish(&mut self, event: &Event) {
        let Event::NodeFinished { rows, failed, remembered, calls, seconds, bytes, fingerprint, .. } = event else {
            return;
        };
        (self.state, self.fingerprint, self.started) = (NodeState::Finished, Some(*fingerprint), None);
        self.rows = rows.iter().cloned().collect();
        self.total_rows = rows.iter().map(|(_, rows)| rows).sum();
        (self.failed, self.remembered, self.calls) = (*failed, *remembered, *calls);
        (self.seconds, self.bytes) = (*seconds, *bytes);
        self.done = self.of.unwrap_or(self.done);
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn story() -> Vec<Stamped> {
        let fingerprint = Fingerprint::of(b"a");
        let node = || "judge".to_owned();
        let events = vec![
            Event::Started { pipeline: "p".into(), run: "r1".into(), cached: 1, runs: 2 },
            Event::Cached { node: "rows".into(), fingerprint, rows: 10 },
            Event::NodeStarted { node: node(), fingerprint, done: 2, of: Some(10) },
            Event::Retry { node: node(), row: None, message: "down".into(), attempt: 2, after: Default::default() },
            Event::Progress { node: node(), done: 6, of: Some(10), failed: 1, remembered: 2 },
            Event::Measured { node: node(), step: 1, values: vec![("loss".into(), 0.5)] },
            Event::Measured { node: node(), step: 2, values: vec![("loss".into(), 0.25)] },
            Event::Counted { node: node(), counts: [("tokens".into(), 12.0), ("cost".into(), 0.25)].into() },
            Event::NodeFinished {
                node: node(),
                fingerprint,
                rows: vec![("kept".into(), 7), ("removed".into(), 2)],
                failed: 1,
                remembered: 2,
                calls: 7,
                seconds: 2.0,
                bytes: 512,
            },
            Event::NodeFailed { node: "train".into(), message: "no room".into() },
            Event::Skipped { node: "export".into(), because: "train".into() },
            Event::Finished { outcome: Outcome::Failed, seconds: 8.5 },
        ];
        events.into_iter().enumerate().map(|(index, event)| Stamped { at: index as u64 * 1000, event }).collect()
    }

    #[test]
    fn a_report_folds_the_events() {
        let events = story();
        let live = RunReport::of(&events[..5]);
        let judge = &live.nodes["judge"];
        assert_eq!((&judge.state, judge.done, judge.of, judge.retries), (&NodeState::Running, 6, Some(10), 1));
        assert!((judge.rate() - 2.0).abs() < 1e-9, "4 rows in 2 seconds: {}", judge.rate());
        let report = RunReport::of(&events);
        let judge = &report.nodes["judge"];
        assert_eq!((judge.total_rows, judge.done, judge.calls), (9, 10, 7));
        assert_eq!((judge.remembered, judge.bytes), (2, 512));
        assert_eq!(judge.measured, [("loss".to_owned(), 0.25)].into());
        assert_eq!(judge.counts, [("cost".to_owned(), 0.25), ("tokens".to_owned(), 12.0)].into());
        assert!((judge.rate() - 4.0).abs() < 1e-9);
        assert_eq!(report.nodes["export"].state, NodeState::Skipped { because: "train".into() });
        assert_eq!(report.nodes.keys().collect::<Vec<_>>(), ["rows", "judge", "train", "export"]);
        assert_eq!((report.outcome, report.seconds), (Some(Outcome::Failed), 8.5));
    }

    #[test]
    fn replayed_events_give_the_same_report() {
        let events = story();
        let lines: Vec<_> = events.iter().map(|event| serde_json::to_string(event).unwrap()).collect();
        let replayed: Vec<Stamped> = lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(RunReport::of(&replayed), RunReport::of(&events));
    }
}
