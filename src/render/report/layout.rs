//! A graph laid out in layers, after Sugiyama: each node below what it reads, few edges crossing, long ones led around.

use std::collections::BTreeMap;

use super::spacing::spaced;

/// A node's box, and the room between boxes.
pub(super) const BOX: (f64, f64) = (184.0, 62.0);
const GAP: (f64, f64) = (22.0, 44.0);

/// How wide an edge is where it passes a layer.
const LANE: f64 = 10.0;

/// How often layers are put in order, and how often moved.
const SWEEPS: usize = 8;

/// Where everything is drawn.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) width: f64,
    pub(super) height: f64,
    /// The middle of each node's box.
    pub(super) places: Vec<(f64, f64)>,
    /// For each edge the middles of the layers that it passes, from its producer's to its reader's.
    pub(super) routes: Vec<Vec<(f64, f64)>>,
}

/// Lays out nodes, of which producers have smaller numbers than their readers.
pub(super) fn layout(nodes: usize, edges: &[(usize, usize)]) -> Layout {
    let mut drawing = Drawing::new(nodes, edges);
    drawing.order();
    let across = drawing.across();
    let left = across.iter().zip(&drawing.widths).map(|(x, width)| x - width / 2.0).fold(f64::INFINITY, f64::min);
    let right = across.iter().zip(&drawing.widths).map(|(x, width)| x + width / 2.0).fold(0.0, f64::max);
    let down = |rank: usize| BOX.1 / 2.0 + rank as f64 * (BOX.1 + GAP.1) + 1.0;
    let place = |item: usize| (across[item] - left + 1.0, down(drawing.ranks[item]));
    Layout {
        width: (right - left).max(BOX.0) + 2.0,
        height: drawing.layers.len() as f64 * (BOX.1 + GAP.1) - GAP.1 + 2.0,
        places: (0..nodes).map(place).collect(),
        routes: drawing.chains.iter().map(|chain| chain.iter().map(|item| place(*item)).collect()).collect(),
    }
}

/// Nodes and the bends of long edges, both items of layers.
struct Drawing {
    ranks: Vec<usize>,
    widths: Vec<f64>,
    layers: Vec<Vec<usize>>,
    /// Neighbours in the layer above and in the one below, by item.
    above: Vec<Vec<usize>>,
    below: Vec<Vec<usize>>,
    /// The items of each edge, ends included.
    chains: Vec<Vec<usize>>,
}

impl Drawing {
    fn new(nodes: usize, edges: &[(usize, usize)]) -> Self {
        let mut ranks = ranks(nodes, edges);
        let mut widths = vec![BOX.0; nodes];
        let mut chains = Vec::with_capacity(edges.len());
        for (from, to) in edges {
            let mut chain = vec![*from];
            for rank in ranks[*from] + 1..ranks[*to] {
                chain.push(ranks.len());
                ranks.push(rank);
                widths.push(LANE);
            }
            chain.push(*to);
            chains.push(chain);
        }
        let (mut above, mut below) = (vec![Vec::new(); ranks.len()], vec![Vec::new(); ranks.len()]);
        for pair in chains.iter().flat_map(|chain| chain.windows(2)) {
            above[pair[1]].push(pair[0]);
            below[pair[0]].push(pair[1]);
        }
        let mut layers = vec![Vec::new(); ranks.iter().max().map_or(0, |last| last + 1)];
        ranks.iter().enumerate().for_each(|(item, rank)| layers[*rank].push(item));
        Self { ranks, widths, layers, above, below, chains }
    }

    /// Puts each layer in the order of its neighbours' middles, down and up, and keeps the order with least crossings.
    fn order(&mut self) {
        let mut best = (self.crossings(), self.layers.clone());
        for sweep in 0..SWEEPS {
            let downwards = sweep % 2 == 0;
            for step in 1..self.layers.len() {
                let layer = if downwards { step } else { self.layers.len() - 1 - step };
                let fixed = if downwards { layer - 1 } else { layer + 1 };
                let neighbours = if downwards { &self.above } else { &self.below };
                let places = positions(&self.layers[fixed]);
                let mut keyed: Vec<(f64, usize)> = self.layers[layer]
                    .iter()
                    .enumerate()
                    .map(|(place, item)| (mean(&neighbours[*item], |other| places[other] as f64, place as f64), *item))
                    .collect();
                keyed.sort_by(|one, other| one.0.total_cmp(&other.0));
                self.layers[layer] = keyed.into_iter().map(|(_, item)| item).collect();
            }
            let crossings = self.crossings();
            if crossings < best.0 {
                best = (crossings, self.layers.clone());
            }
        }
        self.layers = best.1;
    }

