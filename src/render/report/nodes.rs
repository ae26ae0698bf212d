//! The nodes in a table: where each stands, rows in, out and lost, time, and what it used.

use std::collections::BTreeMap;

use engine::report::NodeState;
use maud::{Markup, html};

use super::quantity::{duration, number};
use super::room::Room;
use super::standing::chip;
use crate::render::plan::grouped;
use crate::report::{Facts, Node};

pub(super) fn section(facts: &Facts, room: Room) -> Markup {
    let longest = facts.nodes.iter().map(|node| node.work.seconds).fold(0.0, f64::max);
    let hidden = facts.nodes.len().saturating_sub(room.nodes);
    html! {
        section #nodes {
            h2 { "Nodes" }
            div.wide tabindex="0" role="region" aria-label="Nodes" {
                table {
                    thead {
                        tr {
                            th scope="col" { "Node" }
                            th.number scope="col" { "Rows in" }
                            th.number scope="col" { "Rows out" }
                            th.number scope="col" { "Lost" }
                            th scope="col" { "Time" }
                            th scope="col" { "Used" }
                        }
                    }
                    tbody {
                        @for (place, node) in facts.nodes.iter().enumerate().take(room.nodes) {
                            (line(facts, place, node, longest))
                        }
                    }
                    (total(facts))
                }
            }
            @if hidden > 0 { p.quiet { "And " (grouped(hidden as u64)) " more; " code { "--json" } " has all." } }
            p.quiet { "Of a cached node, time and use are those of the run that made its output." }
        }
    }
}

fn line(facts: &Facts, place: usize, node: &Node, longest: f64) -> Markup {
    let lost: u64 = node.losses.iter().map(|loss| loss.rows).sum();
    let width = if longest > 0.0 { node.work.seconds / longest * 100.0 } else { 0.0 };
    html! {
        tr {
            th scope="row" {
                a href={ "#node-" (place) } { (node.label) }
                span.under { (node.ingredients.operator) " " (chip(facts, node)) }
            }
            td.number { (read(node)) }
            td.number { (given(node)) }
            td.number { @if lost > 0 { span.lost { (grouped(lost)) } } }
            td.time {
                (duration(node.work.seconds))
                div.bar aria-hidden="true" { div style={ "width:" (format!("{width:.1}")) "%" } {} }
            }
            td.used { (used(&node.work.counts)) }
        }
    }
}

/// Rows by input, one beside the other.
fn read(node: &Node) -> String {
    let rows: Vec<String> = node.inputs.iter().filter_map(|input| input.rows).map(grouped).collect();
    rows.join(" + ")
}

/// Rows of what somebody asked for.
fn given(node: &Node) -> String {
    let kept = node.outputs.iter().filter(|output| !output.aside);
    let rows: Vec<String> = kept.filter_map(|output| output.rows).map(grouped).collect();
    rows.join(" + ")
}

fn used(counts: &BTreeMap<String, f64>) -> Markup {
    html! {
        @for (what, amount) in counts.iter().filter(|(what, _)| !what.starts_with("seconds")) {
            span.count { (number(*amount)) " " (what) } " "
        }
    }
}

/// What this run itself took.
fn total(facts: &Facts) -> Markup {
    let ran = facts.nodes.iter().filter(|node| node.state == NodeState::Finished);
    let (mut seconds, mut counts) = (0.0, BTreeMap::<String, f64>::new());
    for node in ran {
        seconds += node.work.seconds;
        for (what, amount) in &node.work.counts {
            *counts.entry(what.clone()).or_default() += amount;
        }
    }
    html! {
        tfoot {
            tr {
                th scope="row" colspan="4" { "This run, all nodes together" }
                td { (duration(seconds)) }
                td.used { (used(&counts)) }
            }
        }
    }
}
