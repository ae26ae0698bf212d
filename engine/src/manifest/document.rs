//! The unresolved document: one parse that serves every selection of presets, ablation and `--set`.

use std::collections::BTreeSet;

use super::declaration::{Manifest, Selection, Variant};
use super::declare::declare;
use super::keys::{TOP, listed, mapping_of};
use super::parse::parse;
use super::patch::{
    self, PatchSet, Preset, apply, choose, locate, misplaced_sweeps, read_ablations, read_presets, variants,
};
use super::secret;
use super::tree::{Kind, Mapping, Tree};
use super::variable;
use crate::diagnostic::{Diagnostic, SourceId, Sources, closest};

/// The smallest manifest, for the help of an empty file.
const SMALLEST: &str = "name: first\nnodes:\n  rows: {op: source.jsonl, with: {path: data/rows.jsonl}}";

/// A manifest's file, read once.
#[derive(Clone, Debug)]
pub struct Document {
    /// The file without `presets` and `ablations`.
    tree: Tree,
    presets: Vec<Preset>,
    ablations: Vec<PatchSet>,
}

impl Document {
    /// Reads a file's text, and reports what is wrong with it under every selection. What depends on the selection is
    /// reported by [`Document::resolve`].
    #[must_use]
    pub fn read(sources: &mut Sources, name: &str, text: &str) -> (Option<Self>, Vec<Diagnostic>) {
        let source = sources.add(name, text);
        let (tree, faults) = parse(sources, source);
        let failed = faults.iter().any(Diagnostic::is_error);
        let mut diagnostics: Vec<_> = faults.into_iter().map(secret::hide_in).collect();
        secret::hide(sources, source);
        let Some(mut tree) = tree else {
            if !failed {
                diagnostics.push(empty(sources, source));
            }
            return (None, diagnostics);
        };
        secret::refuse(&mut tree, sources, &mut diagnostics);
        let document = Self::from_tree(tree, &mut diagnostics);
        (document, diagnostics)
    }

    /// The presets' names in the order of the file.
    #[must_use]
    pub fn presets(&self) -> Vec<&str> {
        self.presets.iter().map(|preset| preset.changes.name.value.as_str()).collect()
    }

    /// The names of the ablations that there are under these presets: the file's in its order, then what presets add.
    #[must_use]
    pub fn ablations(&self, presets: &[String]) -> Vec<&str> {
        self.ablations_under(presets).into_iter().map(|set| set.name.value.as_str()).collect()
    }

    /// The names of the ablations that a preset brings with it.
    #[must_use]
    pub fn ablations_of(&self, preset: &str) -> Vec<&str> {
        let own = self.preset(preset).into_iter().flat_map(|preset| &preset.ablations);
        own.filter(|(_, own)| own.is_some()).map(|(name, _)| name.value.as_str()).collect()
    }

    /// The grid of an ablation's sweeps, the last one changing fastest; one variant where it sweeps nothing, none where
    /// there is no such ablation under these presets.
    #[must_use]
    pub fn variants(&self, presets: &[String], ablation: &str) -> Vec<Variant> {
        self.ablation(presets, ablation).map(variants).unwrap_or_default()
    }

    /// The pipeline of a selection: the file, changed by its presets in the order asked, its ablation's variant and its
    /// `--set` arguments; then the variables put in; then the declarations read.
    ///
    /// A manifest that comes with errors is as complete as it could be made, so that the graph can look for more of
    /// them; it must not run. Nodes with such an error are [`NodeKind::Broken`](super::NodeKind::Broken).
    #[must_use]
    pub fn resolve(&self, sources: &mut Sources, selection: &Selection) -> (Option<Manifest>, Vec<Diagnostic>) {
        let mut diagnostics = Vec::new();
        let mut tree = self.tree.clone();
        self.patch(&mut tree, sources, selection, &mut diagnostics);
        substitute(&mut tree, &mut diagnostics);
        let manifest = declare(tree, selection.seed, &mut diagnostics);
        (manifest, diagnostics)
    }

    fn from_tree(mut tree: Tree, diagnostics: &mut Vec<Diagnostic>) -> Option<Self> {
        let span = tree.span;
        let Kind::Mapping(mapping) = &mut tree.kind else {
            let message = format!("a manifest is a mapping of keys and values, not {}", tree.described());
            let fault = Diagnostic::error("manifest::wrong_type", message).label(span, "all there is");
            diagnostics.push(match tree.as_str().is_some_and(|text| text.contains(':')) {
                true => fault.help("put a space after the colon: `name: first`"),
                false => fault.help(format!("begin with\n{SMALLEST}")),
            });
            return None;
        };
        TOP.check(mapping, diagnostics);
        let presets = mapping.entry("presets").map(|entry| read_presets(entry, diagnostics)).unwrap_or_default();
        let ablations = mapping.entry("ablations").map(|entry| read_ablations(entry, diagnostics)).unwrap_or_default();
        mapping.remove("presets");
        mapping.remove("ablations");
        let document = Self { tree, presets, ablations };
        document.check_taken_away(diagnostics);
        document.check_paths(diagnostics);
        document.check_variables(diagnostics);
        document.check_sweeps(diagnostics);
        Some(document)
    }

    /// The file's ablations, as these presets leave them.
    fn ablations_under(&self, presets: &[String]) -> Vec<&PatchSet> {
        let mut sets: Vec<&PatchSet> = self.ablations.iter().collect();
        for (name, own) in presets.iter().filter_map(|name| self.preset(name)).flat_map(|preset| &preset.ablations) {
            let place = sets.iter().position(|set| set.name.value == name.value);
            match (place, own) {
                (Some(place), Some(own)) => sets[place] = own,
                (Some(place), None) => drop(sets.remove(place)),
                (None, Some(own)) => sets.push(own),
                (None, None) => {}
            }
        }
        sets
    }

