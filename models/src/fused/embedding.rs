//! The embedding of words. Owns the look-up; rows stay as they were loaded, so that of a mapped file only those that are
//! looked at take memory.

use burn::tensor::{DType, TensorData};
use half::{bf16, f16};

/// One row for each word.
#[derive(Debug)]
pub(crate) struct Embedding(TensorData);

impl Embedding {
    pub(crate) fn new(rows: TensorData) -> Self {
        Self(rows)
    }

    /// How many words there are.
    pub(crate) fn words(&self) -> usize {
        self.0.shape[0]
    }

    /// Appends a word's row.
    pub(crate) fn read(&self, token: u32, into: &mut Vec<f32>) {
        let width = self.0.shape[1];
        let row = token as usize * width..(token as usize + 1) * width;
        match self.0.dtype {
            DType::BF16 => into.extend(self.numbers::<bf16>()[row].iter().map(|number| number.to_f32())),
            DType::F16 => into.extend(self.numbers::<f16>()[row].iter().map(|number| number.to_f32())),
            _ => into.extend_from_slice(&self.numbers::<f32>()[row]),
        }
    }

    fn numbers<N: burn::tensor::Element>(&self) -> &[N] {
        self.0.as_slice().expect("weights are contiguous and of their own type")
    }
}
