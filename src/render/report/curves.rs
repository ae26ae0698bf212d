//! What was measured at steps, as small charts side by side: a node each, and of variants the same charts laid over.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::chart::{COLOURS, Chart, Line};
use super::room::Room;
use crate::render::plan::grouped;
use crate::report::{Facts, Node, Series};

/// How many charts of a node are shown at once; the others can be unfolded.
const SHOWN: usize = 12;

/// The charts of one node of the manifest.
pub(super) struct Charts {
    name: String,
    charts: Vec<Chart>,
}

pub(super) fn section(facts: &Facts, room: Room) -> Markup {
    let groups: Vec<Charts> = charts(facts).collect();
    if groups.is_empty() {
        return html! {};
    }
    let mut left = room.curves;
    let mut fitting = |group: &Charts| {
        let shown = group.charts.len().min(left);
        left -= shown;
        shown
    };
    html! {
        section #curves {
            h2 { "Curves" }
            (legend(facts))
            @for group in &groups {
                h3 { (group.name) }
                @let shown = fitting(group);
                (folded(&group.charts[..shown]))
                @if shown < group.charts.len() {
                    p.quiet { "And " (grouped((group.charts.len() - shown) as u64)) " more." }
                }
            }
            p.quiet { "Where a line is faint, the strong one is the mean around each point." }
        }
    }
}

fn folded(charts: &[Chart]) -> Markup {
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

/// Which colour is which variant.
fn legend(facts: &Facts) -> Markup {
    let mut colours: Vec<(&str, usize)> = variants(facts).into_iter().collect();
    colours.sort_by_key(|(_, colour)| *colour);
    html! {
        @if colours.len() > 1 {
            ul.legend {
                @for (variant, colour) in colours { li { span class={ "swatch c" (colour % COLOURS) } {} (variant) } }
            }
        }
    }
}

/// The charts by node; none where nothing was measured at steps.
pub(super) fn charts(facts: &Facts) -> impl Iterator<Item = Charts> {
    let mut names: Vec<&str> = Vec::new();
    for node in facts.nodes.iter().filter(|node| node.series().next().is_some()) {
        if !names.contains(&node.name.as_str()) {
            names.push(&node.name);
        }
    }
    names.into_iter().map(|name| of_node(facts, name))
}

fn of_node(facts: &Facts, name: &str) -> Charts {
    let variants = variants(facts);
    let mut charts: Vec<Chart> = Vec::new();
    for node in facts.nodes.iter().filter(|node| node.name == name) {
        for own in node.series().filter(|own| !own.points.is_empty()) {
            let line = line(facts, node, own, &variants);
            match charts.iter_mut().find(|chart| chart.title == own.name) {
                Some(chart) => chart.lines.push(line),
                None => charts.push(Chart { title: own.name.clone(), lines: vec![line] }),
            }
        }
    }
    Charts { name: name.to_owned(), charts }
}

/// A line is told apart by its variant, or of a plain run by the part of the rows that it was measured over.
fn line(facts: &Facts, node: &Node, own: &Series, variants: &BTreeMap<&str, usize>) -> Line {
    let label = node.variations.first().map_or("", String::as_str);
    let varied = facts.asked.variations.iter().find(|varied| varied.label == label);
    let colour = varied.and_then(|varied| variants.get(varied.variant.as_str())).copied();
    let group = own.group.as_deref();
    let label = match varied {
        Some(varied) => varied.label.clone(),
        None => group.unwrap_or_default().to_owned(),
    };
    let colour = colour.unwrap_or_else(|| group.map_or(0, |group| place(node, own, group)));
    Line { label, colour, points: own.points.clone() }
}

/// The number of a group among those of the same measure.
fn place(node: &Node, own: &Series, group: &str) -> usize {
    let alike = node.series().filter(|other| other.name == own.name);
    alike.into_iter().position(|other| other.group.as_deref() == Some(group)).unwrap_or_default()
}

fn variants(facts: &Facts) -> BTreeMap<&str, usize> {
    let mut found = BTreeMap::new();
    for varied in &facts.asked.variations {
        let next = found.len();
        found.entry(varied.variant.as_str()).or_insert(next);
    }
    found
}
