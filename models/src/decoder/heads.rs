//! Attention of burn's own operations over queries, keys and values by head. Owns that of a text's square only as much is there
//! at a time as a block of queries needs, on the way forward and on the way back, <https://arxiv.org/abs/2112.05682>.

use std::ops::Range;

use burn::tensor::activation::softmax;
use burn::tensor::{DType, Tensor};

use super::mask::causal;

/// How many queries a block has.
const QUERIES: usize = 256;

/// Rotated queries, keys and values of whole texts, each from its first token on. Queries are divided by `√width` already.
///
/// # Shapes
/// - queries: `[rows, heads, columns, head]`
/// - keys, values: `[rows, key-value heads, columns, head]`
#[derive(Debug, Clone)]
pub(super) struct Heads(pub(super) [Tensor<4>; 3]);

/// Some queries, and the keys that they can see.
#[derive(Debug, Clone)]
struct Block {
    queries: Range<usize>,
    keys: Range<usize>,
}

impl Heads {
    /// What the queries see of the values.
    ///
    /// # Shapes
    /// - result: `[rows, heads, columns, head]`
    pub(super) fn attend(&self, window: Option<usize>) -> Tensor<4> {
        let blocks = self.blocks(window).map(|block| self.within(&block).attended(&block, window));
        Tensor::cat(blocks.collect(), 2)
    }

    /// From the gradient of what they see to those of queries, keys and values, none of which is in a graph.
    ///
    /// # Shapes
    /// - gradient: `[rows, heads, columns, head]`
    /// - results: as queries, keys and values
    pub(super) fn backward(&self, window: Option<usize>, gradient: &Tensor<4>) -> [Tensor<4>; 3] {
        let (mut queries, mut sums) = (Vec::new(), [&self.0[1], &self.0[2]].map(Tensor::zeros_like));
        for block in self.blocks(window) {
            let leaves = self.within(&block).0.map(|heads| Tensor::from_inner(heads).require_grad());
            let attended = Self(leaves.clone()).attended(&block, window);
            let through = gradient.clone().narrow(2, block.queries.start, block.queries.len());
            let mut gradients = (attended * Tensor::from_inner(through)).sum().backward();
            let own = leaves.map(|leaf| leaf.grad_remove(&mut gradients).expect("all three are used"));
            let [own, keys, values] = own;
            queries.push(own);
            for (sum, own) in sums.iter_mut().zip([keys, values]) {
                let [rows, heads, _, width] = own.dims();
                let place = [0..rows, 0..heads, block.keys.clone(), 0..width];
                *sum = sum.clone().slice_assign(place.clone(), sum.clone().slice(place) + own);
            }
        }
        let [keys, values] = sums;
        [Tensor::cat(queries, 2), keys, values]
    }

    fn blocks(&self, window: Option<usize>) -> impl Iterator<Item = Block> + use<> {
        let columns = self.0[0].dims()[2];
        (0..columns).step_by(QUERIES).map(move |first| {
            let last = columns.min(first + QUERIES);
            let seen = window.map_or(0, |window| (first + 1).saturating_sub(window));
            Block { queries: first..last, keys: seen..last }
        })
    }

    fn within(&self, block: &Block) -> Self {
        let [queries, keys, values] = &self.0;
        let seen = |heads: &Tensor<4>| heads.clone().narrow(2, block.keys.start, block.keys.len());
        Self([queries.clone().narrow(2, block.queries.start, block.queries.len()), seen(keys), seen(values)])
    }

    /// What a block's queries see.
    fn attended(self, block: &Block, window: Option<usize>) -> Tensor<4> {
        let mask = causal(block.queries.clone(), block.keys.clone(), window, &self.0[0]);
        weighed(self.0, mask)
    }
}

