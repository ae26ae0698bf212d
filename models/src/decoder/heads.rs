//! Attention of burn's own operations over queries, keys and values by head. Owns that of a text's square only as much is there
//! at a time as a block of queries needs, on the way forward and on the way back, <https://arxiv.org/abs/2112.05682>.

use burn::tensor::activation::softmax;
use burn::tensor::{DType, Tensor};

use super::Rotation;
use super::blocks::{Block, Blocks, part};

/// Rotated queries, keys and values of whole texts, each from its first token on. Queries are divided by `√width` already.
///
/// # Shapes
/// - queries: `[rows, heads, columns, head]`
/// - keys, values: `[rows, key-value heads, columns, head]`
#[derive(Debug, Clone)]
pub(super) struct Heads(pub(super) [Tensor<4>; 3]);

impl Heads {
    /// # Shapes
    /// - projections: `[rows, columns, heads · width]`
    pub(super) fn rotated(projections: [Tensor<3>; 3], rotation: &Rotation, width: usize) -> Self {
        let [queries, keys, values] = projections.map(|heads| split(heads, width));
        Self([rotation.apply(queries).mul_scalar(scale(width)), rotation.apply(keys), values].map(apart))
    }

    /// From the gradients of queries, keys and values to those of the projections.
    ///
    /// # Shapes
    /// - results: `[rows, columns, heads · width]`
    pub(super) fn turned_back(self, rotation: &Rotation) -> [Tensor<3>; 3] {
        let width = self.0[0].dims()[3];
        let [queries, keys, values] = self.0.map(joined);
        let [queries, keys] = [queries, keys].map(|heads| rotation.reversed(split(heads, width)));
        [side_by_side(queries.mul_scalar(scale(width))), side_by_side(keys), values]
    }

    /// The same, each in one piece: a product takes it as it is then, however often.
    pub(super) fn in_one_piece(self) -> Self {
        Self(self.0.map(|heads| {
            let [rows, count, columns, width] = heads.dims();
            heads.reshape([rows, count * columns, width]).reshape([rows, count, columns, width])
        }))
    }

    /// What the queries see of the values.
    ///
    /// # Shapes
    /// - result: `[rows, heads, columns, head]`
    pub(super) fn attend(&self, blocks: &Blocks) -> Tensor<4> {
        together(blocks.iter().map(|block| weighed(self.within(&block).0, Some(blocks.mask(&block)))).collect())
    }

    /// From the gradient of what they see to their own.
    ///
    /// # Shapes
    /// - gradient: `[rows, heads, columns, head]`
    /// - inner: `[rows, heads, columns, 1]`, the inner products of the gradient with what is seen, in single precision
    pub(super) fn backward(&self, blocks: &Blocks, gradient: &Tensor<4>, inner: &Tensor<4>) -> Self {
        let (mut queries, mut sums) = (Vec::new(), None);
        for block in blocks.iter().rev() {
            let through = [gradient, inner].map(|own| part(own, 2, block.queries.clone()));
            let [own, others @ ..] = self.within(&block).back_within(blocks.mask(&block), through);
            queries.insert(0, own);
            sums = Some(match sums {
                None if block.keys.len() == self.0[1].dims()[2] => others,
                sums => added(sums.unwrap_or_else(|| [1, 2].map(|own| self.0[own].zeros_like())), others, &block),
            });
        }
        let [keys, values] = sums.expect("there is a block");
        Self([together(queries), keys, values])
    }

    fn within(&self, block: &Block) -> Self {
        let [queries, keys, values] = &self.0;
        let seen = |heads| part(heads, 2, block.keys.clone());
        Self([part(queries, 2, block.queries.clone()), seen(keys), seen(values)])
    }

