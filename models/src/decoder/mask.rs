//! What a query may look at. Owns causality, sliding windows and padding that lies in the past.

use std::ops::Range;

use burn::tensor::{DType, Device, Tensor, TensorData};

use super::Positions;

/// A position that no query reaches.
const VACANT: u32 = u32::MAX;

/// Where each key that a forward pass can look at stands in its text; one row of slots for each row of the batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Slots {
    rows: Vec<Vec<u32>>,
}

impl Slots {
    /// The keys of texts that are all there from their beginnings on; rows are filled up with places that nobody sees.
    pub fn whole(lengths: &[usize]) -> Self {
        let columns = lengths.iter().copied().max().unwrap_or(0);
        let row =
            |length: &usize| (0..columns).map(|place| if place < *length { slot(place) } else { VACANT }).collect();
        Self { rows: lengths.iter().map(row).collect() }
    }

    /// Adds the keys of a forward pass.
    ///
    /// Its padding is taken for tokens that come after the row's own, which is enough within this pass, since no token
    /// sees what comes after it, and lets rows of different lengths share one mask.
    pub fn extend(&mut self, positions: &Positions) {
        self.rows.resize(positions.rows(), Vec::new());
        for (slots, run) in self.rows.iter_mut().zip(positions.runs()) {
            slots.extend((run.start..run.start + positions.columns()).map(slot));
        }
    }

    /// Makes the padding of the pass that was added last invisible to later ones.
    pub fn vacate_padding(&mut self, positions: &Positions) {
        for (slots, run) in self.rows.iter_mut().zip(positions.runs()) {
            let first = slots.len() - (positions.columns() - run.length);
            slots[first..].fill(VACANT);
        }
    }

    /// How many slots each row has.
    pub fn columns(&self) -> usize {
        self.rows.first().map_or(0, Vec::len)
    }

    /// Whether one mask serves all rows.
    fn alike(&self) -> bool {
        self.rows.windows(2).all(|pair| pair[0] == pair[1])
    }
}

/// What is added to scores so that each query sees the keys at and before its own position, and no further back than
/// `window`. Nothing where every query sees every key.
///
/// # Shapes
/// - result: `[rows or 1, 1, columns, slots]`
pub(crate) fn mask(
    queries: &Positions,
    slots: &Slots,
    window: Option<usize>,
    device: &Device,
    dtype: DType,
) -> Option<Tensor<4>> {
    let rows = if queries.start_together() && slots.alike() { 1 } else { queries.rows() };
    let window = window.map_or(VACANT, slot);
    let hidden = |query: u32, key: u32| key > query || query - key >= window;
    let mut values = Vec::with_capacity(rows * queries.columns() * slots.columns());
    for (run, keys) in queries.runs().iter().zip(&slots.rows).take(rows) {
        for query in (run.start..run.start + queries.columns()).map(slot) {
            values.extend(keys.iter().map(|key| if hidden(query, *key) { lowest(dtype) } else { 0.0 }));
        }
    }
    let shape = [rows, 1, queries.columns(), slots.columns()];
    let any = values.iter().any(|value| *value != 0.0);
    any.then(|| Tensor::from_data(TensorData::new(values, shape), (device, dtype)))
}

/// The same for some queries and keys of whole texts, which begin at their first token.
///
/// # Shapes
/// - of: any tensor where the mask is to be
/// - result: `[1, 1, queries, keys]`
pub(super) fn causal<const D: usize>(
    queries: Range<usize>,
    keys: Range<usize>,
    window: Option<usize>,
    of: &Tensor<D>,
) -> Option<Tensor<4>> {
    let (dtype, shape) = (of.dtype(), [1, 1, queries.len(), keys.len()]);
    let hidden = |query: usize, key: usize| key > query || window.is_some_and(|window| query - key >= window);
    let value = |hidden: bool| if hidden { lowest(dtype) } else { 0.0 };
    let values: Vec<f32> = queries
        .flat_map(|query| keys.clone().map(move |key| (query, key)))
        .map(|(query, key)| value(hidden(query, key)))
        .collect();
    let any = values.iter().any(|value| *value != 0.0);
    any.then(|| Tensor::from_data(TensorData::new(values, shape), (&of.device(), dtype)))
}

/// Low enough to vanish in a softmax, and finite: a query of padding that sees nothing must not become NaN, which
/// would spread to its neighbours as zero times NaN.
fn lowest(dtype: DType) -> f32 {
    if dtype == DType::F16 { -6e4 } else { -1e30 }
}

fn slot(position: usize) -> u32 {
    u32::try_from(position).expect("texts are shorter than four thousand million tokens")
}
