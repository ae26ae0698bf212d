//! Where a node stands, in a word and a class of the style.

use engine::report::NodeState;
use maud::{Markup, html};

use crate::report::{Facts, Node};

/// The word for a node's state in a run. What runs in a run that is over was interrupted.
pub(super) fn word(facts: &Facts, node: &Node) -> &'static str {
    match &node.state {
        NodeState::Cached => "cached",
        NodeState::Finished => "ran",
        NodeState::Failed { .. } => "failed",
        NodeState::Awaiting { .. } => "waits for somebody",
        NodeState::Skipped { .. } => "skipped",
        NodeState::Pending if facts.outcome.is_some() => "not run",
        NodeState::Running | NodeState::Waiting if facts.outcome.is_some() => "interrupted",
        NodeState::Pending => "waiting",
        NodeState::Running => "running",
        NodeState::Waiting => "made elsewhere",
    }
}

/// The class that colours it.
pub(super) fn class(facts: &Facts, node: &Node) -> &'static str {
    match word(facts, node) {
        "ran" | "running" => "ran",
        "failed" => "failed",
        "cached" | "made elsewhere" => "cached",
        _ => "open",
    }
}

/// The word, with its mark.
pub(super) fn chip(facts: &Facts, node: &Node) -> Markup {
    html! { span class={ "chip " (class(facts, node)) } { (word(facts, node)) } }
}
