//! One node after the other, folded: what it was told, what it read, what it gave, and some rows of that.

use engine::report::NodeState;
use maud::{Markup, html};

use super::output;
use super::quantity::{beginning, counted, moment, number};
use super::results::given;
use super::room::Room;
use super::standing::chip;
use crate::render::plan::grouped;
use crate::report::{Facts, Node};

/// How many files and warnings of a node are told.
const NAMED: usize = 40;

pub(super) fn section(facts: &Facts, room: Room) -> Markup {
    html! {
        section #outputs {
            h2 { "Rows" }
            p.quiet { "Unfold a node for its settings and some of its rows." }
            @for (place, node) in facts.nodes.iter().enumerate().take(room.nodes) {
                details id={ "node-" (place) } {
                    summary {
                        strong { (node.label) } " " span.under { (node.ingredients.operator) } " " (chip(facts, node))
                        span.number { (brief(node)) }
                    }
                    @if place < room.opened { (opened(node, room)) } @else { p.quiet { "Left out: the page is full." } }
                }
            }
        }
    }
}

fn brief(node: &Node) -> String {
    node.outputs.first().map(given).unwrap_or_default()
}

fn opened(node: &Node, room: Room) -> Markup {
    html! {
        div.body {
            p { (node.does) }
            @if let NodeState::Failed { message } = &node.state { p.alarm { (message) } }
            @for warning in node.work.warnings.iter().take(NAMED) { p.alarm { (warning) } }
            dl.facts { @for (what, told) in facts_of(node) { div { dt { (what) } dd { (told) } } } }
            (settings(node, room))
            @for output in &node.outputs { (output::output(node, output, room)) }
        }
    }
}

/// What is known of a node beside its settings.
fn facts_of(node: &Node) -> Vec<(String, String)> {
    let own = &node.ingredients;
    let mut told = Vec::new();
    let mut tell = |what: &str, value: String| told.push((what.to_owned(), value));
    let read = node.inputs.iter().map(|input| format!("{}: {}.{}", input.port, input.node, input.output));
    if !node.inputs.is_empty() {
        tell("reads", read.collect::<Vec<_>>().join(", "));
    }
    if let Some(seed) = own.seed {
        tell("seed", seed.to_string());
    }
    own.identities.iter().for_each(|(what, identity)| tell(what, identity.clone()));
    for (path, digest) in own.files.values().flatten().take(NAMED) {
        tell(path, beginning(digest, 16).0.to_owned());
    }
    if let Some(made) = node.work.made {
        tell("made", format!("{}, run {}", moment(made), node.work.run));
    }
    node.work.counts.iter().for_each(|(what, amount)| tell(what, number(*amount)));
    if let Some(progress) = node.work.progress.filter(|progress| progress.done > 0) {
        let of = progress.of.map(|of| format!(" of {}", grouped(of))).unwrap_or_default();
        tell("done", grouped(progress.done) + &of);
    }
    if node.work.remembered > 0 {
        tell("known from before", counted(node.work.remembered, "row", "rows"));
    }
    if node.work.retries > 0 {
        tell("tried again", counted(node.work.retries, "time", "times"));
    }
    tell("fingerprint", node.fingerprint.to_string());
    told
}

fn settings(node: &Node, room: Room) -> Markup {
    let told = serde_json::to_string_pretty(&node.ingredients.config).unwrap_or_default();
    let (told, cut) = beginning(&told, room.characters * 4);
    html! {
        @if told != "{}" {
            details.inner {
                summary { "settings" }
                pre { (told) @if cut { "…" } }
            }
        }
    }
}
