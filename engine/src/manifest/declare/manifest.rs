//! The top of a manifest: `name`, `seed`, `nodes`, `report`.

use super::super::declaration::Manifest;
use super::super::keys::{resolved_mapping_of, wrong_type};
use super::super::name::check_pipeline_name;
use super::super::tree::{Entry, Mapping, Spanned, Tree};
use super::super::variable::is_undefined;
use super::node::declare_nodes;
use super::report::declare_report;
use crate::diagnostic::{Diagnostic, Span};

/// Reads the declarations of a tree that presets, ablations and variables are taken out of. None where there are no
/// nodes to speak of.
pub(in crate::manifest) fn declare(tree: Tree, reseed: Option<u64>, faults: &mut Vec<Diagnostic>) -> Option<Manifest> {
    let top = tree.as_mapping()?;
    let name = name(top, tree.span, faults);
    let seed = seed(top, faults);
    let report = top.entry("report").and_then(|entry| declare_report(entry, faults));
    let nodes = match top.entry("nodes") {
        None => {
            faults.push(missing("nodes", tree.span, "nodes:\n  rows: {op: source.jsonl, with: {path: rows.jsonl}}"));
            return None;
        }
        Some(entry) => match resolved_mapping_of(entry, "names and nodes", faults) {
            Some(mapping) if !mapping.entries.is_empty() => declare_nodes(mapping, faults),
            Some(_) => {
                faults.push(no_nodes(entry.key.span));
                return None;
            }
            None => {
                faults.extend(entry.value.is_null().then(|| no_nodes(entry.key.span)));
                return None;
            }
        },
    };
    Some(Manifest { name, seed, reseed, nodes, report, tree })
}

fn name(top: &Mapping, whole: Span, faults: &mut Vec<Diagnostic>) -> Spanned<String> {
    let unnamed = |span: Span| Spanned { value: String::new(), span: Span { end: span.start, ..span } };
    let Some(entry) = top.entry("name") else {
        faults.push(missing("name", whole, "name: first"));
        return unnamed(whole);
    };
    let Some(text) = entry.value.as_str() else {
        faults.push(wrong_type(&entry.key, &entry.value, "a text").help("quote it if it is one, as in `name: \"7\"`"));
        return unnamed(entry.value.span);
    };
    let name = Spanned { value: text.to_owned(), span: entry.value.span };
    faults.extend(check_pipeline_name(&name));
    name
}

fn seed(top: &Mapping, faults: &mut Vec<Diagnostic>) -> u64 {
    let given = |entry: &&Entry| !entry.value.is_null() && !is_undefined(&entry.value);
    let Some(entry) = top.entry("seed").filter(given) else { return 0 };
    let seed = entry.value.as_scalar().and_then(|scalar| scalar.value.as_u64());
    seed.unwrap_or_else(|| {
        let help = "a seed is an integer from 0 to 18446744073709551615";
        faults.push(wrong_type(&entry.key, &entry.value, "an integer that is not negative").help(help));
        0
    })
}

fn missing(key: &str, whole: Span, example: &str) -> Diagnostic {
    let start = Span { end: whole.start, ..whole };
    Diagnostic::error("manifest::missing_key", format!("the manifest has no `{key}`"))
        .label(start, "nowhere in this file")
        .help(format!("add\n{example}"))
}

fn no_nodes(key: Span) -> Diagnostic {
    Diagnostic::error("manifest::no_nodes", "the manifest has no nodes")
        .label(key, "nothing below it")
        .help("write `name: {op: ...}` for every node below `nodes`")
}
