//! The grid of an ablation: one variant for every combination of its sweeps' values.

use std::collections::BTreeMap;

use super::super::declaration::Variant;
use super::super::tree::{Kind, Tree};
use super::set::{Patch, PatchSet};
use crate::diagnostic::Diagnostic;

/// How many variants one ablation may have.
pub(in crate::manifest) const GRID: usize = 10_000;

/// How many variants the ablation has.
pub(in crate::manifest) fn grid_size(set: &PatchSet) -> usize {
    sweeps(set).fold(1, |size, (_, values)| size.saturating_mul(values.len()))
}

/// All variants, the last sweep changing fastest.
pub(in crate::manifest) fn variants(set: &PatchSet) -> Vec<Variant> {
    (0..grid_size(set).min(GRID)).map(|index| variant(set, index)).collect()
}

/// The ablation's patches with one value for every sweep.
///
/// # Errors
/// The variant names a value that the sweep does not have.
pub(in crate::manifest) fn choose(set: &PatchSet, variant: &Variant) -> Result<Vec<Patch>, Diagnostic> {
    let chosen = |patch: &Patch| {
        let Some(values) = patch.sweep() else { return Ok(patch.clone()) };
        let index = variant.choices.get(&patch.path.value);
        let value = index.and_then(|index| values.get(*index)).ok_or_else(|| {
            let message = format!("`{}` is no variant of the ablation `{}`", variant.label, set.name.value);
            let fault = Diagnostic::error("manifest::unknown_variant", message);
            fault.label(patch.path.span, format!("sweeps {} values", values.len()))
        })?;
        Ok(Patch { path: patch.path.clone(), value: value.clone() })
    };
    set.patches.iter().map(chosen).collect()
}

fn sweeps(set: &PatchSet) -> impl DoubleEndedIterator<Item = (&Patch, &[Tree])> {
    set.patches.iter().filter_map(|patch| Some((patch, patch.sweep()?)))
}

fn variant(set: &PatchSet, mut index: usize) -> Variant {
    let mut choices = BTreeMap::new();
    let mut parts = Vec::new();
    for (patch, values) in sweeps(set).rev() {
        let chosen = index % values.len();
        index /= values.len();
        choices.insert(patch.path.value.clone(), chosen);
        parts.push((&patch.path.value, compact(&values[chosen])));
    }
    let name = &set.name.value;
    let label = match parts.as_slice() {
        [(_, only)] => format!("{name}={only}"),
        several => several.iter().rev().fold(name.clone(), |label, (path, value)| format!("{label} {path}={value}")),
    };
    Variant { ablation: name.clone(), choices, label }
}

/// The value on one line.
fn compact(tree: &Tree) -> String {
    match &tree.kind {
        Kind::Scalar(scalar) if scalar.text.is_empty() => "null".to_owned(),
        Kind::Scalar(scalar) => scalar.text.split_whitespace().collect::<Vec<_>>().join(" "),
        Kind::Sequence(items) => format!("[{}]", items.iter().map(compact).collect::<Vec<_>>().join(", ")),
        Kind::Mapping(mapping) => {
            let entries = mapping.entries.iter();
            let entries = entries.map(|entry| format!("{}: {}", entry.key.value, compact(&entry.value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}
