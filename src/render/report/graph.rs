//! The graph, drawn: each node with its rows and its time, each edge as thick as what flows along it.

use maud::{Markup, html};

use super::layout::{BOX, Layout, layout};
use super::quantity::{beginning, counted, duration};
use super::results::given;
use super::standing::{class, word};
use crate::render::plan::grouped;
use crate::report::{Facts, Node};

/// How many nodes are drawn at most.
const NODES: usize = 90;

/// How wide a drawing stays on a narrow screen, where it can be moved instead.
const NARROWEST: f64 = 760.0;

/// How many characters of a name and of an operator fit into a box.
const NAME: usize = 23;

pub(super) fn section(facts: &Facts) -> Markup {
    let drawn: Vec<(usize, &Node)> = facts.first_variation().collect();
    html! {
        section #graph {
            h2 { "Graph" }
            @if drawn.len() > NODES {
                p.quiet { (grouped(drawn.len() as u64)) " nodes are too many to be drawn." }
            } @else {
                div.drawing tabindex="0" role="region" aria-label="Graph" { (drawing(facts, &drawn)) }
                @if !facts.asked.variations.is_empty() { p.quiet { "The first variant." } }
            }
        }
    }
}

fn drawing(facts: &Facts, drawn: &[(usize, &Node)]) -> Markup {
    let edges = edges(drawn);
    let ends: Vec<(usize, usize)> = edges.iter().map(|edge| (edge.from, edge.to)).collect();
    let found = layout(drawn.len(), &ends);
    let Layout { width, height, .. } = found;
    let summary = format!(
        "{} with {}",
        counted(drawn.len() as u64, "node", "nodes"),
        counted(edges.len() as u64, "edge", "edges")
    );
    html! {
        svg.graph role="group" aria-labelledby="graph-title" viewBox={ "0 0 " (width.ceil()) " " (height.ceil()) }
            style={ "width:" (width.ceil()) "px;min-width:" (width.min(NARROWEST).ceil()) "px" } {
            title id="graph-title" { (facts.pipeline) ": " (summary) }
            @for (edge, route) in edges.iter().zip(&found.routes) {
                @let width = format!("{:.1}", edge.width());
                path class={ "edge" @if edge.aside { " aside" } } d=(curve(route)) stroke-width=(width) {
                    title { (edge.told) }
                }
            }
            @for ((place, node), middle) in drawn.iter().zip(&found.places) { (block(facts, *place, node, *middle)) }
        }
    }
}

/// An edge between drawn nodes.
struct Edge {
    from: usize,
    to: usize,
    rows: Option<u64>,
    aside: bool,
    told: String,
}

impl Edge {
    /// A line for what is no rows, and thicker by a step for every tenfold.
    fn width(&self) -> f64 {
        self.rows.map_or(1.2, |rows| 1.2 + (rows.max(1) as f64).log10() * 0.45)
    }
}

fn edges(drawn: &[(usize, &Node)]) -> Vec<Edge> {
    let place = |label: &str| drawn.iter().position(|(_, node)| node.label == label);
    let mut edges = Vec::new();
    for (to, (_, node)) in drawn.iter().enumerate() {
        for input in &node.inputs {
            let Some(from) = place(&input.node).filter(|from| *from < to) else { continue };
            let rows = input.rows.map(|rows| format!(": {}", counted(rows, "row", "rows"))).unwrap_or_default();
            let given = drawn[from].1.outputs.iter().find(|output| output.port == input.output);
            let aside = given.is_some_and(|output| output.aside);
            let told = format!("{}.{} to {}.{}{rows}", input.node, input.output, node.label, input.port);
            edges.push(Edge { from, to, rows: input.rows, aside, told });
        }
    }
    edges
}

/// A smooth way through the layers, from the lower border of a box to the upper one of another.
fn curve(route: &[(f64, f64)]) -> String {
    let mut points = route.to_vec();
    if let Some(first) = points.first_mut() {
        first.1 += BOX.1 / 2.0;
    }
    if let Some(last) = points.last_mut() {
        last.1 -= BOX.1 / 2.0 + 3.0;
    }
    let mut path = String::new();
    for (place, (x, y)) in points.iter().enumerate() {
        match place.checked_sub(1).map(|before| points[before]) {
            None => path.push_str(&format!("M{x:.1} {y:.1}")),
            Some((left, top)) => {
                let middle = f64::midpoint(top, *y);
                path.push_str(&format!("C{left:.1} {middle:.1} {x:.1} {middle:.1} {x:.1} {y:.1}"));
            }
        }
    }
    path
}

fn block(facts: &Facts, place: usize, node: &Node, (x, y): (f64, f64)) -> Markup {
    let (left, top) = (x - BOX.0 / 2.0, y - BOX.1 / 2.0);
    let lost: u64 = node.losses.iter().map(|loss| loss.rows).sum();
    let told = format!("{}, {}: {}", node.label, node.ingredients.operator, word(facts, node));
    html! {
        a href={ "#node-" (place) } {
            g class={ "box " (class(facts, node)) } transform={ "translate(" (format!("{left:.1} {top:.1}")) ")" } {
                title { (told) }
                rect width=(BOX.0) height=(BOX.1) rx="8" {}
                path.mark d={ "M1 9v" (BOX.1 - 18.0) } {}
                text.name x="14" y="22" { (shortened(&node.name)) }
                text.under x="14" y="37" { (shortened(&node.ingredients.operator)) }
                text.under x="14" y="53" {
                    @if let Some(output) = node.outputs.first() { (given(output)) }
                    @if lost > 0 { tspan.lost { "  −" (grouped(lost)) } }
                }
                text.under.time x=(BOX.0 - 10.0) y="53" { (duration(node.work.seconds)) }
            }
        }
    }
}

fn shortened(name: &str) -> String {
    match beginning(name, NAME) {
        (whole, false) => whole.to_owned(),
        _ => format!("{}…", beginning(name, NAME - 1).0),
    }
}
