//! `report`: what `ablate` measures.

use super::super::declaration::Report;
use super::super::keys::{REPORT, resolved_mapping_of, wrong_type};
use super::super::reference;
use super::super::tree::{Entry, Kind, Mapping, Spanned, Tree};
use super::super::variable::is_unresolved;
use crate::diagnostic::Diagnostic;

/// Reads the section; items with a fault are left out.
pub(super) fn declare_report(entry: &Entry, faults: &mut Vec<Diagnostic>) -> Option<Report> {
    let mapping = resolved_mapping_of(entry, "`seeds`, `vary` and `metrics`", faults)?;
    REPORT.check(mapping, faults);
    let seeds = items(mapping, "seeds", "seeds: [1, 2, 3]", faults);
    let seeds = seeds.into_iter().filter_map(|item| seed(item, faults)).collect();
    let vary = items(mapping, "vary", "vary: [policy]", faults);
    let vary = vary.into_iter().filter_map(|item| kept(reference::read(item, "an item of `vary`"), faults)).collect();
    let metrics = items(mapping, "metrics", "metrics: [pass.pass@1]", faults);
    let metrics = metrics.into_iter().filter_map(|item| kept(metric(item), faults)).collect();
    Some(Report { seeds, vary, metrics })
}

fn items<'a>(mapping: &'a Mapping, key: &str, example: &str, faults: &mut Vec<Diagnostic>) -> Vec<&'a Tree> {
    let Some(entry) = mapping.entry(key).filter(|entry| !entry.value.is_null()) else { return Vec::new() };
    match &entry.value.kind {
        Kind::Sequence(items) => items.iter().filter(|item| !is_unresolved(item)).collect(),
        Kind::Scalar(_) | Kind::Mapping(_) => {
            if !is_unresolved(&entry.value) {
                faults.push(wrong_type(&entry.key, &entry.value, "a list").help(format!("as in `{example}`")));
            }
            Vec::new()
        }
    }
}

fn seed(item: &Tree, faults: &mut Vec<Diagnostic>) -> Option<u64> {
    let seed = item.as_scalar().and_then(|scalar| scalar.value.as_u64());
    if seed.is_none() {
        let message = format!("a seed is an integer that is not negative, not {}", item.described());
        let fault = item.blame(Diagnostic::error("manifest::wrong_type", message), "not a seed");
        faults.push(fault.help("as in `seeds: [1, 2, 3]`"));
    }
    seed
}

fn metric(item: &Tree) -> Result<Spanned<String>, Diagnostic> {
    let named = item
        .as_str()
        .filter(|text| text.split_once('.').is_some_and(|(node, name)| !node.is_empty() && !name.is_empty()));
    named.map(|text| Spanned { value: text.to_owned(), span: item.span }).ok_or_else(|| {
        let fault = Diagnostic::error("manifest::metric", "a metric is named by its node and its own name");
        item.blame(fault, "not `node.metric`").help("as in `metrics: [pass.pass@1]`")
    })
}

fn kept<T>(read: Result<T, Diagnostic>, faults: &mut Vec<Diagnostic>) -> Option<T> {
    read.map_err(|fault| faults.push(fault)).ok()
}
