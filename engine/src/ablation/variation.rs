//! The variants and seeds of a pipeline, each with its graph.

use crate::diagnostic::Diagnostic;
use crate::graph::Graph;
use crate::manifest::{Manifest, Selection, Variant};
use crate::pipeline::Pipeline;

/// What the comparison calls the pipeline as it stands.
pub const BASE: &str = "base";

/// One variant under one seed.
#[derive(Clone, Debug)]
pub struct Variation {
    /// The variant's label; [`BASE`] for the pipeline as it stands.
    pub variant: String,
    /// The seed.
    pub seed: u64,
    /// What plan and events call it: the variant, and the seed where there are several.
    pub label: String,
    /// The manifest as it was resolved.
    pub manifest: Manifest,
    /// The checked graph.
    pub graph: Graph,
}

/// The base, and every variant of the named ablations or of all, each under every seed of `report`.
///
/// # Errors
/// All diagnostics, where one of them is an error or a name is unknown.
pub fn variations(
    pipeline: &mut Pipeline,
    base: &Selection,
    names: &[String],
) -> Result<Vec<Variation>, Vec<Diagnostic>> {
    let variants = chosen(pipeline, &base.presets, names)?;
    let mut found = Vec::new();
    for variant in std::iter::once(None).chain(variants.into_iter().map(Some)) {
        let label = variant.as_ref().map_or(BASE, |variant| variant.label.as_str()).to_owned();
        let selection = Selection { variant, ..base.clone() };
        let (manifest, _) = checked(pipeline, &selection)?;
        for seed in seeds(&manifest) {
            let reseed = report_seeds(&manifest).contains(&seed).then_some(seed);
            let (manifest, graph) = checked(pipeline, &Selection { seed: reseed, ..selection.clone() })?;
            let several = seeds(&manifest).len() > 1;
            let full = if several { format!("{label}, seed {seed}") } else { label.clone() };
            found.push(Variation { variant: label.clone(), seed, label: full, manifest, graph });
        }
    }
    Ok(found)
}

/// The variants of the named ablations, or of all that there are under these presets.
fn chosen(pipeline: &Pipeline, presets: &[String], names: &[String]) -> Result<Vec<Variant>, Vec<Diagnostic>> {
    let Some(document) = pipeline.document() else { return Ok(Vec::new()) };
    let known = document.ablations(presets);
    let unknown = names.iter().filter(|name| !known.contains(&name.as_str()));
    let faults: Vec<Diagnostic> = unknown.map(|name| unknown_ablation(name, &known)).collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    let wanted = known.into_iter().filter(|name| names.is_empty() || names.iter().any(|own| own == name));
    Ok(wanted.flat_map(|name| document.variants(presets, name)).collect())
}

fn checked(pipeline: &mut Pipeline, selection: &Selection) -> Result<(Manifest, Graph), Vec<Diagnostic>> {
    let (checked, diagnostics) = pipeline.graph(selection);
    checked.ok_or(diagnostics)
}

fn report_seeds(manifest: &Manifest) -> &[u64] {
    manifest.report.as_ref().map_or(&[], |report| report.seeds.as_slice())
}

fn seeds(manifest: &Manifest) -> Vec<u64> {
    let seeds = report_seeds(manifest);
    if seeds.is_empty() { vec![manifest.seed] } else { seeds.to_vec() }
}

fn unknown_ablation(name: &str, known: &[&str]) -> Diagnostic {
    let fault = Diagnostic::error("ablation::unknown", format!("there is no ablation `{name}`"));
    match crate::diagnostic::closest(name, known.iter().copied()) {
        Some(near) => fault.help(format!("did you mean `{near}`?")),
        None if known.is_empty() => fault.help("add one under `ablations` in the manifest"),
        None => fault.help(format!("the manifest has {}", known.join(", "))),
    }
}
