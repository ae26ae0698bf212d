//! The rotation of queries and keys by their positions. Owns Hugging Face's pairing of dimensions: the first half of a
//! head with the second, rather than neighbours.

use burn::tensor::{DType, Device, Tensor, TensorData};

use super::Positions;
use crate::config::Frequencies;

/// Cosines and sines for the positions of one forward pass, <https://arxiv.org/abs/2104.09864>.
#[derive(Debug, Clone)]
pub struct Rotation {
    /// `[rows or 1, columns, 1, head]`
    cosines: Tensor<4>,
    /// The same, negative in the first half.
    sines: Tensor<4>,
}

impl Rotation {
    /// The rotation for tokens at `positions`. Angles are products in single precision, as the reference's are.
    pub fn new(frequencies: &Frequencies, positions: &Positions, device: &Device, dtype: DType) -> Self {
        let runs = if positions.start_together() { &positions.runs()[..1] } else { positions.runs() };
        let pairs = frequencies.radians.len();
        let shape = [runs.len(), positions.columns(), 1, 2 * pairs];
        let mut cosines = Vec::with_capacity(shape.iter().product());
        let mut sines = Vec::with_capacity(cosines.capacity());
        for position in runs.iter().flat_map(|run| run.start..run.start + positions.columns()) {
            let turns = frequencies.radians.iter().map(|radians| (position as f32 * radians).sin_cos());
            let (sine, cosine): (Vec<_>, Vec<_>) = turns.unzip();
            cosines.extend(cosine.iter().chain(&cosine).map(|cosine| cosine * frequencies.scale));
            sines.extend(sine.iter().map(|sine| -sine * frequencies.scale));
            sines.extend(sine.iter().map(|sine| sine * frequencies.scale));
        }
        let tensor = |values| Tensor::from_data(TensorData::new(values, shape), (device, dtype));
        Self { cosines: tensor(cosines), sines: tensor(sines) }
    }

    /// The same, outside of any graph.
    pub(super) fn outside(&self) -> Self {
        Self { cosines: self.cosines.clone().no_grad(), sines: self.sines.clone().no_grad() }
    }

    /// # Shapes
    /// - heads: `[rows, columns, heads, head]`
    /// - result: `[rows, columns, heads, head]`
    pub fn apply(&self, heads: Tensor<4>) -> Tensor<4> {
        let swapped = swapped(heads.clone());
        heads * self.cosines.clone() + swapped * self.sines.clone()
    }

    /// From the gradient of what [`Rotation::apply`] gives to that of what it was given: the rotation by the opposite angles.
    ///
    /// # Shapes
    /// - heads: `[rows, columns, heads, head]`
    /// - result: `[rows, columns, heads, head]`
    pub(super) fn reversed(&self, heads: Tensor<4>) -> Tensor<4> {
        let swapped = swapped(heads.clone());
        heads * self.cosines.clone() - swapped * self.sines.clone()
    }
}

/// The halves of each head, the other way round. A flip is one operation, while halves that are taken out and put together
/// again are three.
fn swapped(heads: Tensor<4>) -> Tensor<4> {
    let [rows, columns, count, width] = heads.dims();
    let halves = heads.reshape([rows * columns, count, 2, width / 2]);
    halves.flip([2]).reshape([rows, columns, count, width])
}
