//! What a reader sees first: which pipeline, how it ended, how long it took.

use std::collections::BTreeSet;

use engine::event::Outcome;
use engine::report::NodeState;
use maud::{Markup, html};

use super::quantity::{counted, duration, moment};
use crate::report::{Facts, Node, Varied};

pub(super) fn head(facts: &Facts) -> Markup {
    let (class, word) = match facts.outcome {
        Some(Outcome::Complete) => ("ran", "complete"),
        Some(Outcome::Failed) => ("failed", "failed"),
        Some(Outcome::Interrupted) => ("open", "interrupted"),
        Some(Outcome::Waiting) => ("open", "waiting for somebody"),
        None => ("open", "not over"),
    };
    html! {
        header {
            p.over { "millrace " (facts.asked.millrace) }
            h1 { (facts.pipeline) " " span class={ "chip " (class) } { (word) } }
            p.lead { (sentence(facts)) }
            p { code { (facts.asked.again()) } }
            p.quiet { (moment(facts.started)) " · run " code { (facts.run) } }
            @for (node, message) in failures(facts) {
                p.alarm { strong { (node.label) } ": " (message) }
            }
            (contents(facts))
        }
    }
}

/// How many nodes, how they fared, and how long it took.
fn sentence(facts: &Facts) -> String {
    let asked = facts.nodes.iter().filter(|node| node.asked);
    let (cached, others): (Vec<&Node>, Vec<&Node>) = asked.partition(|node| node.state == NodeState::Cached);
    let ran = others.iter().filter(|node| node.state == NodeState::Finished).count();
    let all = counted((cached.len() + others.len()) as u64, "node", "nodes");
    let left = others.len() - ran;
    let mut parts = vec![format!("{ran} ran")];
    if !cached.is_empty() {
        parts.push(format!("{} {} there already", cached.len(), if cached.len() == 1 { "was" } else { "were" }));
    }
    if left > 0 {
        parts.push(format!("{left} did not finish"));
    }
    format!("{all}{} in {}: {}.", varied(facts), duration(facts.seconds), parts.join(", "))
}

/// Over how much an ablation goes.
fn varied(facts: &Facts) -> String {
    let variations = &facts.asked.variations;
    let distinct = |of: fn(&Varied) -> String| variations.iter().map(of).collect::<BTreeSet<String>>().len() as u64;
    let (variants, seeds) = (distinct(|own| own.variant.clone()), distinct(|own| own.seed.to_string()));
    match variations.is_empty() {
        true => String::new(),
        false => format!(" for {} under {}", counted(variants, "variant", "variants"), counted(seeds, "seed", "seeds")),
    }
}

fn failures(facts: &Facts) -> impl Iterator<Item = (&Node, &String)> {
    facts.nodes.iter().filter_map(|node| match &node.state {
        NodeState::Failed { message } => Some((node, message)),
        _ => None,
    })
}

fn contents(facts: &Facts) -> Markup {
    let curves = super::curves::any(facts);
    html! {
        nav aria-label="Contents" {
            a href="#results" { "Results" }
            a href="#rows" { "Lost rows" }
            @if curves { a href="#curves" { "Curves" } }
            a href="#nodes" { "Nodes" }
            a href="#graph" { "Graph" }
            a href="#outputs" { "Rows" }
            a href="#asked" { "Asked" }
            a href="#again" { "Rerun" }
        }
    }
}
