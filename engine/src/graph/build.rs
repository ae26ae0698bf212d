//! The passes of the check, one after the other, each telling all that it finds.

use std::collections::BTreeMap;

use super::infer::{Inference, Inferred};
use super::node::{EdgeFrom, Graph, Node};
use super::prepare::{Prepared, prepare};
use super::report::Reported;
use super::unroll::{Unrolled, unroll};
use super::wiring::{Wire, wire};
use super::{carry, destination, milestone, order, report, unread};
use crate::diagnostic::{Diagnostic, arrange};
use crate::manifest::Manifest;
use crate::operator::ExternalFiles;

/// Checks a resolved manifest against the operators. There is a graph exactly where there is no error.
#[must_use]
pub fn build(manifest: &Manifest, files: &ExternalFiles) -> (Option<Graph>, Vec<Diagnostic>) {
    let mut faults = Vec::new();
    let written = milestone::written_out(manifest, &mut faults);
    let manifest = written.as_ref().unwrap_or(manifest);
    let unrolled = match unroll(manifest) {
        Ok(unrolled) => unrolled,
        Err(fault) => return (None, vec![fault]),
    };
    let document = &manifest.tree;
    faults.extend(carry::check(&unrolled));
    let prepared: Vec<Prepared> =
        unrolled.templates.iter().map(|template| prepare(template, document, files, &mut faults)).collect();
    let wires = wire(&unrolled, &prepared, document, &mut faults);
    let order = order::order(&unrolled, &wires, document, &mut faults);
    let inference = Inference { unrolled: &unrolled, prepared: &prepared, wires: &wires, document, files };
    let inferred = inference.run(&order, &mut faults);
    faults.extend(inference.mismatches(&inferred));
    faults.extend(destination::check(&unrolled, &prepared, files, document));
    let reported = report::resolve(manifest, &unrolled, &mut faults);
    let unread = unread::check(&unrolled, &prepared, &wires, &reported, &faults);
    faults.extend(unread);
    // The rounds of a block share their text, and mostly their faults.
    let faults = arrange(faults);
    if faults.iter().any(Diagnostic::is_error) {
        return (None, faults);
    }
    let seeds = report::seeds(manifest, &reported, &wires, &order);
    let checked = Checked { unrolled, prepared, wires, inferred, reported, seeds };
    (checked.graph(manifest, files, &order), faults)
}

/// Everything that a graph without faults is made of.
struct Checked<'m> {
    unrolled: Unrolled<'m>,
    prepared: Vec<Prepared>,
    wires: Vec<Vec<Wire<'m>>>,
    inferred: Inferred,
    reported: Reported,
    seeds: Vec<u64>,
}

impl Checked<'_> {
    /// None where something faulty was not told, which the passes rule out.
    fn graph(mut self, manifest: &Manifest, files: &ExternalFiles, order: &[usize]) -> Option<Graph> {
        let mut places = vec![0; order.len()];
        for (place, draft) in order.iter().enumerate() {
            places[*draft] = place;
        }
        let nodes: Option<Vec<Node>> = order.iter().map(|draft| self.node(*draft, &places)).collect();
        let aliases = self.unrolled.aliases.iter().map(|(name, draft)| (name.clone(), places[*draft]));
        let metrics = self.reported.metrics.iter();
        Some(Graph {
            name: manifest.name.value.clone(),
            nodes: nodes?,
            aliases: aliases.collect(),
            files: files.clone(),
            metrics: metrics.map(|(label, draft, metric)| (label.clone(), places[*draft], metric.clone())).collect(),
        })
    }

    fn node(&mut self, index: usize, places: &[usize]) -> Option<Node> {
        let draft = &self.unrolled.drafts[index];
        let prepared = &self.prepared[draft.template];
        let inputs: Option<BTreeMap<String, EdgeFrom>> = self.wires[index]
            .iter()
            .map(|wire| {
                let source = wire.source?;
                let from = EdgeFrom { node: places[source.draft], output: source.output?.to_owned() };
                Some((wire.port?.to_owned(), from))
            })
            .collect();
        Some(Node {
            name: draft.name.clone(),
            registration: prepared.signature?.registration,
            configured: prepared.configured.clone()?,
            inputs: inputs?,
            outputs: std::mem::take(&mut self.inferred.outputs[index]),
            run: prepared.run.clone(),
            seed: self.seeds[index],
            place: self.unrolled.templates[draft.template].name.span,
        })
    }
}
