//! What a query may look at. Owns causality, sliding windows and padding that lies in the past.
//!
//! A mask is made where it is used, of positions alone: a card computes a layer in the time in which it would be told a
//! square of numbers.

use std::ops::Range;

use burn::tensor::{DType, Device, Int, Tensor, TensorData};

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
    let (columns, width) = (queries.columns(), slots.columns());
    let each = || queries.runs().iter().zip(&slots.rows).take(rows);
    let any = each().any(|(run, keys)| hides(run.start..run.start + columns, keys.iter().copied(), window));
    any.then(|| {
        let own: Vec<i32> = each().flat_map(|(run, _)| (run.start..run.start + columns).map(place)).collect();
        let keys: Vec<i32> = each().flat_map(|(_, keys)| keys.iter().map(|key| place(*key as usize))).collect();
        let own = Tensor::<4, Int>::from_data(TensorData::new(own, [rows, 1, columns, 1]), device);
        let keys = Tensor::<4, Int>::from_data(TensorData::new(keys, [rows, 1, 1, width]), device);
        hidden(own - keys, window, dtype)
    })
}

/// Whether one of some queries in a row does not see one of these keys.
fn hides(queries: Range<usize>, mut keys: impl Iterator<Item = u32>, window: Option<usize>) -> bool {
    let late = |key: usize| key > queries.start;
    let far = |key: usize| window.is_some_and(|window| queries.end > key + window);
    keys.any(|key| late(key as usize) || far(key as usize))
}

/// What hides keys from queries that stand so far behind them.
pub(super) fn hidden(behind: Tensor<4, Int>, window: Option<usize>, dtype: DType) -> Tensor<4> {
    let late = behind.clone().lower_elem(0);
    let unseen = match window {
        Some(window) => late.bool_or(behind.clone().greater_equal_elem(place(window))),
        None => late,
    };
    Tensor::zeros(behind.shape(), (&behind.device(), dtype)).mask_fill(unseen, lowest(dtype))
}

/// Low enough to vanish in a softmax, and finite: a query of padding that sees nothing must not become NaN, which
/// would spread to its neighbours as zero times NaN.
fn lowest(dtype: DType) -> f32 {
    if dtype == DType::F16 { -6e4 } else { -1e30 }
}

fn slot(position: usize) -> u32 {
    u32::try_from(position).expect("texts are shorter than four thousand million tokens")
}

/// A position as a device counts; what nobody reaches is the last of all.
fn place(position: usize) -> i32 {
    i32::try_from(position).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decoder::Run;

    fn numbers(mask: Option<Tensor<4>>) -> Option<Vec<f32>> {
        mask.map(|mask| mask.into_data().iter::<f32>().collect())
    }

    /// What each pair of a query and a key adds, one by one; nothing where it is nothing for all.
    fn one_by_one(pairs: impl Iterator<Item = (usize, u32)>, window: Option<usize>) -> Option<Vec<f32>> {
        let hidden = |query: usize, key: u32| {
            key as usize > query || window.is_some_and(|window| query - key as usize >= window)
        };
        let all: Vec<f32> = pairs.map(|(query, key)| if hidden(query, key) { -1e30 } else { 0.0 }).collect();
        all.iter().any(|number| *number != 0.0).then_some(all)
    }

    #[test]
    fn rows_hide_their_own_later_keys_and_vacant_places() {
        let device = Device::flex();
        let runs = [Run { start: 4, length: 2 }, Run { start: 1, length: 1 }, Run { start: 0, length: 2 }];
        let (queries, slots) = (Positions::new(runs.to_vec()), Slots::whole(&[6, 2, 2]));
        for window in [None, Some(2), Some(7)] {
            let rows = runs.iter().zip(&slots.rows);
            let pairs = rows.flat_map(|(run, keys)| {
                (run.start..run.start + 2).flat_map(move |query| keys.iter().map(move |key| (query, *key)))
            });
            let ours = numbers(mask(&queries, &slots, window, &device, DType::F32));
            assert_eq!(ours, one_by_one(pairs, window), "{window:?}");
        }
        let (last, slots) = (Positions::next([3, 3]), Slots::whole(&[4, 4]));
        let rows = |window| mask(&last, &slots, window, &device, DType::F32).map(|mask| mask.dims()[0]);
        assert_eq!([None, Some(2)].map(rows), [None, Some(1)], "rows that are alike share a mask");
    }
}
