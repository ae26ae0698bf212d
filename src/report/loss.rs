//! Rows that went no further: those that failed for a reason of their own, and those that an output sets aside.

use std::collections::HashMap;

use engine::cache::Entry;
use engine::operator::ShapeKind;
use engine::table::Table;

use super::catalogue::registration;
use super::gather::Made;
use super::sample::texts;
use super::{Input, Loss, Output, Tally};

/// The outputs whose rows nobody asked for.
const ASIDE: [&str; 3] = ["removed", "unparsed", "unjudged"];

/// How many reasons are told apart.
const REASONS: usize = 6;

/// How long a reason may be; what differs only behind is the same.
const LONGEST: usize = 160;

pub(super) fn losses(own: &Made, entry: &Entry, inputs: &[Input], outputs: &[Output]) -> Vec<Loss> {
    let mut losses = Vec::new();
    if entry.failed() > 0 {
        let reasons = entry.failed_rows().filter_map(Result::ok).map(|failure| failure.reason);
        let of = read(own, inputs).unwrap_or_default().max(entry.failed());
        losses.push(Loss { port: None, rows: entry.failed(), of, reasons: tally(reasons) });
    }
    let of = outputs.iter().filter_map(|output| output.rows).sum();
    for output in outputs.iter().filter(|output| output.aside) {
        if let Some(rows) = output.rows.filter(|rows| *rows > 0) {
            losses.push(Loss { port: Some(output.port.clone()), rows, of, reasons: reasons(entry, output) });
        }
    }
    losses.extend(silent(own, entry, inputs, outputs));
    losses
}

/// Whether an output's rows are those that nobody asked for.
pub(super) fn is_aside(port: &str) -> bool {
    ASIDE.contains(&port)
}

/// How many rows came in at the operator's first port.
fn read(own: &Made, inputs: &[Input]) -> Option<u64> {
    let registration = registration(&own.ingredients.operator)?;
    let first = (registration.inputs)().first().map(|port| port.name)?;
    inputs.iter().find(|input| input.port == first)?.rows
}

/// Of an operator that works on single rows and has no other output, those that gave nothing.
fn silent(own: &Made, entry: &Entry, inputs: &[Input], outputs: &[Output]) -> Option<Loss> {
    let kind = registration(&own.ingredients.operator)?.kind;
    let (ShapeKind::Row, [only]) = (kind, outputs) else { return None };
    let of = read(own, inputs)?;
    let rows = of.checked_sub(only.rows? + entry.failed()).filter(|rows| *rows > 0)?;
    Some(Loss { port: None, rows, of, reasons: vec![Tally { what: Some("gave no row".to_owned()), rows }] })
}

/// What the rows say themselves, or what the output is for.
fn reasons(entry: &Entry, output: &Output) -> Vec<Tally> {
    let rows = output.rows.unwrap_or_default();
    let table = entry.table(&output.port).ok().flatten();
    match table.and_then(|table| tally_column(&table, "reason")) {
        Some(said) => said,
        None => vec![Tally { what: Some(output.doc.trim_end_matches('.').to_owned()), rows }],
    }
}

/// How often each value of a text column stands there, the most frequent first; none where there is no such column. A row
/// without a value has nothing to tell.
pub(super) fn tally_column(table: &Table, column: &str) -> Option<Vec<Tally>> {
    table.schema.field_with_name(column).ok()?;
    Some(tally(texts(table, column).flatten()))
}

fn tally(said: impl Iterator<Item = String>) -> Vec<Tally> {
    let mut counts: HashMap<String, u64> = HashMap::new();
    for text in said {
        *counts.entry(text.chars().take(LONGEST).collect()).or_default() += 1;
    }
    let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
    counts.sort_by(|one, other| (other.1, &one.0).cmp(&(one.1, &other.0)));
    let rest: u64 = counts.iter().skip(REASONS).map(|(_, rows)| rows).sum();
    let named = counts.into_iter().take(REASONS).map(|(what, rows)| Tally { what: Some(what), rows });
    named.chain((rest > 0).then_some(Tally { what: None, rows: rest })).collect()
}
