//! Small graphs, run in a cache of their own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use crate::cache::{Cache, Entry};
use crate::diagnostic::{Sources, Span};
use crate::event::{Event, Stamped};
use crate::graph::{EdgeFrom, Graph, Node, RunSettings};
use crate::operator::{Cancellation, ExternalFiles, Registration};
use crate::plan::{Plan, plan};
use crate::port::{Input, InputTypes};
use crate::run::{Backoff, RunOptions, RunSummary, TaskEnd, run};

/// Nodes, one after the other.
pub(super) struct Pipeline {
    graph: Graph,
}

impl Pipeline {
    pub(super) fn new(root: &Path) -> Self {
        let graph = Graph {
            name: "test".to_owned(),
            nodes: Vec::new(),
            aliases: BTreeMap::new(),
            files: ExternalFiles::new(root),
            metrics: Vec::new(),
        };
        Self { graph }
    }

    /// Adds a node; inputs are `(port, "node.output")`.
    pub(super) fn node(
        mut self,
        name: &str,
        registration: &'static Registration,
        with: &Value,
        inputs: &[(&str, &str)],
    ) -> Self {
        let configured = (registration.configure)(serde_yaml::to_value(with).unwrap()).unwrap();
        let edge = |(port, from): &(&str, &str)| {
            let (node, output) = from.split_once('.').unwrap();
            ((*port).to_owned(), EdgeFrom { node: self.graph.find(node).unwrap(), output: output.to_owned() })
        };
        let inputs: BTreeMap<_, _> = inputs.iter().map(edge).collect();
        let types: InputTypes = inputs
            .iter()
            .map(|(port, from)| {
                let port_type = self.graph.nodes[from.node].outputs[&from.output].clone();
                (port.clone(), Input { port_type })
            })
            .collect();
        let outputs = configured.operator().types(&types, &self.graph.files).unwrap();
        let source = Sources::default().add("test", "");
        let (run, place) = (RunSettings::default(), Span { source, start: 0, end: 0 });
        let name = name.to_owned();
        self.graph.nodes.push(Node { name, registration, configured, inputs, outputs, run, seed: 1, place });
        self
    }

    /// Changes the last node's `run`.
    pub(super) fn settings(mut self, settings: RunSettings) -> Self {
        self.graph.nodes.last_mut().unwrap().run = settings;
        self
    }
}

/// A cache of a test's own, and what was seen of its runs.
pub(super) struct Site {
    pub(super) folder: tempfile::TempDir,
    pub(super) events: Arc<Mutex<Vec<Stamped>>>,
    pub(super) cancellation: Cancellation,
    pub(super) retries: u32,
    pub(super) capacity: BTreeMap<String, u64>,
}

impl Site {
    pub(super) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            events: Arc::default(),
            cancellation: Cancellation::default(),
            retries: 5,
            capacity: BTreeMap::from([("slots".to_owned(), 4)]),
        }
    }

    pub(super) fn cache(&self) -> Cache {
        Cache::open(&self.folder.path().join("cache")).unwrap()
    }

    pub(super) fn plan(&self, pipeline: &Pipeline) -> Plan {
        plan(&[("base", &pipeline.graph)], &self.cache(), None).unwrap()
    }

    pub(super) fn run(&self, pipeline: &Pipeline) -> RunSummary {
        run(&self.plan(pipeline), &self.cache(), self.options()).unwrap()
    }

    /// Runs, and expects everything to be there afterwards.
    pub(super) fn complete(&self, pipeline: &Pipeline) -> RunSummary {
        let summary = self.run(pipeline);
        assert_eq!(summary.outcome, crate::event::Outcome::Complete, "{:?}", summary.tasks);
        summary
    }

    pub(super) fn options(&self) -> RunOptions {
        let events = self.events.clone();
        RunOptions {
            cancellation: self.cancellation.clone(),
            listener: Arc::new(move |event| events.lock().unwrap().push(event.clone())),
            capacity: self.capacity.clone(),
            retries: self.retries,
            backoff: Backoff { first: Duration::ZERO, most: Duration::ZERO },
            save_every: Duration::ZERO,
            root: Some(self.folder.path().to_owned()),
            provenance: json!({"host": "test"}),
            ..RunOptions::default()
        }
    }

    /// How many events are such.
    pub(super) fn count(&self, is: impl Fn(&Event) -> bool) -> usize {
        self.events.lock().unwrap().iter().filter(|stamped| is(&stamped.event)).count()
    }

    pub(super) fn entry(&self, summary: &RunSummary, node: &str) -> Entry {
        let task = summary.tasks.iter().find(|task| task.node == node).unwrap();
        self.cache().find(&task.fingerprint).present().unwrap()
    }

    /// Every file of a node's output with its bytes, but what says where it came from.
    pub(super) fn bytes(&self, summary: &RunSummary, node: &str) -> BTreeMap<PathBuf, Vec<u8>> {
        let entry = self.entry(summary, node);
        let mut files = BTreeMap::new();
        for (port, _) in entry.ports() {
            read_files(&entry.folder().join(port), &PathBuf::from(port), &mut files);
        }
        files
    }
}

/// The ends of a run's tasks by node.
pub(super) fn ends(summary: &RunSummary) -> BTreeMap<&str, &TaskEnd> {
    summary.tasks.iter().map(|task| (task.node.as_str(), &task.end)).collect()
}

fn read_files(folder: &Path, name: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = name.join(path.file_name().unwrap());
        if path.is_dir() {
            read_files(&path, &name, files);
        } else {
            files.insert(name, std::fs::read(path).unwrap());
        }
    }
}
