//! The front end in one piece: from a manifest's bytes to checked graphs, and everything that is wrong with it.
//!
//! Owns the order of the stages and the choice of what is checked. Plans and runs nothing.

use std::collections::{BTreeSet, HashSet};

use crate::diagnostic::{Diagnostic, Label, Sources, arrange};
use crate::graph::{self, Graph};
use crate::manifest::{Document, Manifest, Selection, Variant, decode};
use crate::operator::ExternalFiles;

/// How many variants of an ablation are checked one by one; of a larger grid each value is checked once.
const MOST_VARIANTS: usize = 64;

/// A manifest's file, read, and the texts that its diagnostics point into.
#[derive(Clone, Debug)]
pub struct Pipeline {
    document: Option<Document>,
    sources: Sources,
    files: ExternalFiles,
    /// What is wrong with the file under every selection.
    faults: Vec<Diagnostic>,
}

impl Pipeline {
    /// Reads a manifest: `name` is what diagnostics call it, `files` where its paths lead, or the folder that they start
    /// from. There always is a pipeline, so that its faults can be shown.
    #[must_use]
    pub fn read(name: &str, bytes: &[u8], files: impl Into<ExternalFiles>) -> Self {
        let mut sources = Sources::default();
        let (document, faults) = match decode(bytes) {
            Ok(text) => Document::read(&mut sources, name, text),
            Err(fault) => (None, vec![fault]),
        };
        Self { document, sources, files: files.into(), faults }
    }

    /// The texts that diagnostics point into.
    #[must_use]
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The pipeline's name, whatever else is wrong; none where there is none.
    #[must_use]
    pub fn name(&mut self, selection: &Selection) -> Option<String> {
        let (manifest, _) = self.document.as_ref()?.resolve(&mut self.sources, selection);
        manifest.map(|manifest| manifest.name.value)
    }

    /// The document, where the file could be read.
    #[must_use]
    pub fn document(&self) -> Option<&Document> {
        self.document.as_ref()
    }

    /// The checked graph of one selection, and all diagnostics of the file and of this selection. There is a graph
    /// exactly where none of them is an error.
    pub fn graph(&mut self, selection: &Selection) -> (Option<(Manifest, Graph)>, Vec<Diagnostic>) {
        let (resolved, found) = self.resolve(selection);
        let diagnostics = self.distinct(self.faults.iter().cloned().chain(found));
        let checked = resolved.filter(|_| !diagnostics.iter().any(Diagnostic::is_error));
        (checked, diagnostics)
    }

    /// Everything that is wrong with the file, with the selection, with every preset alone where none is chosen, and with
    /// every variant of every ablation, the presets' own among them; each fault once.
    pub fn check_all(&mut self, selection: &Selection) -> Vec<Diagnostic> {
        let mut found = self.faults.clone();
        found.extend(self.resolve(selection).1);
        for (selection, name) in self.others(selection) {
            // A node that a variant no longer reads is what the variant is about.
            let told = self.resolve(&selection).1.into_iter().filter(|fault| fault.code != "graph::unread");
            found.extend(told.map(|fault| noted(fault, &name)));
        }
        self.distinct(found)
    }

    fn resolve(&mut self, selection: &Selection) -> (Option<(Manifest, Graph)>, Vec<Diagnostic>) {
        let Some(document) = &self.document else { return (None, Vec::new()) };
        let (manifest, mut diagnostics) = document.resolve(&mut self.sources, selection);
        let Some(manifest) = manifest else { return (None, diagnostics) };
        let (graph, faults) = graph::build(&manifest, &self.files);
        diagnostics.extend(faults);
        (graph.map(|graph| (manifest, graph)), diagnostics)
    }

    /// Every preset alone, where none is chosen, with the ablations that it brings, and every variant of the selection;
    /// each with what diagnostics call it.
    fn others(&self, base: &Selection) -> Vec<(Selection, String)> {
        let Some(document) = &self.document else { return Vec::new() };
        // What is chosen was written for the preset that is chosen with it.
        let presets = document.presets().into_iter().filter(|_| base.presets.is_empty()).flat_map(|preset| {
            let selection = Selection { presets: vec![preset.to_owned()], ..base.clone() };
            let name = format!("the preset `{preset}`");
            let own = variants(document, &selection, document.ablations_of(preset), &format!(" under {name}"));
            [(selection, name)].into_iter().chain(own)
        });
        let own = variants(document, base, document.ablations(&base.presets), "");
        presets.chain(own).collect()
    }

    /// Each fault once: selections share most of their text. The same argument is a new source for every selection,
    /// so sources are told apart by name.
    fn distinct(&self, diagnostics: impl IntoIterator<Item = Diagnostic>) -> Vec<Diagnostic> {
        let mut seen = HashSet::new();
        let place = |label: &Label| {
            let source = self.sources.get(label.span.source).name.clone();
            (source, label.span.start, label.span.end, label.text.clone())
        };
        let key = |fault: &Diagnostic| {
            (fault.code, fault.message.clone(), fault.labels.iter().map(place).collect::<Vec<_>>())
        };
        arrange(diagnostics.into_iter().filter(|fault| seen.insert(key(fault))).collect())
    }
}

/// A selection's variants by ablation.
fn variants(document: &Document, base: &Selection, ablations: Vec<&str>, under: &str) -> Vec<(Selection, String)> {
    let all = ablations.into_iter().flat_map(|name| telling(document.variants(&base.presets, name)));
    let named = all.map(|variant| {
        let name = format!("the ablation `{}`{under}", variant.label);
        (Selection { variant: Some(variant), ..base.clone() }, name)
    });
    named.collect()
}

/// All variants of a small grid; of a large one enough that each sweep takes each of its values.
fn telling(variants: Vec<Variant>) -> Vec<Variant> {
    if variants.len() <= MOST_VARIANTS {
        return variants;
    }
    let mut seen = BTreeSet::new();
    let mut fresh = |variant: &Variant| {
        let choices = variant.choices.iter().map(|(path, index)| (path.clone(), *index));
        choices.filter(|choice| seen.insert(choice.clone())).count() > 0
    };
    variants.into_iter().filter(|variant| fresh(variant)).collect()
}

fn noted(fault: Diagnostic, selection: &str) -> Diagnostic {
    let help = match &fault.help {
        Some(help) => format!("{help}\nfound with {selection}"),
        None => format!("found with {selection}"),
    };
    fault.help(help)
}
