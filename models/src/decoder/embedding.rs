//! The embedding of words. Owns the look-up.

use burn::module::{Module, Param};
use burn::tensor::{Device, Int, Tensor};

use super::linear::unfilled;

/// One row for each word of the vocabulary.
#[derive(Module, Debug)]
pub struct Embedding {
    /// The rows.
    pub weight: Param<Tensor<2>>,
}

impl Embedding {
    /// An embedding whose rows are yet to be filled.
    pub(crate) fn unfilled(vocabulary: usize, width: usize, device: &Device) -> Self {
        Self { weight: unfilled([vocabulary, width], device) }
    }

    /// # Shapes
    /// - tokens: `[rows, columns]`
    /// - result: `[rows, columns, hidden]`
    pub fn forward(&self, tokens: Tensor<2, Int>) -> Tensor<3> {
        burn::tensor::module::embedding(self.weight.val(), tokens)
    }
}
