//! What was measured at steps, as small charts side by side: a node each, and of variants the same charts laid over.

use maud::{Markup, html};

use super::chart::{self, Chart};
use super::overlaid::{Overlaid, overlaid};
use super::room::Room;
use crate::render::plan::grouped;
use crate::report::Facts;

/// How many charts of a node are shown at once; the others can be unfolded.
const SHOWN: usize = 12;

pub(super) fn section(facts: &Facts, room: Room) -> Markup {
    let groups = groups(facts);
    if groups.is_empty() {
        return html! {};
    }
    let mut left = room.points;
    let mut fits = |chart: &&Chart| {
        let taken = chart.points();
        let fits = taken <= left;
        left = if fits { left - taken } else { 0 };
        fits
    };
    html! {
        section #curves {
            h2 { "Curves" }
            @for (name, own) in &groups {
                h3 { (name) }
                (legend(own))
                @let shown: Vec<&Chart> = own.charts.iter().take_while(&mut fits).collect();
                (folded(&shown))
                @if shown.len() < own.charts.len() {
                    p.quiet { "And " (grouped((own.charts.len() - shown.len()) as u64)) " more." }
                }
            }
            p.quiet {
                @if repeated(facts) { "A line is the mean over a variant's seeds. " }
                "Where a line is faint, the strong one is the mean around each point."
            }
        }
    }
}

/// Whether anything was measured at steps.
pub(super) fn any(facts: &Facts) -> bool {
    facts.nodes.iter().any(|node| node.series().next().is_some())
}

/// The charts by node of the manifest; none of what was not measured at steps.
fn groups(facts: &Facts) -> Vec<(&str, Overlaid)> {
    let mut groups: Vec<(&str, Overlaid)> = Vec::new();
    for node in facts.nodes.iter().filter(|node| node.series().next().is_some()) {
        if groups.iter().all(|(name, _)| *name != node.name) {
            groups.push((&node.name, overlaid(facts, &node.name)));
        }
    }
    groups
}

/// Whether a variant was made under several seeds.
fn repeated(facts: &Facts) -> bool {
    let varied = &facts.asked.variations;
    varied.first().is_some_and(|first| varied.iter().any(|own| own.seed != first.seed))
}

/// Which line is which variant's.
fn legend(own: &Overlaid) -> Markup {
    html! {
        @if own.legend.len() > 1 {
            ul.legend { @for (variants, colour) in &own.legend { li { (chart::swatch(*colour)) (variants) } } }
        }
    }
}

fn folded(charts: &[&Chart]) -> Markup {
    let (shown, others) = charts.split_at(charts.len().min(SHOWN));
    html! {
        div.charts { @for chart in shown { (chart.draw()) } }
        @if !others.is_empty() {
            details {
                summary { (grouped(others.len() as u64)) " more" }
                div.charts { @for chart in others { (chart.draw()) } }
            }
        }
    }
}
