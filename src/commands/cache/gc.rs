//! `millrace cache gc`: takes away what none of the named pipelines reaches.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use engine::ablation::variations;
use engine::cache::{Ages, Cache, Garbage};
use engine::diagnostic::arrange;
use engine::graph::Graph;
use engine::manifest::Selection;
use engine::plan::{Fingerprint, plan};

use crate::cli::Collect;
use crate::exit::{Exit, Failure};
use crate::hub::Absent;
use crate::open;
use crate::render::size;

/// Removes garbage, or lists it.
pub fn execute(arguments: &Collect, out: &mut dyn Write) -> Result<Exit, Failure> {
    let root = arguments.cache.clone().or_else(|| arguments.keep.first().map(|file| open::beside(file)));
    let cache = super::at(&root.unwrap_or_default())?;
    let mut keep = BTreeSet::new();
    for file in &arguments.keep {
        keep.extend(reached(file, &cache)?);
    }
    let garbage = cache.garbage(&keep, Ages::default());
    if arguments.dry_run {
        list(out, &garbage, "would remove")?;
    } else {
        list(out, &cache.collect(&garbage).map_err(Failure::engine)?, "removed")?;
    }
    Ok(Exit::Done)
}

/// Every output of a pipeline: as it stands, with each preset, with every ablation and seed.
fn reached(file: &Path, cache: &Cache) -> Result<Vec<Fingerprint>, Failure> {
    let mut pipeline = open::read(file, Absent::Told)?;
    let presets: Vec<String> = pipeline
        .document()
        .map(|document| document.presets().into_iter().map(str::to_owned).collect())
        .unwrap_or_default();
    let selections = std::iter::once(Vec::new()).chain(presets.into_iter().map(|preset| vec![preset]));
    let mut fingerprints = Vec::new();
    for presets in selections {
        let found = variations(&mut pipeline, &Selection { presets, ..Selection::default() }, &[]);
        let found = match found {
            Ok(found) => found,
            // A pipeline with faults reaches nothing that can be named: nothing may be removed on its word.
            Err(diagnostics) => {
                open::tell(&arrange(diagnostics), pipeline.sources())?;
                return Err(Failure::Told(Exit::Invalid));
            }
        };
        let graphs: Vec<_> = found.iter().map(|own| (own.label.as_str(), &own.graph)).collect();
        fingerprints.extend(outputs(&graphs, cache)?);
    }
    Ok(fingerprints)
}

fn outputs(graphs: &[(&str, &Graph)], cache: &Cache) -> Result<Vec<Fingerprint>, Failure> {
    let names: BTreeSet<&str> =
        graphs.iter().flat_map(|(_, graph)| graph.nodes.iter().map(|node| node.name.as_str())).collect();
    let names: Vec<&str> = names.into_iter().collect();
    let planned = plan(graphs, cache, Some(&names)).map_err(Failure::plan)?;
    Ok(planned.tasks.iter().filter_map(|task| task.fingerprint).collect())
}

fn list(out: &mut dyn Write, garbage: &[Garbage], verb: &str) -> std::io::Result<()> {
    for own in garbage {
        writeln!(out, "{:>10}  {}", size::bytes(own.bytes), own.label)?;
    }
    let total = garbage.iter().map(|own| own.bytes).sum();
    writeln!(out, "{verb} {} in {} pieces", size::bytes(total), garbage.len())
}