    /// The gradients of a block's queries and of the keys and values that they can see. With `p` the weights and `d` the
    /// gradient of what is seen, that of the scores is `p · (d · vᵀ - Σ p · (d · vᵀ))`, of which the sum is the inner product.
    fn back_within(self, mask: Tensor<4>, [gradient, inner]: [Tensor<4>; 2]) -> [Tensor<4>; 3] {
        let [queries, keys, values] = self.0;
        let (shape, precision) = (queries.dims(), queries.dtype());
        let weights = weights([queries.clone(), keys.clone()], Some(mask));
        let [queries, gradient] = [queries, gradient].map(|own| stacked(own, &keys));
        let seen = weights.clone().cast(precision);
        let of_values = stacked(seen, &keys).swap_dims(2, 3).matmul(gradient.clone());
        let of_weights = gradient.matmul(values.swap_dims(2, 3)).reshape(weights.dims()).cast(DType::F32);
        let [rows, groups, count, _] = weights.dims();
        let inner = inner.reshape([rows, groups, count, 1]);
        let of_scores = stacked(((of_weights - inner) * weights).cast(precision), &keys);
        let of_keys = of_scores.clone().swap_dims(2, 3).matmul(queries);
        [of_scores.matmul(keys).reshape(shape), of_keys, of_values]
    }
}

/// Sums of keys and of values with those of a block added where they belong.
fn added(sums: [Tensor<4>; 2], own: [Tensor<4>; 2], block: &Block) -> [Tensor<4>; 2] {
    let mut own = own.into_iter();
    sums.map(|sum| {
        let own = own.next().expect("there are as many");
        let [rows, heads, _, width] = own.dims();
        let place = [0..rows, 0..heads, block.keys.clone(), 0..width];
        let more = sum.clone().slice(place.clone()) + own;
        sum.slice_assign(place, more)
    })
}

/// Blocks of queries as one tensor.
fn together(mut blocks: Vec<Tensor<4>>) -> Tensor<4> {
    if blocks.len() == 1 { blocks.remove(0) } else { Tensor::cat(blocks, 2) }
}

fn scale(width: usize) -> f64 {
    (width as f64).powf(-0.5)
}

/// `softmax(q · kᵀ + mask) · v`, of queries that are divided by `√width`.
///
/// # Shapes
/// - queries, result: `[rows, heads, columns, head]`
/// - keys, values: `[rows, key-value heads, slots, head]`
/// - mask: `[rows or 1, 1, columns, slots]`
pub(super) fn weighed([queries, keys, values]: [Tensor<4>; 3], mask: Option<Tensor<4>>) -> Tensor<4> {
    let (shape, precision) = (queries.dims(), queries.dtype());
    let weights = weights([queries, keys], mask).cast(precision);
    stacked(weights, &values).matmul(values).reshape(shape)
}

/// How much each query looks at each key, in single precision.
///
/// # Shapes
/// - result: `[rows, heads, columns, slots]`, but of a single column `[rows, key-value heads, heads of each, slots]`
fn weights([queries, keys]: [Tensor<4>; 2], mask: Option<Tensor<4>>) -> Tensor<4> {
    let [rows, heads, columns, _] = queries.dims();
    let [_, shared, slots, _] = keys.dims();
    // A mask tells columns apart; a single one leaves scores as they were computed, which on a card have gaps between rows.
    let each = if columns == 1 { [rows, shared, heads / shared] } else { [rows, heads, columns] };
    let [rows, groups, count] = each;
    let scores = stacked(queries, &keys).matmul(keys.swap_dims(2, 3)).reshape([rows, groups, count, slots]);
    let scores = if let Some(mask) = mask { scores + mask } else { scores };
    softmax(scores.cast(DType::F32), 3)
}

/// The queries of a group one after another, so that they share one product instead of copies of their keys.
///
/// # Shapes
/// - of: `[rows, heads, columns, any]`
/// - keys: `[rows, key-value heads, slots, head]`
/// - result: `[rows, key-value heads, heads of each · columns, any]`
fn stacked(of: Tensor<4>, keys: &Tensor<4>) -> Tensor<4> {
    let [rows, heads, columns, width] = of.dims();
    let shared = keys.dims()[1];
    of.reshape([rows, shared, heads * columns / shared, width])
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
    if columns == 1 { heads.reshape([rows, 1, count * width]) } else { side_by_side(heads.swap_dims(1, 2)) }
}

/// # Shapes
/// - heads: `[rows, columns, heads, width]`
/// - result: `[rows, columns, heads · width]`
fn side_by_side(heads: Tensor<4>) -> Tensor<3> {
    let [rows, columns, count, width] = heads.dims();
    heads.reshape([rows, columns, count * width])
}
