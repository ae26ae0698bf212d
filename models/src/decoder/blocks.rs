//! Blocks of queries of whole texts, each of which begins at its first token. Owns how many queries a block has, and the mask
//! that all of them share.

use std::ops::Range;

use burn::tensor::{DType, Device, Int, Tensor};

use super::mask::hidden;

/// How many scores of all heads are there at a time: 256 MiB in single precision.
const SCORES: usize = 1 << 26;

/// How many queries a block has at least, for the sake of the products.
const QUERIES: usize = 256;

/// The queries of whole texts, block by block.
#[derive(Debug)]
pub(super) struct Blocks {
    columns: usize,
    queries: usize,
    window: Option<usize>,
    /// What the last block adds to its scores, were it as long as the others: each adds a part of it.
    mask: Tensor<4>,
}

/// Some queries, and the keys that they can see.
#[derive(Debug, Clone)]
pub(super) struct Block {
    pub(super) queries: Range<usize>,
    pub(super) keys: Range<usize>,
}

impl Blocks {
    /// Those of texts that are so long, for so many heads in all rows.
    pub(super) fn new(heads: usize, columns: usize, window: Option<usize>, (device, dtype): (&Device, DType)) -> Self {
        let fit = SCORES / (heads * columns) / QUERIES * QUERIES;
        Self::with(fit.max(QUERIES), columns, window, (device, dtype))
    }

    pub(super) fn with(
        queries: usize,
        columns: usize,
        window: Option<usize>,
        (device, dtype): (&Device, DType),
    ) -> Self {
        let queries = queries.min(columns);
        let end = (columns.div_ceil(queries) * queries) as i64;
        let places = |range: Range<i64>| Tensor::<1, Int>::arange(range, device);
        let own: Tensor<4, Int> = places(end - queries as i64..end).reshape([1, 1, -1, 1]);
        let keys: Tensor<4, Int> = places(0..end).reshape([1, 1, 1, -1]);
        Self { columns, queries, window, mask: hidden(own - keys, window, dtype) }
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = Block> + use<> {
        let Self { columns, queries, window, .. } = *self;
        (0..columns.div_ceil(queries)).map(move |block| {
            let (first, last) = (block * queries, columns.min((block + 1) * queries));
            let seen = window.map_or(0, |window| (first + 1).saturating_sub(window));
            Block { queries: first..last, keys: seen..last }
        })
    }

    /// What is added to the scores of a block.
    ///
    /// # Shapes
    /// - result: `[1, 1, queries, keys]`
    pub(super) fn mask(&self, block: &Block) -> Tensor<4> {
        let [_, _, queries, end] = self.mask.dims();
        let earlier = end - queries - block.queries.start;
        let keys = block.keys.start + earlier..block.keys.end + earlier;
        part(&part(&self.mask, 2, 0..block.queries.len()), 3, keys)
    }
}

/// Some of a tensor along a dimension, or the tensor where that is all of it: a card would copy it.
pub(super) fn part<const D: usize>(tensor: &Tensor<D>, dimension: usize, range: Range<usize>) -> Tensor<D> {
    let own = tensor.clone();
    if range.len() == own.dims()[dimension] { own } else { own.narrow(dimension, range.start, range.len()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_hides_what_comes_later_and_what_is_too_far() {
        for (window, queries, columns) in
            [(None, 4, 10), (Some(3), 4, 10), (Some(100), 4, 8), (Some(1), 7, 7), (None, 1, 1)]
        {
            let blocks = Blocks::with(queries, columns, window, (&Device::flex(), DType::F32));
            let mut seen = 0;
            for block in blocks.iter() {
                let hides =
                    |query: usize, key: usize| key > query || window.is_some_and(|window| query - key >= window);
                let keys = block.keys.clone();
                let pairs = block.queries.clone().flat_map(|query| keys.clone().map(move |key| (query, key)));
                let expected: Vec<f32> =
                    pairs.map(|(query, key)| if hides(query, key) { -1e30 } else { 0.0 }).collect();
                let mask: Vec<f32> = blocks.mask(&block).into_data().iter::<f32>().collect();
                assert_eq!(mask, expected, "{window:?}, {block:?}");
                assert!(block.keys.start == 0 || hides(block.queries.start, block.keys.start - 1));
                assert_eq!(block.queries.start, seen);
                seen = block.queries.end;
            }
            assert_eq!(seen, columns);
        }
    }

    #[test]
    fn a_block_is_as_large_as_its_scores_may_be() {
        let queries = |heads, columns| Blocks::new(heads, columns, None, (&Device::flex(), DType::F32)).queries;
        assert_eq!([queries(56, 512), queries(56, 2048), queries(56, 1 << 13)], [512, 512, 256]);
    }
}
