//! One small chart: lines over steps, a title, the last value, and in words what it shows.

use maud::{Markup, html};

use super::quantity::number;

/// The drawing's size, and where the lines begin and end in it.
const SIZE: (f64, f64) = (300.0, 132.0);
const LEFT: f64 = 46.0;
const RIGHT: f64 = 294.0;
const TOP: f64 = 8.0;
const BOTTOM: f64 = 108.0;

/// From how many points on a line is drawn smoothed, over itself.
const NOISY: usize = 40;

/// A chart.
#[derive(Clone, Debug, Default)]
pub(super) struct Chart {
    pub(super) title: String,
    pub(super) lines: Vec<Line>,
}

/// A line of it.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// What tells it from the others; empty where it is the only one.
    pub(super) label: String,
    /// The number of its colour, from 0.
    pub(super) colour: usize,
    pub(super) points: Vec<(i64, f64)>,
}

/// How many colours there are; lines beyond them take them again, and are thinner.
const COLOURS: usize = 6;

/// The beginning of a line of that colour, beside its name.
pub(super) fn swatch(colour: usize) -> Markup {
    html! { svg.swatch viewBox="0 0 24 4" aria-hidden="true" { path class=(class(colour)) d="M0 2H24" {} } }
}

fn class(colour: usize) -> String {
    let thinner = if colour < COLOURS { "" } else { " thinner" };
    format!("line c{}{thinner}", colour % COLOURS)
}

impl Chart {
    /// How many points it draws.
    pub(super) fn points(&self) -> usize {
        self.lines.iter().map(|line| if noisy(line) { 2 * line.points.len() } else { line.points.len() }).sum()
    }

    pub(super) fn draw(&self) -> Markup {
        let Some(frame) = Frame::of(&self.lines) else { return html! {} };
        let alone = self.lines.len() == 1;
        let last = self.lines.first().and_then(|line| line.points.last()).filter(|_| alone);
        html! {
            figure.chart {
                figcaption {
                    span { (self.title) }
                    @if let Some((_, value)) = last { span.number { (number(*value)) } }
                }
                svg role="img" viewBox={ "0 0 " (SIZE.0) " " (SIZE.1) } {
                    title { (self.told()) }
                    (frame.axes())
                    @for line in &self.lines { (drawn(line, &frame)) }
                }
            }
        }
    }

    /// The chart in words.
    fn told(&self) -> String {
        let line = |line: &Line| {
            let (first, last) = (line.points.first()?, line.points.last()?);
            let label = if line.label.is_empty() { &self.title } else { &line.label };
            let (from, to) = (number(first.1), number(last.1));
            Some(format!("{label}: from {from} at step {} to {to} at step {}", first.0, last.0))
        };
        let lines: Vec<String> = self.lines.iter().take(COLOURS * 2).filter_map(line).collect();
        format!("{}. {}.", self.title, lines.join("; "))
    }
}

/// What the axes span.
struct Frame {
    steps: (i64, i64),
    values: (f64, f64),
}

impl Frame {
    fn of(lines: &[Line]) -> Option<Self> {
        let points = || lines.iter().flat_map(|line| &line.points);
        let steps = (points().map(|point| point.0).min()?, points().map(|point| point.0).max()?);
        let low = points().map(|point| point.1).fold(f64::INFINITY, f64::min);
        let high = points().map(|point| point.1).fold(f64::NEG_INFINITY, f64::max);
        let values = match low.abs() * 0.1 {
            _ if high > low => (low, high),
            0.0 => (0.0, 1.0),
            flat => (low - flat, high + flat),
        };
        Some(Self { steps, values })
    }

    fn at(&self, (step, value): (i64, f64)) -> (f64, f64) {
        let span = (self.steps.1 - self.steps.0).max(1) as f64;
        let x = LEFT + (step - self.steps.0) as f64 / span * (RIGHT - LEFT);
        let y = BOTTOM - (value - self.values.0) / (self.values.1 - self.values.0) * (BOTTOM - TOP);
        (x, y)
    }

    fn axes(&self) -> Markup {
        let middle = f64::midpoint(self.values.0, self.values.1);
        html! {
            @for value in [self.values.0, middle, self.values.1] {
                @let y = self.at((self.steps.0, value)).1;
                path.grid d=(format!("M{LEFT} {y:.1}H{RIGHT}")) {}
                text.tick x=(LEFT - 6.0) y=(format!("{:.1}", y + 3.5)) { (number(value)) }
            }
            text.tick.first x=(LEFT) y=(SIZE.1 - 6.0) { (self.steps.0) }
            text.tick x=(RIGHT) y=(SIZE.1 - 6.0) { (self.steps.1) }
        }
    }
}

/// A line; a noisy one faint, under its moving mean.
fn drawn(line: &Line, frame: &Frame) -> Markup {
    let class = class(line.colour);
    html! {
        @if noisy(line) {
            path class={ (class) " faint" } d=(path(&line.points, frame)) {}
            path class=(class) d=(path(&smoothed(&line.points), frame)) {}
        } @else if let [only] = line.points.as_slice() {
            @let (x, y) = frame.at(*only);
            circle class=(class) cx=(format!("{x:.1}")) cy=(format!("{y:.1}")) r="2.5" {}
        } @else {
            path class=(class) d=(path(&line.points, frame)) {}
        }
    }
}

fn noisy(line: &Line) -> bool {
    line.points.len() >= NOISY
}

fn path(points: &[(i64, f64)], frame: &Frame) -> String {
    let mut path = String::with_capacity(points.len() * 11);
    for (place, point) in points.iter().enumerate() {
        let (x, y) = frame.at(*point);
        path.push_str(&format!("{}{x:.1} {y:.1}", if place == 0 { "M" } else { "L" }));
    }
    path
}

/// The mean of each point's neighbourhood, a twentieth of the line to either side.
fn smoothed(points: &[(i64, f64)]) -> Vec<(i64, f64)> {
    let reach = points.len() / 20;
    let around = |place: usize| {
        let near = &points[place.saturating_sub(reach)..(place + reach + 1).min(points.len())];
        near.iter().map(|point| point.1).sum::<f64>() / near.len() as f64
    };
    points.iter().enumerate().map(|(place, point)| (point.0, around(place))).collect()
}
