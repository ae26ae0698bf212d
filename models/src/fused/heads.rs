//! From a projection to the heads of attention. Owns what lies between: biases, norms, rotation.

use pulp::{Simd, WithSimd};

use super::norm::normalise;
use super::product::Product;
use super::rotary::{Angles, rotate};

/// How a layer's projection of queries, keys and values is divided.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Heads {
    /// How many heads queries have.
    pub(crate) queries: usize,
    /// How many keys have, and values.
    pub(crate) shared: usize,
    /// The width of a head.
    pub(crate) width: usize,
}

impl Heads {
    /// How many heads a token has, the queries' first, then the keys', then the values'.
    pub(crate) fn count(self) -> usize {
        self.queries + 2 * self.shared
    }

    /// How many heads of queries share one of keys.
    pub(crate) fn group(self) -> usize {
        self.queries / self.shared
    }

    /// The width of a token's heads together.
    pub(crate) fn all(self) -> usize {
        self.count() * self.width
    }
}

/// What a layer does to its heads.
#[derive(Debug)]
pub(crate) struct Finish {
    /// Is added.
    pub(crate) bias: Option<Vec<f32>>,
    /// Normalise queries and keys.
    pub(crate) norms: Option<[Vec<f32>; 2]>,
    pub(crate) epsilon: f32,
}

/// Makes heads of the projections of some rows.
///
/// # Shapes
/// - positions: `[rows]`
/// - into: `[rows, heads, width]`
pub(crate) struct Divide<'a> {
    pub(crate) heads: Heads,
    pub(crate) finish: &'a Finish,
    pub(crate) angles: &'a Angles,
    pub(crate) projected: &'a Product,
    pub(crate) first: usize,
    pub(crate) positions: &'a [usize],
    pub(crate) into: &'a mut [f32],
}

impl WithSimd for Divide<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Heads { queries, shared, width } = self.heads;
        let rows = self.into.chunks_exact_mut(self.heads.all());
        for ((row, into), position) in (self.first..).zip(rows).zip(self.positions) {
            self.projected.copy(row, 0, into);
            for (number, bias) in into.iter_mut().zip(self.finish.bias.iter().flatten()) {
                *number += bias;
            }
            let turn = self.angles.at(*position);
            for (index, head) in into.chunks_exact_mut(width).take(queries + shared).enumerate() {
                if let Some(norms) = &self.finish.norms {
                    normalise(head, &norms[usize::from(index >= queries)], self.finish.epsilon);
                }
                rotate(head, turn);
            }
        }
    }
}
