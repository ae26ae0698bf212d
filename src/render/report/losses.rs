//! Where rows went no further, and why.

use std::cmp::Reverse;

use maud::{Markup, html};

use super::quantity::{counted, share};
use crate::render::plan::grouped;
use crate::report::{Facts, Loss, Node, Tally};

/// How many losses are told.
const ITEMS: usize = 40;

pub(super) fn section(facts: &Facts) -> Markup {
    let nodes = facts.first_variation();
    let mut lost: Vec<(&Node, &Loss)> =
        nodes.flat_map(|(_, node)| node.losses.iter().map(move |loss| (node, loss))).collect();
    lost.sort_by_key(|(_, loss)| Reverse(loss.rows));
    html! {
        section #rows {
            h2 { "Lost rows" }
            @if lost.is_empty() {
                p.quiet { "Every row that came in went on." }
            } @else {
                ol.losses {
                    @for (node, loss) in lost.into_iter().take(ITEMS) { (item(node, loss)) }
                }
                @if !facts.asked.variations.is_empty() { p.quiet { "Of the first variant." } }
            }
        }
    }
}

fn item(node: &Node, loss: &Loss) -> Markup {
    let width = loss.rows as f64 / loss.of.max(1) as f64 * 100.0;
    html! {
        li {
            div.row {
                strong { (node.label) @if let Some(port) = &loss.port { "." (port) } }
                span.number {
                    (grouped(loss.rows)) " of " (counted(loss.of, "row", "rows")) ", " (share(loss.rows, loss.of))
                }
            }
            div.bar aria-hidden="true" { div.lost style={ "width:" (format!("{width:.1}")) "%" } {} }
            (reasons(&loss.reasons))
        }
    }
}

fn reasons(reasons: &[Tally]) -> Markup {
    html! {
        ul.reasons {
            @for own in reasons {
                li {
                    (own.what.as_deref().unwrap_or("other reasons"))
                    @if reasons.len() > 1 { span.number { " " (grouped(own.rows)) } }
                }
            }
        }
    }
}
