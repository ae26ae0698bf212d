//! How many primitives problems are made of.
//!
//! Owns the weights, and that a depth of which there are no more gives way to the others. Knows no composition.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How many primitives a problem is made of, and how often.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Depth {
    /// The fewest.
    #[serde(default = "default_from")]
    #[schemars(range(min = 1, max = 6))]
    pub from: usize,
    /// The most.
    #[serde(default = "default_to")]
    #[schemars(range(min = 1, max = 6))]
    pub to: usize,
    /// How often each depth is made, from `from` to `to`, in relation to the others: `[3, 2, 1]`. All equally often
    /// where it is not said.
    #[serde(default)]
    pub weights: Vec<f64>,
}

fn default_from() -> usize {
    1
}

fn default_to() -> usize {
    3
}

impl Default for Depth {
    fn default() -> Self {
        Self { from: default_from(), to: default_to(), weights: Vec::new() }
    }
}

/// The depths of which there are more, with their weights.
#[derive(Clone, Debug)]
pub(super) struct Depths(Vec<(usize, f64)>);

impl Depths {
    /// Those that are made at all.
    pub(super) fn new(depth: &Depth) -> Self {
        let weights = depth.weights.iter().copied().chain(std::iter::repeat(1.0));
        Self((depth.from..=depth.to).zip(weights).filter(|(_, weight)| *weight > 0.0).collect())
    }

    /// From the least on.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> {
        self.0.iter().map(|(depth, _)| *depth)
    }

    /// The depth at a place between 0 and 1; none where every depth has run out.
    pub(super) fn at(&self, place: f64) -> Option<usize> {
        let mut left = place * self.0.iter().map(|(_, weight)| weight).sum::<f64>();
        let found = self.0.iter().find(|(_, weight)| {
            left -= weight;
            left < 0.0
        });
        // What adding decimal numbers loses.
        found.or(self.0.last()).map(|(depth, _)| *depth)
    }

    /// There are no more of this depth.
    pub(super) fn runs_out(&mut self, depth: usize) {
        self.0.retain(|(other, _)| *other != depth);
    }
}
