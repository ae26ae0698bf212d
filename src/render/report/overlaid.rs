//! The lines of a node's charts: of a plain run one for each part of the rows, of variants one for each, the mean over seeds.

use std::collections::BTreeMap;

use super::chart::{Chart, Line};
use crate::report::{Facts, Node, Series};

/// A node's charts.
#[derive(Default)]
pub(super) struct Overlaid {
    /// Whose lines there are, and in which colour.
    pub(super) legend: Vec<(String, usize)>,
    /// One for each measure.
    pub(super) charts: Vec<Chart>,
}

/// Those of one node of the manifest.
pub(super) fn overlaid(facts: &Facts, name: &str) -> Overlaid {
    let mut found = Overlaid::default();
    for maker in makers(facts, name) {
        let measured = maker.measured();
        for own in &measured {
            let line = maker.line(own, &measured);
            match found.charts.iter_mut().find(|chart| chart.title == own.name) {
                Some(chart) => chart.lines.push(line),
                None => found.charts.push(Chart { title: own.name.clone(), lines: vec![line] }),
            }
        }
        found.legend.push((maker.label(), maker.colour));
    }
    found
}

/// A node under each seed.
struct Maker<'a> {
    /// The variants that have it; none of a plain run.
    variants: Vec<&'a str>,
    /// The number of the first of them.
    colour: usize,
    nodes: Vec<&'a Node>,
}

/// The nodes of a name by variant, once where variants share them.
fn makers<'a>(facts: &'a Facts, name: &str) -> Vec<Maker<'a>> {
    let nodes = facts.nodes.iter().filter(|node| node.name == name && node.series().next().is_some());
    let nodes: Vec<&Node> = nodes.collect();
    let mut makers: Vec<Maker> = Vec::new();
    for (colour, variant) in facts.asked.variants().into_iter().enumerate() {
        let asks = |label: &str| facts.asked.variations.iter().any(|own| own.label == label && own.variant == variant);
        let has = |node: &&&Node| node.variations.iter().any(|label| asks(label));
        let own: Vec<&Node> = nodes.iter().filter(has).copied().collect();
        let prints = |nodes: &[&Node]| nodes.iter().map(|node| node.fingerprint).collect::<Vec<_>>();
        match makers.iter_mut().find(|other| prints(&other.nodes) == prints(&own)) {
            Some(other) => other.variants.push(variant),
            None if own.is_empty() => {}
            None => makers.push(Maker { variants: vec![variant], colour, nodes: own }),
        }
    }
    match makers.as_mut_slice() {
        [] => makers.push(Maker { variants: Vec::new(), colour: 0, nodes }),
        // What all have alike is told as what a plain run has.
        [only] => only.variants.clear(),
        _ => {}
    }
    makers
}

impl Maker<'_> {
    fn label(&self) -> String {
        match self.variants.as_slice() {
            [first, _, others @ ..] if !others.is_empty() => format!("{first} and {} alike", others.len() + 1),
            few => few.join(" = "),
        }
    }

    /// What was measured, each number and part of the rows once: the means over the nodes.
    fn measured(&self) -> Vec<Series> {
        let mut found: Vec<Series> = Vec::new();
        for own in self.series() {
            let alike = |other: &&Series| other.name == own.name && other.group == own.group;
            if !found.iter().any(|other| alike(&other)) {
                found.push(Series { points: mean(self.series().filter(alike)), ..own.clone() });
            }
        }
        found
    }

    fn series(&self) -> impl Iterator<Item = &Series> {
        self.nodes.iter().flat_map(|node| node.series()).filter(|own| !own.points.is_empty())
    }

    /// A line is told apart by its variant, or of a plain run by the part of the rows that it was measured over.
    fn line(&self, own: &Series, measured: &[Series]) -> Line {
        let points = own.points.clone();
        if !self.variants.is_empty() {
            return Line { label: self.label(), colour: self.colour, points };
        }
        let mut parts = measured.iter().filter(|other| other.name == own.name);
        let colour = parts.position(|other| other.group == own.group).unwrap_or_default();
        Line { label: own.group.clone().unwrap_or_default(), colour, points }
    }
}

/// The mean at each step, over those that were measured there.
fn mean<'a>(alike: impl Iterator<Item = &'a Series>) -> Vec<(i64, f64)> {
    let mut sums: BTreeMap<i64, (f64, f64)> = BTreeMap::new();
    for (step, value) in alike.flat_map(|own| &own.points) {
        let (sum, count) = sums.entry(*step).or_default();
        *sum += value;
        *count += 1.0;
    }
    sums.into_iter().map(|(step, (sum, count))| (step, sum / count)).collect()
}

#[cfg(test)]
mod tests {
    use super::mean;
    use crate::report::Series;

    #[test]
    fn a_mean_is_over_the_seeds_that_came_so_far() {
        let own = |points: Vec<(i64, f64)>| Series { name: "loss".to_owned(), group: None, measured: 0, points };
        let seeds = [own(vec![(1, 4.0), (2, 2.0)]), own(vec![(1, 2.0), (2, 1.0), (3, 0.5)])];
        assert_eq!(mean(seeds.iter()), [(1, 3.0), (2, 1.5), (3, 0.5)]);
    }
}
