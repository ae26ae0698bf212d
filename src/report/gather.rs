//! From a run's id to its facts.

use std::collections::{BTreeMap, HashSet};
use std::fs;

use engine::ablation::{Measured, compare, measure};
use engine::cache::{Cache, Entry, RunRecord};
use engine::plan::{Fingerprint, Ingredients};
use engine::report::RunReport;

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
    let made = with_ancestors(cache, tasks(cache, &record, &report));
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
            variations: task.names.iter().map(|(variant, _)| variant.clone()).collect(),
            fingerprint: task.fingerprint,
            ingredients: task.ingredients.clone(),
            entry: cache.find(&task.fingerprint).present(),
        }
    });
    made.collect()
}

/// A run leaves out what only cached outputs are made of; the cache knows it.
fn with_ancestors(cache: &Cache, mut made: Vec<Made>) -> Vec<Made> {
    let asked = made.len();
    let mut known: HashSet<Fingerprint> = made.iter().map(|own| own.fingerprint).collect();
    let parents = |own: &Made| own.ingredients.inputs.values().map(|input| input.fingerprint).collect::<Vec<_>>();
    let mut open: Vec<Fingerprint> = made.iter().flat_map(parents).collect();
    while let Some(parent) = open.pop() {
        if !known.insert(parent) {
            continue;
        }
        let Some(entry) = cache.find(&parent).present() else { continue };
        let Ok(ingredients) = entry.ingredients() else { continue };
        let name = entry.provenance().node.clone();
        let label = name.clone();
        let own = Made { label, name, variations: Vec::new(), fingerprint: parent, ingredients, entry: Some(entry) };
        open.extend(parents(&own));
        made.push(own);
    }
    if made.len() == asked { made } else { sorted(made) }
}

/// Producers before their readers, otherwise in the order given.
fn sorted(made: Vec<Made>) -> Vec<Made> {
    let mut waiting = made;
    let mut placed = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let open: HashSet<Fingerprint> = waiting.iter().map(|own| own.fingerprint).collect();
        let ready = |own: &Made| !own.ingredients.inputs.values().any(|input| open.contains(&input.fingerprint));
        let (next, rest): (Vec<_>, Vec<_>) = waiting.into_iter().partition(ready);
        if next.is_empty() {
            placed.extend(rest);
            break;
        }
        placed.extend(next);
        waiting = rest;
    }
    placed
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
    Some(Comparison { rows: compare(&measured), values: measured.values })
}