/// `softmax(q · kᵀ + mask) · v`, of queries that are divided by `√width`.
///
/// # Shapes
/// - queries, result: `[rows, heads, columns, head]`
/// - keys, values: `[rows, key-value heads, slots, head]`
/// - mask: `[rows or 1, 1, columns, slots]`
pub(super) fn weighed([queries, keys, values]: [Tensor<4>; 3], mask: Option<Tensor<4>>) -> Tensor<4> {
    let [rows, heads, columns, width] = queries.dims();
    let [_, shared, slots, _] = keys.dims();
    let precision = queries.dtype();
    // The queries of a group one after another, so that they share one product instead of copies of their keys.
    let stacked = [rows, shared, heads / shared * columns];
    // A mask tells columns apart; a single one leaves scores as they were computed, which on a card have gaps between rows.
    let each = if columns == 1 { [rows, shared, heads / shared] } else { [rows, heads, columns] };
    let shape = |[rows, groups, queries]: [usize; 3], width| [rows, groups, queries, width];
    let scores = queries.reshape(shape(stacked, width)).matmul(keys.swap_dims(2, 3)).reshape(shape(each, slots));
    let scores = if let Some(mask) = mask { scores + mask } else { scores };
    let weights = softmax(scores.cast(DType::F32), 3).cast(precision);
    weights.reshape(shape(stacked, slots)).matmul(values).reshape([rows, heads, columns, width])
}

/// Each token with its heads.
///
/// # Shapes
/// - heads: `[rows, columns, heads · width]`
/// - result: `[rows, columns, heads, width]`
pub(super) fn split(heads: Tensor<3>, width: usize) -> Tensor<4> {
    let [rows, columns, all] = heads.dims();
    heads.reshape([rows, columns, all / width, width])
}

/// Each head with its tokens.
///
/// # Shapes
/// - heads: `[rows, columns, heads, width]`
/// - result: `[rows, heads, columns, width]`
pub(super) fn apart(heads: Tensor<4>) -> Tensor<4> {
    let [rows, columns, count, width] = heads.dims();
    // A row's only token stands as it should; a tensor that says otherwise is copied by whoever needs it in one piece.
    if columns == 1 { heads.reshape([rows, count, 1, width]) } else { heads.swap_dims(1, 2) }
}

/// The way back, with the heads side by side.
///
/// # Shapes
/// - heads: `[rows, heads, columns, width]`
/// - result: `[rows, columns, heads · width]`
pub(super) fn joined(heads: Tensor<4>) -> Tensor<3> {
    let [rows, count, columns, width] = heads.dims();
    let tokens = if columns == 1 { heads } else { heads.swap_dims(1, 2) };
    tokens.reshape([rows, columns, count * width])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decoder::noise::noise;

    /// Two orders of the same sums: their distance is measured by the largest number.
    fn assert_close(ours: &Tensor<4>, theirs: &Tensor<4>) {
        let apart = (ours.clone() - theirs.clone()).abs().max().into_scalar::<f32>();
        let largest = theirs.clone().abs().max().into_scalar::<f32>();
        assert!(apart < 1e-5 * largest, "{apart} apart, where the largest is {largest}");
    }

    #[test]
    fn blocks_give_what_the_whole_square_gives() {
        let columns = 2 * QUERIES + 37;
        let mut random = fastrand::Rng::with_seed(0);
        let mut drawn = |heads: usize| noise([2, heads, columns, 8], &mut random);
        let heads = Heads([drawn(4), drawn(2), drawn(2)]);
        let gradient = drawn(4);
        for window in [None, Some(100)] {
            let leaves = heads.0.clone().map(|own| Tensor::from_inner(own).require_grad());
            let whole = weighed(leaves.clone(), causal(0..columns, 0..columns, window, &leaves[0]));
            assert_close(&heads.attend(window), &whole.clone().inner());
            let gradients = (whole * Tensor::from_inner(gradient.clone())).sum().backward();
            let ours = heads.backward(window, &gradient);
            for (leaf, ours) in leaves.iter().zip(&ours) {
                assert_close(ours, &leaf.grad(&gradients).expect("it is used"));
            }
        }
    }
}
