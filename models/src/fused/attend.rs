//! Attention of a few queries over a sequence's pages. Owns the softmax that goes on from page to page, so that scores of
//! more than one page are never kept, <https://arxiv.org/abs/1805.02867>.
//!
//! Pages begin at fixed positions, and a query meets them in their order, so its result does not depend on which other
//! queries are computed with it.

use pulp::{Simd, WithSimd};

use super::ahead::fetch;
use super::exponential::exponential;
use super::pages::{Pages, Sequence, TOKENS};
use super::reduction::{maximum, sum};
use super::tile::{COLUMNS, tile};

/// Queries that share a head of keys and values.
#[derive(Clone, Copy)]
pub(crate) struct Queries<'a, const ROWS: usize> {
    /// By depth, scaled already.
    pub(crate) numbers: &'a [[f32; ROWS]],
    /// Where each stands.
    pub(crate) positions: [usize; ROWS],
}

/// What they look at.
#[derive(Clone, Copy)]
pub(crate) struct Memory<'a> {
    pub(crate) pages: &'a Pages,
    pub(crate) sequence: &'a Sequence<'a>,
    pub(crate) layer: usize,
    pub(crate) head: usize,
    pub(crate) window: Option<usize>,
}

/// `softmax(q · kᵀ) · v` over what each query sees.
///
/// # Shapes
/// - into: `[panels of a head, ROWS, COLUMNS]`, all zero
pub(crate) struct Attend<'a, const ROWS: usize> {
    pub(crate) queries: Queries<'a, ROWS>,
    pub(crate) memory: Memory<'a>,
    pub(crate) into: &'a mut [[[f32; COLUMNS]; ROWS]],
}

/// What the softmax of one query has come to.
#[derive(Clone, Copy)]
struct Running {
    largest: f32,
    total: f32,
}

impl<const ROWS: usize> WithSimd for Attend<'_, ROWS> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { queries, memory, into } = self;
        let last = queries.positions.iter().copied().max().unwrap_or(0);
        let first = queries.positions.iter().map(|position| memory.first(*position)).min().unwrap_or(0);
        let mut running = [Running { largest: f32::MIN, total: 0.0 }; ROWS];
        for index in first / TOKENS..=last / TOKENS {
            let start = index * TOKENS;
            // Pages lie anywhere, and the processor guesses none of them.
            let values = memory.values(index);
            fetch(values);
            let mut scores = [[0.0; TOKENS]; ROWS];
            tile(simd, queries.numbers, memory.keys(index), &mut scores);
            if index < last / TOKENS {
                fetch(memory.keys(index + 1));
            }
            let mut weights = [[0.0; ROWS]; TOKENS];
            for (row, (scores, running)) in scores.iter_mut().zip(&mut running).enumerate() {
                memory.hide(scores, start, queries.positions[row]);
                let kept = running.extend(scores);
                if kept != 1.0 {
                    into.iter_mut().for_each(|panel| panel[row].iter_mut().for_each(|sum| *sum *= kept));
                }
                weights.iter_mut().zip(scores).for_each(|(weights, score)| weights[row] = *score);
            }
            let seen = &weights[..TOKENS.min(last + 1 - start)];
            for (sums, values) in into.iter_mut().zip(values.chunks_exact(TOKENS)) {
                tile(simd, seen, values, sums);
            }
        }
        for panel in into {
            for (sums, running) in panel.iter_mut().zip(&running) {
                sums.iter_mut().for_each(|sum| *sum /= running.total);
            }
        }
    }
}

impl<'a> Memory<'a> {
    /// The keys of a page of the sequence.
    fn keys(&self, index: usize) -> &'a [[f32; TOKENS]] {
        self.sequence.keys(self.pages, index, self.layer, self.head)
    }

    /// Its values.
    fn values(&self, index: usize) -> &'a [[f32; COLUMNS]] {
        self.sequence.values(self.pages, index, self.layer, self.head)
    }

    /// The first position that a query at `position` sees.
    fn first(&self, position: usize) -> usize {
        self.window.map_or(0, |window| (position + 1).saturating_sub(window))
    }

    /// Gives no weight to what a query at `position` does not see of a page.
    #[inline(always)]
    fn hide(&self, scores: &mut [f32; TOKENS], start: usize, position: usize) {
        let first = self.first(position);
        if first <= start && start + TOKENS <= position + 1 {
            return;
        }
        for (token, score) in (start..).zip(scores) {
            if token < first || token > position {
                *score = f32::NEG_INFINITY;
            }
        }
    }
}

impl Running {
    /// Makes scores into weights against the largest so far; gives what earlier weights are to be multiplied with.
    #[inline(always)]
    fn extend(&mut self, scores: &mut [f32; TOKENS]) -> f32 {
        let largest = maximum(scores, self.largest);
        let kept = exponential(self.largest - largest);
        scores.iter_mut().for_each(|score| *score = exponential(*score - largest));
        self.total = self.total.mul_add(kept, sum(scores));
        self.largest = largest;
        kept
    }
}
