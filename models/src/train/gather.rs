//! The gradients of a part of a batch. Owns that what is found in pieces adds up as what is found at once.

use burn::module::AutodiffModule;
use burn::tensor::{Device, Tensor};

use super::Rows;
use crate::adapter::Adaptable;
use crate::decoder::{Decoder, Kept, LanguageModel, RewardModel};
use crate::optimize::Gathered;

/// A model with a decoder and a head.
pub trait Trained: Adaptable + AutodiffModule {
    /// The decoder.
    fn decoder(&self) -> &Decoder;

    /// The model as it is, outside of any graph.
    #[must_use]
    fn frozen(&self) -> Self {
        self.valid()
    }

    /// Where it is computed.
    fn device(&self) -> Device {
        self.decoder().norm.weight.device()
    }
}

impl Trained for LanguageModel {
    fn decoder(&self) -> &Decoder {
        &self.model
    }
}

impl Trained for RewardModel {
    fn decoder(&self) -> &Decoder {
        &self.model
    }
}

/// Adds a part's gradients to those of its batch; gives the part's loss.
///
/// # Shapes
/// - of the loss: from `[rows, columns, hidden]` to `[1]`
pub fn gather<M: Trained>(
    model: &M,
    rows: &Rows,
    kept: Kept,
    loss: impl FnOnce(Tensor<3>) -> Tensor<1>,
    gathered: &mut Gathered,
) -> f64 {
    // Of its own, since what is added in pieces is not rounded as what is added at once.
    let mut part = Gathered::new();
    let mut take = |gradients| part.add(model, gradients);
    let loss = model.decoder().backward(rows.tokens(), rows.positions(), kept, loss, &mut take);
    gathered.merge(part);
    loss.into_data().iter::<f64>().sum()
}
