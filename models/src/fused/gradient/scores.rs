//! The scores of a block of queries with the keys that any of them sees. Owns what is hidden from which.

use pulp::{Simd, WithSimd};

use crate::fused::exponential::exponential;
use crate::fused::matrix::{Matrix, Sum, product_here};
use crate::fused::reduction::{maximum, sum};

/// Queries that follow each other in a text.
#[derive(Clone, Copy)]
pub(crate) struct Block {
    pub(crate) first: usize,
    pub(crate) end: usize,
    pub(crate) window: Option<usize>,
}

impl Block {
    /// The first key that any query sees.
    pub(crate) fn start(self) -> usize {
        self.window.map_or(0, |window| (self.first + 1).saturating_sub(window))
    }

    /// How many keys the block sees.
    fn columns(self) -> usize {
        self.end - self.start()
    }

    /// Which of the block's keys a query sees.
    fn range(self, query: usize) -> std::ops::Range<usize> {
        let first = self.window.map_or(0, |window| (query + 1).saturating_sub(window));
        first.max(self.start()) - self.start()..query + 1 - self.start()
    }

    /// The rows of keys or values that the block sees.
    pub(crate) fn seen(self, numbers: &[f32], width: usize) -> Matrix<'_> {
        Matrix::new(&numbers[self.start() * width..self.end * width], width)
    }

    pub(crate) fn matrix(self, scores: &[f32]) -> Matrix<'_> {
        Matrix::new(scores, self.columns())
    }

    /// The products of the block's rows on the one side with all that it sees of the other.
    ///
    /// # Shapes
    /// - rows, others: `[text, width]`
    /// - into: `[queries, keys]`
    pub(crate) fn scores(self, rows: &[f32], others: &[f32], width: usize, into: &mut Vec<f32>) {
        into.resize((self.end - self.first) * self.columns(), 0.0);
        let rows = Matrix::new(&rows[self.first * width..self.end * width], width);
        product_here(rows, self.seen(others, width).transposed(), into, self.columns(), Sum::Fresh);
    }
}

/// Makes scores into weights, and keeps the logarithms of their sums.
pub(crate) struct Weights<'a> {
    pub(crate) block: Block,
    pub(crate) scores: &'a mut [f32],
    pub(crate) logarithms: &'a mut [f32],
}

impl WithSimd for Weights<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let rows = self.scores.chunks_exact_mut(self.block.columns()).zip(self.logarithms);
        for (query, (scores, logarithm)) in (self.block.first..).zip(rows) {
            let range = self.block.range(query);
            scores[..range.start].fill(0.0);
            scores[range.end..].fill(0.0);
            let scores = &mut scores[range];
            let largest = maximum(scores, f32::MIN);
            scores.iter_mut().for_each(|score| *score = exponential(*score - largest));
            let total = sum(scores);
            scores.iter_mut().for_each(|weight| *weight /= total);
            *logarithm = largest + total.ln();
        }
    }
}

/// Makes scores into weights once more, and the gradients of weights into those of scores:
/// `weight · (its gradient - gradient of the output · output)`.
pub(crate) struct Gradients<'a> {
    pub(crate) block: Block,
    pub(crate) weights: &'a mut [f32],
    pub(crate) through: &'a mut [f32],
    pub(crate) logarithms: &'a [f32],
    /// `[queries, width]`
    pub(crate) gradient: &'a [f32],
    /// `[queries, width]`
    pub(crate) attended: &'a [f32],
}

impl WithSimd for Gradients<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let (columns, width) = (self.block.columns(), self.gradient.len() / self.logarithms.len());
        let rows = self.weights.chunks_exact_mut(columns).zip(self.through.chunks_exact_mut(columns));
        let outputs = self.gradient.chunks_exact(width).zip(self.attended.chunks_exact(width));
        let all = rows.zip(outputs).zip(self.logarithms);
        for (query, (((weights, through), (gradient, attended)), logarithm)) in (self.block.first..).zip(all) {
            let range = self.block.range(query);
            for own in [&mut *weights, &mut *through] {
                own[..range.start].fill(0.0);
                own[range.end..].fill(0.0);
            }
            let level: f32 = gradient.iter().zip(attended).map(|(one, other)| one * other).sum();
            for (weight, through) in weights[range.clone()].iter_mut().zip(&mut through[range]) {
                *weight = exponential(*weight - logarithm);
                *through = *weight * (*through - level);
            }
        }
    }
}
