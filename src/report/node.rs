//! The facts of one node.

use std::collections::BTreeMap;

use engine::cache::{Entry, PortRecord};
use engine::plan::Fingerprint;
use engine::report::{NodeReport, NodeState, RunReport};

use super::catalogue::{does, outputs};
use super::columns::Columns;
use super::contents::Contents;
use super::gather::Made;
use super::history::History;
use super::loss::{is_aside, losses};
use super::{Input, Node, Output, Progress, Work};

pub(super) fn node(
    own: &Made,
    made: &[Made],
    places: &BTreeMap<Fingerprint, usize>,
    report: &RunReport,
    history: &mut History,
) -> Node {
    let told = report.nodes.get(&own.label).filter(|_| own.asked);
    let state = match told {
        Some(told) => told.state.clone(),
        None if !own.asked => NodeState::Cached,
        None => NodeState::Pending,
    };
    let inputs = inputs(own, made, places);
    let columns = Columns::of(own, made, places);
    let outputs = own.entry.as_ref().map(|entry| given(entry, &columns)).unwrap_or_default();
    let losses = own.entry.as_ref().map(|entry| losses(own, entry, &inputs, &outputs)).unwrap_or_default();
    Node {
        label: own.label.clone(),
        name: own.name.clone(),
        asked: own.asked,
        variations: own.variations.clone(),
        does: does(&own.ingredients.operator),
        work: work(own, &state, told, &report.run, history),
        state,
        fingerprint: own.fingerprint,
        ingredients: own.ingredients.clone(),
        inputs,
        outputs,
        losses,
    }
}

fn inputs(own: &Made, made: &[Made], places: &BTreeMap<Fingerprint, usize>) -> Vec<Input> {
    let edge = |(port, input): (&String, &engine::plan::InputIngredient)| {
        let parent = places.get(&input.fingerprint).map(|place| &made[*place]);
        Input {
            port: port.clone(),
            node: parent.map_or_else(|| input.fingerprint.short(), |parent| parent.label.clone()),
            output: input.output.clone(),
            rows: parent.and_then(|parent| parent.entry.as_ref()?.rows(&input.output)),
        }
    };
    own.ingredients.inputs.iter().map(edge).collect()
}

/// The outputs in the operator's order.
fn given(entry: &Entry, columns: &Columns) -> Vec<Output> {
    let known = outputs(entry.operator());
    let place = |port: &str| known.iter().position(|(name, _)| *name == port);
    let mut ports: Vec<(&str, &PortRecord)> = entry.ports().collect();
    ports.sort_by_key(|(port, _)| place(port).unwrap_or(usize::MAX));
    let output = |(port, record): (&str, &PortRecord)| {
        let (gives, files) = match record {
            PortRecord::Rows { row_type, .. } => (row_type.clone(), Vec::new()),
            PortRecord::Artifact { artifact, files } => (Some(artifact.clone()), files.keys().cloned().collect()),
        };
        Output {
            port: port.to_owned(),
            doc: place(port).map_or("", |place| known[place].1).to_owned(),
            contents: Contents::of(entry, port, gives.as_deref(), columns),
            gives,
            rows: record.rows(),
            files,
            bytes: record.bytes(),
            aside: is_aside(port),
        }
    };
    ports.into_iter().map(output).collect()
}

/// Of a cached output what the run that made it told; of one that is not there what is done so far.
fn work(own: &Made, state: &NodeState, told: Option<&NodeReport>, run: &str, history: &mut History) -> Work {
    let Some(entry) = &own.entry else { return told.map(|told| done(told, run)).unwrap_or_default() };
    let provenance = entry.provenance();
    let maker = match state {
        NodeState::Cached => history.maker(&provenance.run, &own.fingerprint),
        _ => told.cloned(),
    };
    let work = maker.map(|maker| done(&maker, &provenance.run)).unwrap_or_default();
    Work {
        run: provenance.run.clone(),
        made: Some(provenance.made),
        seconds: provenance.seconds,
        calls: provenance.calls,
        remembered: provenance.remembered,
        progress: None,
        ..work
    }
}

fn done(told: &NodeReport, run: &str) -> Work {
    Work {
        run: run.to_owned(),
        made: None,
        seconds: told.seconds,
        progress: Some(Progress { done: told.done, of: told.of }),
        calls: told.calls,
        remembered: told.remembered,
        retries: told.retries,
        counts: told.counts.clone(),
        warnings: told.warnings.clone(),
    }
}
