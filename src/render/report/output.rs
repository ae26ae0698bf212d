//! What one output gave: some of its rows, its numbers, or its files.

use maud::{Markup, html};

use super::quantity::{counted, number};
use super::results::given;
use super::room::Room;
use super::{sample, verdict};
use crate::render::{size, tree};
use crate::report::{Contents, Node, Output, Value};

/// How many files of an artifact and how many numbers of a table are named.
const NAMED: usize = 40;

pub(super) fn output(node: &Node, output: &Output, room: Room) -> Markup {
    html! {
        h4 {
            (node.name) "." (output.port) " "
            span.under { @if let Some(gives) = &output.gives { (gives) ", " } (given(output)) }
        }
        p.quiet { (output.doc) }
        @match &output.contents {
            Contents::Metrics { series, values } => {
                @if !series.is_empty() {
                    @let curves = counted(series.len() as u64, "curve", "curves");
                    p.quiet { (curves) ", see " a href="#curves" { "Curves" } "." }
                }
                @if !values.is_empty() { (numbers(values)) }
            }
            Contents::Rows { endings, news, rows } => {
                (verdict::endings(endings))
                (sample::rows(rows, news, room))
            }
            Contents::Trees { endings, trees } => {
                (verdict::endings(endings))
                @for tree in trees { pre.tree tabindex="0" role="region" aria-label="Tree" { (tree::drawn(tree)) } }
            }
            Contents::Nothing => (files(output))
        }
    }
}

fn files(output: &Output) -> Markup {
    html! {
        @if !output.files.is_empty() {
            p {
                (size::bytes(output.bytes)) " in "
                @for file in output.files.iter().take(NAMED) { code { (file) } " " }
            }
        }
    }
}

fn numbers(values: &[Value]) -> Markup {
    html! {
        div.wide tabindex="0" role="region" aria-label="Numbers" {
            table {
                thead {
                    tr {
                        th scope="col" { "Measured" }
                        th scope="col" { "Over" }
                        th.number scope="col" { "Value" }
                    }
                }
                tbody {
                    @for own in values.iter().take(NAMED) {
                        tr {
                            th scope="row" { (own.name) }
                            td { (own.group.as_deref().unwrap_or("all")) }
                            td.number { (own.value.map_or("–".to_owned(), number)) }
                        }
                    }
                }
            }
        }
    }
}
