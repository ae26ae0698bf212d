//! `millrace ablate`: every variant and seed in one plan, run once and compared.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;

use engine::ablation::{Counted, Measured, Measurement, Variation, compare, measure, variations};
use engine::cache::Cache;
use engine::diagnostic::arrange;
use engine::event::Outcome;
use engine::graph::Graph;
use engine::plan::{Plan, State, plan};

use crate::cli::Ablate;
use crate::execute;
use crate::exit::{Exit, Failure};
use crate::hub::Absent;
use crate::open;
use crate::render::comparison;
use crate::report::{self, Asked};

/// Runs the variants and prints their table.
pub fn execute(arguments: &Ablate, out: &mut dyn Write) -> Result<Exit, Failure> {
    let mut pipeline = open::read(&arguments.pipeline.file, Absent::Fetched)?;
    let selection = open::selection(&arguments.pipeline);
    let found = match variations(&mut pipeline, &selection, &arguments.names) {
        Ok(found) => found,
        Err(diagnostics) => {
            open::tell(&arrange(diagnostics), pipeline.sources())?;
            return Ok(Exit::Invalid);
        }
    };
    let cache = open::cache(&arguments.pipeline)?;
    let planned = merged(&found, &cache)?;
    let asked = Asked::of_variations(&arguments.pipeline.file, &found);
    let summary = execute::execute(&planned, &cache, &arguments.running, asked, None)?;
    if summary.outcome == Outcome::Interrupted {
        report::leave(&cache, &summary);
        return Ok(Exit::Interrupted);
    }
    let measured = measured(&found, &planned, &cache)?;
    keep(&cache.run_folder(&summary.run), &measured)?;
    report::leave(&cache, &summary);
    let rows = compare(&measured);
    match (arguments.json, arguments.csv) {
        (true, _) => writeln!(out, "{}", serde_json::to_string_pretty(&rows).map_err(Failure::engine)?)?,
        (_, true) => comparison::csv(out, &rows)?,
        _ => comparison::text(out, &rows)?,
    }
    Ok(execute::exit(summary.outcome))
}

/// The plan of all variations for what `report` measures, or for everything where it measures nothing.
fn merged(variations: &[Variation], cache: &Cache) -> Result<Plan, Failure> {
    let graphs: Vec<_> = variations.iter().map(|own| (own.label.as_str(), &own.graph)).collect();
    let measured =
        variations.iter().flat_map(|own| own.graph.metrics.iter().map(|(_, node, _)| &own.graph.nodes[*node]));
    let names: BTreeSet<&str> = measured.map(|node| node.name.as_str()).collect();
    let names: Vec<&str> = names.into_iter().collect();
    plan(&graphs, cache, (!names.is_empty()).then_some(names.as_slice())).map_err(Failure::plan)
}

/// What the table is made of, beside the run's record: the report is made of it too.
fn keep(run: &Path, measured: &Measured) -> Result<(), Failure> {
    let text = serde_json::to_vec(measured).map_err(Failure::engine)?;
    fs::write(run.join(report::COMPARISON), text).map_err(Failure::from)
}

fn measured(variations: &[Variation], planned: &Plan, cache: &Cache) -> Result<Measured, Failure> {
    let mut found = Measured::default();
    for variation in variations {
        let nodes = needed(&variation.graph);
        let cached = nodes - made(variation, planned);
        match found.variants.iter_mut().find(|own| own.variant == variation.variant) {
            Some(own) => (own.cached, own.nodes) = (own.cached + cached, own.nodes + nodes),
            None => found.variants.push(Counted { variant: variation.variant.clone(), cached, nodes }),
        }
        for (label, node, metric) in &variation.graph.metrics {
            if !found.metrics.contains(label) {
                found.metrics.push(label.clone());
            }
            if let Some(value) = value(variation, *node, metric, planned, cache)? {
                let (variant, seed) = (variation.variant.clone(), variation.seed);
                found.values.push(Measurement { variant, seed, metric: label.clone(), value });
            }
        }
    }
    Ok(found)
}

/// How many nodes the measured ones need, themselves included.
fn needed(graph: &Graph) -> usize {
    if graph.metrics.is_empty() {
        return graph.nodes.len();
    }
    let mut needed = BTreeSet::new();
    let mut open: Vec<usize> = graph.metrics.iter().map(|(_, node, _)| *node).collect();
    while let Some(node) = open.pop() {
        if needed.insert(node) {
            open.extend(graph.nodes[node].inputs.values().map(|edge| edge.node));
        }
    }
    needed.len()
}

/// How many nodes are run for a variation: not those that were there, nor those that an earlier variation makes.
fn made(variation: &Variation, planned: &Plan) -> usize {
    let made_for_it = planned.tasks.iter().filter(|task| {
        let first = task.names.first().is_some_and(|(label, _)| *label == variation.label);
        first && !matches!(task.state, State::Cached { .. })
    });
    made_for_it.count()
}

fn value(
    variation: &Variation,
    node: usize,
    metric: &str,
    planned: &Plan,
    cache: &Cache,
) -> Result<Option<f64>, Failure> {
    let node = &variation.graph.nodes[node];
    let own = (variation.label.clone(), node.name.clone());
    let task = planned.tasks.iter().find(|task| task.names.contains(&own));
    let entry = task.and_then(|task| task.fingerprint).and_then(|fingerprint| cache.find(&fingerprint).present());
    let Some(entry) = entry else { return Ok(None) };
    let ports = (node.registration.outputs)();
    let outputs: Vec<&str> = ports.iter().map(|port| port.name).collect();
    measure(&entry, &outputs, metric).map_err(Failure::engine)
}
