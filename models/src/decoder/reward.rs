//! A decoder with a scalar head. Owns which token a text is judged by.

use burn::module::Module;
use burn::tensor::{DType, Device, Int, Tensor, TensorData};

use super::linear::Bias;
use super::{Decoder, Linear, NoPast, Positions};
use crate::config::Config;
use crate::fused::gradient::row_sums;

/// From tokens to one number for each row, read off its last token that is no padding.
#[derive(Module, Debug)]
pub struct RewardModel {
    /// The decoder.
    pub model: Decoder,
    /// The head, with one output.
    pub score: Linear,
}

impl RewardModel {
    /// A model whose parameters are yet to be filled.
    pub(crate) fn unfilled(config: &Config, device: &Device) -> Self {
        let score = Linear::unfilled(config.hidden_size, 1, Bias::Without, device);
        Self { model: Decoder::unfilled(config, device), score }
    }

    /// The number of each row, in single precision.
    ///
    /// # Shapes
    /// - tokens: `[batch rows, batch columns]`
    /// - result: `[rows]`
    pub fn forward(&self, tokens: Tensor<2, Int>, positions: &Positions) -> Tensor<1> {
        self.read(self.model.forward(tokens, positions, &mut NoPast), positions)
    }

    /// The number of each row, read off the decoder's hidden states.
    ///
    /// # Shapes
    /// - hidden: `[batch rows, batch columns, hidden]`
    /// - result: `[rows]`
    pub fn read(&self, hidden: Tensor<3>, positions: &Positions) -> Tensor<1> {
        self.scores(last(hidden, positions))
    }

    /// The number of each hidden state.
    ///
    /// A sum of products rather than a matrix product: a head with one output is what fusion on CUDA gets wrong
    /// (tracel-ai/burn#5122).
    ///
    /// # Shapes
    /// - hidden: `[rows, hidden]`
    /// - result: `[rows]`
    pub fn scores(&self, hidden: Tensor<2>) -> Tensor<1> {
        let weight = self.score.weight.val().cast(DType::F32);
        row_sums(hidden.cast(DType::F32) * weight)
    }
}

/// The hidden state of each row's last token.
///
/// # Shapes
/// - hidden: `[batch rows, batch columns, hidden]`
/// - result: `[rows, hidden]`
fn last(hidden: Tensor<3>, positions: &Positions) -> Tensor<2> {
    let last = |(row, length): (usize, usize)| positions.token(row, length.saturating_sub(1)) as i64;
    let chosen: Vec<i64> = positions.runs().iter().map(|run| run.length).enumerate().map(last).collect();
    let chosen = Tensor::<1, Int>::from_data(TensorData::new(chosen, [positions.rows()]), &hidden.device());
    hidden.flatten::<2>(0, 1).select(0, chosen)
}
