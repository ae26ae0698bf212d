//! Presets and ablations as written: names, each with its patches.

use super::super::keys::{mapping_of, wrong_type};
use super::super::tree::{Entry, Kind, Spanned, Tree};
use super::grid::{GRID, grid_size};
use crate::diagnostic::{Diagnostic, Span};

/// One change.
#[derive(Clone, Debug)]
pub(in crate::manifest) struct Patch {
    pub(in crate::manifest) path: Spanned<String>,
    /// The value to put there; in an ablation, `{each: [...]}` stands for several.
    pub(in crate::manifest) value: Tree,
}

/// Patches with a name: an ablation, or what a preset does to the pipeline.
#[derive(Clone, Debug)]
pub(in crate::manifest) struct PatchSet {
    pub(in crate::manifest) name: Spanned<String>,
    pub(in crate::manifest) patches: Vec<Patch>,
}

/// A preset: its patches, and what it does to the ablations.
#[derive(Clone, Debug)]
pub(in crate::manifest) struct Preset {
    pub(in crate::manifest) changes: PatchSet,
    /// `ablations.NAME` with the ablation that stands there under this preset; nothing takes it away.
    pub(in crate::manifest) ablations: Vec<(Spanned<String>, Option<PatchSet>)>,
}

/// Reads `ablations`.
pub(in crate::manifest) fn read_ablations(entry: &Entry, faults: &mut Vec<Diagnostic>) -> Vec<PatchSet> {
    let Some(sets) = mapping_of(entry, "names, each with its patches", faults) else { return Vec::new() };
    sets.entries.iter().map(|entry| ablation(read_set(entry, faults), faults)).collect()
}

/// Reads `presets`.
pub(in crate::manifest) fn read_presets(entry: &Entry, faults: &mut Vec<Diagnostic>) -> Vec<Preset> {
    let Some(sets) = mapping_of(entry, "names, each with its patches", faults) else { return Vec::new() };
    sets.entries.iter().map(|entry| preset(read_set(entry, faults), faults)).collect()
}

impl Patch {
    /// Whether its value is a whole node: it replaces the one of that name, or is one more.
    pub(super) fn is_node(&self) -> bool {
        let node = |tree: &Tree| tree.as_mapping().is_some_and(|node| node.get("op").or(node.get("repeat")).is_some());
        node(&self.value) || self.sweep().is_some_and(|values| !values.is_empty() && values.iter().all(node))
    }

    /// The values that an `each` takes in turn.
    pub(super) fn sweep(&self) -> Option<&[Tree]> {
        match &swept(&self.value)?.kind {
            Kind::Sequence(items) => Some(items),
            Kind::Scalar(_) | Kind::Mapping(_) => None,
        }
    }
}

/// Reports every `{each: [...]}` of a value: where only an ablation's patch may have it, as a whole.
pub(in crate::manifest) fn misplaced_sweeps(tree: &Tree, faults: &mut Vec<Diagnostic>) {
    match &tree.kind {
        Kind::Scalar(_) => {}
        Kind::Sequence(items) => items.iter().for_each(|item| misplaced_sweeps(item, faults)),
        Kind::Mapping(mapping) => {
            if let Some(key) = swept(tree).and_then(|_| mapping.entries.first()).map(|entry| entry.key.span) {
                faults.push(misplaced(key));
            }
            mapping.entries.iter().for_each(|entry| misplaced_sweeps(&entry.value, faults));
        }
    }
}

fn read_set(entry: &Entry, faults: &mut Vec<Diagnostic>) -> PatchSet {
    let patch = |entry: &Entry| Patch { path: entry.key.clone(), value: entry.value.clone() };
    let patches =
        mapping_of(entry, "paths and values", faults).map(|mapping| mapping.entries.iter().map(patch).collect());
    let name = entry.key.clone();
    if name.value.is_empty() || name.value.contains(|next: char| next.is_whitespace() || next == ',') {
        let message = format!("`{}` cannot be chosen by name", name.value);
        let fault = Diagnostic::error("manifest::name", message).label(name.span, "not a name");
        faults.push(fault.help("use a name without spaces and commas"));
    }
    PatchSet { name, patches: patches.unwrap_or_default() }
}

fn ablation(set: PatchSet, faults: &mut Vec<Diagnostic>) -> PatchSet {
    set.patches.iter().for_each(|patch| check_sweep(patch, faults));
    if grid_size(&set) > GRID {
        let message = format!("the ablation `{}` has more than {GRID} variants", set.name.value);
        let fault = Diagnostic::error("manifest::grid_size", message).label(set.name.span, "its grid is too large");
        faults.push(fault.help("split it into several ablations, each of which sweeps less"));
    }
    set
}

fn preset(set: PatchSet, faults: &mut Vec<Diagnostic>) -> Preset {
    let mut preset = Preset { changes: PatchSet { patches: Vec::new(), ..set }, ablations: Vec::new() };
    for patch in set.patches {
        let Some(name) = patch.path.value.strip_prefix("ablations.") else {
            misplaced_sweeps(&patch.value, faults);
            preset.changes.patches.push(patch);
            continue;
        };
        let key = Spanned { value: name.to_owned(), span: patch.path.span };
        let entry = Entry { key: key.clone(), value: patch.value };
        let own = (!entry.value.is_null()).then(|| ablation(read_set(&entry, faults), faults));
        preset.ablations.push((key, own));
    }
    preset
}

fn check_sweep(patch: &Patch, faults: &mut Vec<Diagnostic>) {
    let Some(values) = each(&patch.value) else { return misplaced_sweeps(&patch.value, faults) };
    let Kind::Sequence(items) = &values.value.kind else {
        return faults.push(wrong_type(&values.key, &values.value, "a list of values").help("write `each: [a, b]`"));
    };
    if items.is_empty() {
        let fault = Diagnostic::error("manifest::empty_each", "`each` has no values").label(values.value.span, "empty");
        faults.push(fault.help("name the values to try, or write one value in place of `{each: ...}`"));
    }
    items.iter().for_each(|item| misplaced_sweeps(item, faults));
}

/// The one entry of `{each: ...}`.
fn each(tree: &Tree) -> Option<&Entry> {
    match tree.as_mapping()?.entries.as_slice() {
        [entry] if entry.key.value == "each" => Some(entry),
        _ => None,
    }
}

/// The list of `{each: [...]}`.
fn swept(tree: &Tree) -> Option<&Tree> {
    each(tree).map(|entry| &entry.value).filter(|values| matches!(values.kind, Kind::Sequence(_)))
}

fn misplaced(key: Span) -> Diagnostic {
    Diagnostic::error("manifest::each_outside_ablation", "`each` stands where it cannot sweep")
        .label(key, "not the whole value of an ablation's path")
        .help("in `ablations`, write the path of this value: `node.with.key: {each: [a, b]}`")
}