    fn ablation(&self, presets: &[String], name: &str) -> Option<&PatchSet> {
        self.ablations_under(presets).into_iter().find(|set| set.name.value == name)
    }

    fn preset(&self, name: &str) -> Option<&Preset> {
        self.presets.iter().find(|preset| preset.changes.name.value == name)
    }

    /// Whether there is an ablation wherever a preset takes one away.
    fn check_taken_away(&self, diagnostics: &mut Vec<Diagnostic>) {
        let known = self.ablations(&[]);
        for (name, own) in self.presets.iter().flat_map(|preset| &preset.ablations) {
            if own.is_none() && !known.contains(&name.value.as_str()) {
                let fault = unknown("manifest::unknown_ablation", "ablation", &name.value, &known);
                diagnostics.push(fault.label(name.span, "takes it away"));
            }
        }
    }

    /// Whether every path leads somewhere in the file as it is, selected or not. What lies below a value that the same
    /// set puts in shows only when the set is applied, as do the ablations of presets.
    fn check_paths(&self, diagnostics: &mut Vec<Diagnostic>) {
        for set in self.presets.iter().map(|preset| &preset.changes).chain(&self.ablations) {
            for (index, patch) in set.patches.iter().enumerate() {
                let below = |earlier: &patch::Patch| {
                    let rest = patch.path.value.strip_prefix(earlier.path.value.as_str());
                    rest.is_some_and(|rest| rest.starts_with('.'))
                };
                if !set.patches[..index].iter().any(below) {
                    diagnostics.extend(locate(&self.tree, patch).err());
                }
            }
        }
    }

    fn check_variables(&self, diagnostics: &mut Vec<Diagnostic>) {
        let Some(entry) = self.tree.as_mapping().and_then(|top| top.entry("vars")) else { return };
        let Some(variables) = mapping_of(entry, "names and values", diagnostics) else { return };
        let mut used = BTreeSet::new();
        let sections = self.tree.as_mapping().into_iter().flat_map(|top| &top.entries);
        for section in sections.filter(|section| section.key.value != "vars") {
            variable::collect(&section.value, &mut used);
        }
        variables.entries.iter().for_each(|entry| variable::collect(&entry.value, &mut used));
        let presets = self.presets.iter();
        let presets = presets
            .flat_map(|preset| preset.ablations.iter().filter_map(|(_, own)| own.as_ref()).chain([&preset.changes]));
        for patch in presets.chain(&self.ablations).flat_map(|set| &set.patches) {
            variable::collect(&patch.value, &mut used);
        }
        variable::check(variables, &used, diagnostics);
    }

    fn check_sweeps(&self, diagnostics: &mut Vec<Diagnostic>) {
        let sections = self.tree.as_mapping().into_iter().flat_map(|top| &top.entries);
        sections.for_each(|section| misplaced_sweeps(&section.value, diagnostics));
    }

    fn patch(&self, tree: &mut Tree, sources: &mut Sources, selection: &Selection, diagnostics: &mut Vec<Diagnostic>) {
        for name in &selection.presets {
            match self.preset(name) {
                Some(preset) => preset.changes.patches.iter().for_each(|patch| apply(tree, patch, diagnostics)),
                None => diagnostics.push(unknown("manifest::unknown_preset", "preset", name, &self.presets())),
            }
        }
        if let Some(variant) = &selection.variant {
            match self.ablation(&selection.presets, &variant.ablation).map(|set| choose(set, variant)) {
                Some(Ok(patches)) => patches.iter().for_each(|patch| apply(tree, patch, diagnostics)),
                Some(Err(fault)) => diagnostics.push(fault),
                None => {
                    let (code, known) = ("manifest::unknown_ablation", self.ablations(&selection.presets));
                    diagnostics.push(unknown(code, "ablation", &variant.ablation, &known));
                }
            }
        }
        for argument in &selection.sets {
            if let Some(patch) = patch::read_argument(argument, sources, diagnostics) {
                apply(tree, &patch, diagnostics);
            }
        }
    }
}

fn substitute(tree: &mut Tree, diagnostics: &mut Vec<Diagnostic>) {
    let Kind::Mapping(top) = &mut tree.kind else { return };
    let variables = match top.remove("vars").map(|vars| vars.kind) {
        Some(Kind::Mapping(variables)) => variables,
        Some(Kind::Scalar(_) | Kind::Sequence(_)) | None => Mapping::default(),
    };
    let mut substitution = variable::Substitution::new(&variables);
    top.entries.iter_mut().for_each(|entry| substitution.apply(&mut entry.value, diagnostics));
}

fn unknown(code: &'static str, what: &str, name: &str, names: &[&str]) -> Diagnostic {
    let fault = Diagnostic::error(code, format!("the manifest has no {what} `{name}`"));
    if names.is_empty() {
        return fault.help(format!("it has no {what}s"));
    }
    let all = format!("its {what}s are {}", listed(names.iter().copied()));
    match closest(name, names.iter().copied()) {
        Some(meant) => fault.help(format!("did you mean `{meant}`? {all}")),
        None => fault.help(all),
    }
}

fn empty(sources: &Sources, source: SourceId) -> Diagnostic {
    let message = format!("`{}` holds no manifest", sources.get(source).name);
    Diagnostic::error("manifest::empty", message).help(format!("the smallest manifest is\n{SMALLEST}"))
}
