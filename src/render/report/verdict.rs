//! How programs ended: the sandbox's verdicts as chips and as a bar.

use maud::{Markup, html};
use serde_json::Value;

use super::quantity::share;
use crate::render::plan::grouped;
use crate::report::{Sample, Shown, Tally};

/// What a program that passed everything has for a status.
const PASSED: &str = "passed";

/// How many tests of a program are shown.
const TESTS: usize = 40;

/// A row's verdict; nothing where it has none.
pub(super) fn chips(row: &Sample) -> Markup {
    let Some(status) = row.get("status").and_then(text) else { return html! {} };
    let whole = |column: &str| match row.get(column) {
        Some(Shown::Whole(value)) => value.as_i64(),
        _ => None,
    };
    let tests = whole("tests_passed").zip(whole("tests_total"));
    html! {
        p.verdict {
            (chip(status))
            @if let Some((passed, total)) = tests { span.number { (passed) " of " (total) " tests" } }
            (results(row.get("results")))
        }
    }
}

/// Whether a column is told by the chips of a row.
pub(super) fn tells(row: &Sample, column: &str) -> bool {
    row.get("status").is_some() && ["status", "passed", "tests_passed", "tests_total"].contains(&column)
}

/// A mark for each test.
fn results(results: Option<&Shown>) -> Markup {
    let Some(Shown::Whole(Value::Array(results))) = results else { return html! {} };
    let status = |result: &Value| result["status"].as_str().unwrap_or_default().to_owned();
    html! {
        span.tests role="img" aria-label="each test" {
            @for result in results.iter().take(TESTS).map(status) {
                span class={ "test" @if result == PASSED { " passed" } } title=(result) {}
            }
        }
    }
}

fn chip(status: &str) -> Markup {
    let passed = status == PASSED;
    html! {
        span class={ "chip " @if passed { "passed" } @else { "lost" } } {
            @if passed { "✓ " } @else { "✗ " } (status.replace('_', " "))
        }
    }
}

/// How all rows of an output ended.
pub(super) fn endings(endings: &[Tally]) -> Markup {
    let all: u64 = endings.iter().map(|own| own.rows).sum();
    html! {
        @if !endings.is_empty() {
            ul.endings {
                @for own in endings {
                    @let what = own.what.as_deref().unwrap_or("others");
                    li { (chip(what)) " " span.number { (grouped(own.rows)) ", " (share(own.rows, all)) } }
                }
            }
        }
    }
}

fn text(shown: &Shown) -> Option<&str> {
    match shown {
        Shown::Whole(value) => value.as_str(),
        Shown::Cut { .. } => None,
    }
}