    fn crossings(&self) -> usize {
        let between = |pair: &[Vec<usize>]| {
            let places = positions(&pair[1]);
            let ends: Vec<(usize, usize)> = pair[0]
                .iter()
                .enumerate()
                .flat_map(|(place, item)| self.below[*item].iter().map(move |other| (place, *other)))
                .map(|(place, other)| (place, places[&other]))
                .collect();
            let crosses = |one: &(usize, usize), other: &(usize, usize)| one.0 < other.0 && one.1 > other.1;
            ends.iter().map(|one| ends.iter().filter(|other| crosses(one, other)).count()).sum::<usize>()
        };
        self.layers.windows(2).map(between).sum()
    }

    /// How far from the left each item's middle is: near its neighbours, without overlap.
    fn across(&self) -> Vec<f64> {
        let mut across = vec![0.0; self.ranks.len()];
        for sweep in 0..SWEEPS * 2 {
            let downwards = sweep % 2 == 0;
            for step in 0..self.layers.len() {
                let layer = &self.layers[if downwards { step } else { self.layers.len() - 1 - step }];
                let neighbours = if downwards { &self.above } else { &self.below };
                let wanted: Vec<f64> =
                    layer.iter().map(|item| mean(&neighbours[*item], |other| across[*other], across[*item])).collect();
                let widths: Vec<f64> = layer.iter().map(|item| self.widths[*item]).collect();
                let placed = spaced(&wanted, &widths, GAP.0);
                layer.iter().zip(placed).for_each(|(item, x)| across[*item] = x);
            }
        }
        across
    }
}

/// Each node one below the lowest that it reads; what reads nothing stands right above its first reader.
fn ranks(nodes: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut ranks = vec![0; nodes];
    for node in 0..nodes {
        let read = edges.iter().filter(|(_, to)| *to == node).map(|(from, _)| ranks[*from] + 1);
        ranks[node] = read.max().unwrap_or(0);
    }
    for node in 0..nodes {
        if !edges.iter().any(|(_, to)| *to == node) {
            let readers = edges.iter().filter(|(from, _)| *from == node).map(|(_, to)| ranks[*to]);
            ranks[node] = readers.min().map_or(0, |first| first - 1);
        }
    }
    ranks
}

fn positions(layer: &[usize]) -> BTreeMap<usize, usize> {
    layer.iter().enumerate().map(|(place, item)| (*item, place)).collect()
}

/// The mean of what is known of the neighbours; where there are none, the other number.
fn mean(neighbours: &[usize], of: impl Fn(&usize) -> f64, otherwise: f64) -> f64 {
    if neighbours.is_empty() {
        return otherwise;
    }
    neighbours.iter().map(of).sum::<f64>() / neighbours.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overlap(layout: &Layout) -> bool {
        let places = &layout.places;
        let meets =
            |one: &(f64, f64), other: &(f64, f64)| (one.0 - other.0).abs() < BOX.0 && (one.1 - other.1).abs() < BOX.1;
        (0..places.len()).any(|one| (0..one).any(|other| meets(&places[one], &places[other])))
    }

    #[test]
    fn a_chain_is_straight() {
        let found = layout(4, &[(0, 1), (1, 2), (2, 3)]);
        assert!(found.places.windows(2).all(|pair| (pair[0].0 - pair[1].0).abs() < 1e-9 && pair[0].1 < pair[1].1));
        assert!((found.width - BOX.0 - 2.0).abs() < 1e-9);
    }

    #[test]
    fn boxes_do_not_overlap_and_edges_go_down() {
        let edges = [(0, 2), (1, 2), (2, 3), (2, 4), (3, 5), (4, 5), (0, 5), (1, 6), (5, 6), (2, 6)];
        let found = layout(7, &edges);
        assert!(!overlap(&found), "{found:?}");
        for route in &found.routes {
            assert!(route.windows(2).all(|pair| pair[0].1 < pair[1].1), "{route:?}");
        }
        let inside = |(x, y): &(f64, f64)| *x >= BOX.0 / 2.0 && *x <= found.width - BOX.0 / 2.0 && *y < found.height;
        assert!(found.places.iter().all(inside), "{found:?}");
    }

    #[test]
    fn two_crossing_edges_are_uncrossed() {
        let found = layout(4, &[(0, 3), (1, 2)]);
        let straight = found.routes.iter().all(|route| (route[0].0 - route[1].0).abs() < 1e-9);
        assert!(straight, "{found:?}");
    }

    #[test]
    fn nothing_is_laid_out_as_nothing() {
        assert!(layout(0, &[]).places.is_empty());
    }
}
