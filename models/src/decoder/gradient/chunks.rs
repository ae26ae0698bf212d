//! The tokens of a batch chunk by chunk, so that all logits of a batch are never there. Owns how large a chunk is, and what its
//! logits say.

use std::ops::Range;

use burn::tensor::activation::log_softmax;
use burn::tensor::{DType, Int, Tensor, TensorData};

use crate::decoder::blocks::part;

/// How many logits are there at a time: 512 MiB in single precision, of which there are two or three.
const LOGITS: usize = 1 << 27;

/// A head, and the words that it is asked about.
pub(super) struct Asking {
    pub(super) hidden: Tensor<2>,
    pub(super) weight: Tensor<2>,
    /// `[tokens, 1]`
    words: Tensor<2, Int>,
    /// Every word there is, `[1, vocabulary]`.
    vocabulary: Tensor<2, Int>,
    /// What logits are multiplied with.
    pub(super) scale: f32,
    size: usize,
}

/// Some tokens.
pub(super) struct Chunk {
    pub(super) tokens: Range<usize>,
    pub(super) hidden: Tensor<2>,
    pub(super) words: Tensor<2, Int>,
    /// `log softmax(logits)`, `[tokens, vocabulary]`.
    pub(super) all: Tensor<2>,
}

impl Asking {
    /// Outside of any graph.
    pub(super) fn new(hidden: Tensor<2>, weight: Tensor<2>, words: &[u32], scale: f32) -> Self {
        Self::in_chunks(hidden, weight, words, scale, LOGITS)
    }

    pub(super) fn in_chunks(hidden: Tensor<2>, weight: Tensor<2>, words: &[u32], scale: f32, logits: usize) -> Self {
        let (hidden, weight) = (hidden.no_grad(), weight.no_grad());
        let [vocabulary, _] = weight.dims();
        let device = hidden.device();
        let all = Tensor::<1, Int>::arange(0..vocabulary as i64, &device).unsqueeze();
        let words: Vec<i64> = words.iter().map(|word| i64::from(*word)).collect();
        let words = TensorData::new(words, [hidden.dims()[0], 1]);
        let words = Tensor::from_data(words, &device);
        Self { hidden, weight, words, vocabulary: all, scale, size: (logits / vocabulary).max(1) }
    }

    pub(super) fn chunks(&self) -> impl Iterator<Item = Chunk> + '_ {
        let count = self.hidden.dims()[0];
        (0..count).step_by(self.size).map(move |first| {
            let tokens = first..count.min(first + self.size);
            let hidden = part(&self.hidden, 0, tokens.clone());
            let logits = hidden.clone().matmul(self.weight.clone().transpose()).cast(DType::F32);
            let logits = if self.scale == 1.0 { logits } else { logits.mul_scalar(self.scale) };
            let words = self.words.clone().narrow(0, first, tokens.len());
            Chunk { tokens, hidden, words, all: log_softmax(logits, 1) }
        })
    }

    /// One where a token's word is, and zero for every other word.
    ///
    /// # Shapes
    /// - result: `[tokens, vocabulary]`
    pub(super) fn chosen(&self, chunk: &Chunk) -> Tensor<2> {
        self.vocabulary.clone().equal(chunk.words.clone()).float().cast(DType::F32)
    }
}

impl Chunk {
    /// `log softmax(logits)[word]`.
    ///
    /// # Shapes
    /// - result: `[tokens, 1]`
    pub(super) fn own(&self) -> Tensor<2> {
        self.all.clone().gather(1, self.words.clone())
    }

    /// Numbers of this chunk's tokens.
    ///
    /// # Shapes
    /// - all: `[tokens of all chunks]`
    /// - result: `[tokens, 1]`
    pub(super) fn of(&self, all: &Tensor<1>) -> Tensor<2> {
        part(all, 0, self.tokens.clone()).unsqueeze_dim(1)
    }
}

/// The gradients of a head, chunk by chunk.
pub(super) struct Sides {
    hidden: Option<Vec<Tensor<2>>>,
    /// In single precision from the second chunk on.
    weight: Option<Option<Tensor<2>>>,
}

impl Sides {
    /// Of those which are asked for.
    pub(super) fn new([hidden, weight]: [bool; 2]) -> Self {
        Self { hidden: hidden.then(Vec::new), weight: weight.then_some(None) }
    }

    /// Adds what the gradient of a chunk's logits comes to.
    ///
    /// # Shapes
    /// - gradient: `[tokens, vocabulary]`
    pub(super) fn add(&mut self, asking: &Asking, chunk: &Chunk, gradient: Tensor<2>) {
        let gradient = gradient.cast(asking.hidden.dtype());
        if let Some(hidden) = &mut self.hidden {
            hidden.push(gradient.clone().matmul(asking.weight.clone()));
        }
        if let Some(weight) = &mut self.weight {
            let more = gradient.transpose().matmul(chunk.hidden.clone());
            *weight = Some(match weight.take() {
                Some(sum) => sum.cast(DType::F32) + more.cast(DType::F32),
                None => more,
            });
        }
    }

    /// # Shapes
    /// - results: `[tokens, width]`, `[vocabulary, width]`
    pub(super) fn done(self) -> [Option<Tensor<2>>; 2] {
        [self.hidden.map(|chunks| Tensor::cat(chunks, 0)), self.weight.flatten()]
    }
}
