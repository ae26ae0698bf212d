//! A folder with a source file and a cache, and pipelines over them.

use std::collections::BTreeMap;
use std::fs;

use serde::Serialize;
use serde_json::json;
use tempfile::TempDir;

use super::super::*;
use crate::cache::{Cache, Claim, Provenance, RowLedger, RunRecord, Summary};
use crate::diagnostic::{Sources, Span};
use crate::graph::{EdgeFrom, Graph, Node, RunSettings};
use crate::operator::ExternalFiles;
use crate::port::PortType;

/// A line of a pipeline: name, operator, `with`, the node that `rows` comes from.
pub(super) type Line<'a> = (&'a str, &'a str, &'a str, Option<&'a str>);

pub(super) const CHAIN: [Line<'static>; 4] = [
    ("data", "source", "{path: data.jsonl}", None),
    ("clean", "rows", "{}", Some("data")),
    ("sampled", "random", "{}", Some("clean")),
    ("policy", "steps", "{steps: 40}", Some("sampled")),
];

pub(super) struct World {
    pub(super) folder: TempDir,
    pub(super) cache: Cache,
}

impl World {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("data.jsonl"), b"{}").unwrap();
        let cache = Cache::open(&folder.path().join(".millrace")).unwrap();
        Self { folder, cache }
    }

    pub(super) fn graph(&self, lines: &[Line<'_>]) -> Graph {
        let mut nodes: Vec<Node> = Vec::new();
        for (name, operator, with, input) in lines {
            let producer = input.map(|input| nodes.iter().position(|node| node.name == input).unwrap());
            nodes.push(node(name, operator, with, producer));
        }
        let files = ExternalFiles::new(self.folder.path());
        Graph { name: "pipeline".into(), nodes, aliases: BTreeMap::new(), files, metrics: Vec::new() }
    }

    pub(super) fn plan(&self, lines: &[Line<'_>]) -> Plan {
        plan(&[("base", &self.graph(lines))], &self.cache, None).unwrap()
    }

    /// Does what a run would do: records it, and stores every output that is not there.
    pub(super) fn run(&self, lines: &[Line<'_>]) {
        let plan = self.plan(lines);
        let run = self.cache.begin_run(RunRecord::of(&plan, 1)).unwrap();
        for task in &plan.tasks {
            if !matches!(task.state, State::Cached { .. }) {
                self.store(task, run.id());
            }
        }
    }

    pub(super) fn store(&self, task: &Task, run: &str) {
        let Claim::Ours(unfinished) = self.cache.claim(&task.fingerprint.unwrap()).unwrap() else { panic!("theirs") };
        let rows = crate::cache::tests::fixtures::rows(0..10);
        unfinished.commit_parts(0, &[("out", rows)], RowLedger::new(1), b"").unwrap();
        let ports = [("out".to_owned(), PortType::any_rows())].into();
        let provenance = Provenance { run: run.to_owned(), ..Provenance::default() };
        let ingredients = task.ingredients.clone().unwrap();
        unfinished.publish(Summary { ingredients, ports, provenance }).unwrap();
    }

    pub(super) fn remove(&self, task: &Task) {
        let entry = self.cache.find(&task.fingerprint.unwrap()).present().unwrap();
        fs::remove_dir_all(entry.folder()).unwrap();
    }
}

pub(super) fn node(name: &str, operator: &str, with: &str, producer: Option<usize>) -> Node {
    let registration = crate::operator::find(&format!("plan_test.{operator}")).unwrap();
    let configured = (registration.configure)(serde_yaml::from_str(with).unwrap()).unwrap();
    let edge = producer.map(|node| ("rows".to_owned(), EdgeFrom { node, output: "out".into() }));
    let place = Span { source: Sources::default().add("test", ""), start: 0, end: 0 };
    let (inputs, run) = (edge.into_iter().collect(), RunSettings::default());
    Node { name: name.into(), registration, configured, inputs, outputs: BTreeMap::new(), run, seed: 17, place }
}

pub(super) fn task<'a>(plan: &'a Plan, name: &str) -> &'a Task {
    plan.tasks.iter().find(|task| task.names.iter().any(|(_, node)| node == name)).unwrap()
}

pub(super) fn names(plan: &Plan) -> Vec<&str> {
    plan.tasks.iter().map(|task| task.node.name.as_str()).collect()
}

pub(super) fn with<'a>(lines: &[Line<'a>], name: &str, config: &'a str) -> Vec<Line<'a>> {
    lines.iter().map(|line| if line.0 == name { (line.0, line.1, config, line.3) } else { *line }).collect()
}

pub(super) fn changed(field: &str, was: impl Serialize, now: impl Serialize) -> Reason {
    let plain = |value| serde_json::to_value(value).unwrap();
    Reason::Changed { field: field.into(), was: plain(json!(was)), now: plain(json!(now)) }
}

pub(super) fn parent(node: &str) -> Reason {
    Reason::Parent { port: "rows".into(), node: node.into() }
}
