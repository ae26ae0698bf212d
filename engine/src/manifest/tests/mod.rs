//! What is common to the tests of the whole way from text to manifest.

#![expect(clippy::unwrap_used, reason = "tests")]

mod broken;
mod example;
mod faults;
mod patches;
mod places;
mod properties;
mod secrets;

use std::collections::BTreeMap;

use super::{Document, Manifest, NodeDeclaration, NodeKind, OperatorNode, Selection, Variant};
use crate::diagnostic::{Diagnostic, Palette, Sources, arrange, render};

const RECODE: &str = include_str!("recode.yaml");

/// A text read and resolved.
struct Read {
    sources: Sources,
    manifest: Option<Manifest>,
    diagnostics: Vec<Diagnostic>,
}

impl Read {
    fn rendered(&self) -> String {
        render(&self.diagnostics, &self.sources, 100, Palette::Plain)
    }

    /// The manifest of a text without any fault.
    fn manifest(&self) -> &Manifest {
        assert!(self.diagnostics.is_empty(), "{}", self.rendered());
        self.manifest.as_ref().unwrap()
    }

    fn operator(&self, path: &str) -> &OperatorNode {
        operator(self.manifest(), path)
    }
}

fn read(text: &str, selection: &Selection) -> Read {
    let mut sources = Sources::default();
    let (document, mut diagnostics) = Document::read(&mut sources, "flow.yaml", text);
    let resolved = document.map(|document| document.resolve(&mut sources, selection));
    let manifest = resolved.and_then(|(manifest, more)| {
        diagnostics.extend(more);
        manifest
    });
    Read { sources, manifest, diagnostics: arrange(diagnostics) }
}

fn node<'a>(nodes: &'a [NodeDeclaration], name: &str) -> &'a NodeDeclaration {
    nodes.iter().find(|node| node.name.value == name).unwrap()
}

/// The operator node at `node` or `block.node`.
fn operator<'a>(manifest: &'a Manifest, path: &str) -> &'a OperatorNode {
    let mut nodes = &manifest.nodes;
    for step in path.split('.') {
        match &node(nodes, step).kind {
            NodeKind::Operator(operator) => return operator,
            NodeKind::Block(block) => nodes = &block.nodes,
            NodeKind::Broken => panic!("`{path}` is broken"),
        }
    }
    panic!("`{path}` is a block")
}

fn sets(sets: &[&str]) -> Selection {
    Selection { sets: sets.iter().map(|set| (*set).to_owned()).collect(), ..Selection::default() }
}
