//! From a run's id to its facts.

use std::collections::BTreeMap;
use std::fs;

use engine::ablation::{Measured, compare, measure};
use engine::cache::{Cache, Entry, RunRecord};
use engine::plan::{Fingerprint, Ingredients};
use engine::report::RunReport;

use super::ancestors::with_ancestors;
use super::catalogue::outputs;
use super::history::History;
use super::node::node;
use super::{Asked, Comparison, Facts, Node, Result};

/// The file beside a run's record with what was measured of its variants.
pub const COMPARISON: &str = "comparison.json";

/// An output of a run, or one that its outputs were made of.
pub(super) struct Made {
    pub(super) label: String,
    pub(super) name: String,
    /// Whether the run was to have it, and not only what it is made of.
    pub(super) asked: bool,
    pub(super) variations: Vec<String>,
    pub(super) fingerprint: Fingerprint,
    pub(super) ingredients: Ingredients,
    pub(super) entry: Option<Entry>,
}

/// The facts of a run; none where there is no such run.
pub fn gather(cache: &Cache, run: &str) -> Option<Facts> {
    let record = cache.run(run)?;
    let asked: Asked = serde_json::from_value(cache.provenance(run)).unwrap_or_default();
    let mut history = History::new(cache);
    let report = history.run(run).clone();
    let made = with_ancestors(cache, tasks(cache, &record, &report), &asked);
    let places: BTreeMap<Fingerprint, usize> =
        made.iter().enumerate().map(|(place, own)| (own.fingerprint, place)).collect();
    let nodes: Vec<Node> = made.iter().map(|own| node(own, &made, &places, &report, &mut history)).collect();
    let results = if asked.variations.is_empty() { results(&asked, &made) } else { Vec::new() };
    Some(Facts {
        pipeline: record.pipeline,
        run: record.id,
        started: record.started,
        outcome: record.outcome,
        seconds: report.seconds,
        comparison: comparison(cache, run),
        asked,
        results,
        nodes,
    })
}

fn tasks(cache: &Cache, record: &RunRecord, report: &RunReport) -> Vec<Made> {
    let made = record.tasks.iter().map(|task| {
        let (variant, name) = task.names.first().cloned().unwrap_or_default();
        let full = format!("{name} [{variant}]");
        Made {
            label: if report.nodes.contains_key(&full) { full } else { name.clone() },
            name,
            asked: true,
            variations: task.names.iter().map(|(variant, _)| variant.clone()).collect(),
            fingerprint: task.fingerprint,
            ingredients: task.ingredients.clone(),
            entry: cache.find(&task.fingerprint).present(),
        }
    });
    made.collect()
}

fn results(asked: &Asked, made: &[Made]) -> Vec<Result> {
    let value = |node: &str, metric: &str| {
        let own = made.iter().find(|own| own.name == node)?;
        let outputs = outputs(&own.ingredients.operator);
        let outputs: Vec<&str> = outputs.iter().map(|(port, _)| *port).collect();
        measure(own.entry.as_ref()?, &outputs, metric).ok().flatten()
    };
    let result = asked
        .questions
        .iter()
        .map(|question| Result { label: question.label.clone(), value: value(&question.node, &question.metric) });
    result.collect()
}

fn comparison(cache: &Cache, run: &str) -> Option<Comparison> {
    let bytes = fs::read(cache.run_folder(run).join(COMPARISON)).ok()?;
    let measured: Measured = serde_json::from_slice(&bytes).ok()?;
    Some(Comparison { rows: compare(&measured) })
}
