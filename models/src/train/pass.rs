//! A loss over a part of a batch, with its gradients or without. Owns that what is found in pieces adds up as what is found
//! at once.

use burn::module::AutodiffModule;
use burn::tensor::{Device, Tensor};

use super::Rows;
use crate::adapter::Adaptable;
use crate::decoder::{Decoder, Kept, LanguageModel, NoPast, RewardModel};
use crate::fused::gradient::attends;
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

    /// Whether what texts begin with alike is computed once for all of them: where attention is an operation of our own.
    fn folds(&self) -> bool {
        attends(&self.decoder().embed_tokens.weight.val())
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

/// What a part is computed for.
#[derive(Debug)]
pub enum Pass<'a> {
    /// To be learned: its gradients are added to those of its batch.
    Learn {
        /// What is kept of the forward pass.
        kept: Kept,
        /// Those of its batch.
        gathered: &'a mut Gathered,
    },
    /// To be looked at, by a model outside of any graph.
    Look,
}

/// The loss of a part.
///
/// # Shapes
/// - of the loss: from `[batch rows, batch columns, hidden]` to `[1]`
pub fn loss_of<M: Trained>(model: &M, rows: &Rows, pass: Pass<'_>, loss: impl FnOnce(Tensor<3>) -> Tensor<1>) -> f64 {
    let value = match pass {
        Pass::Look => loss(model.decoder().forward(rows.tokens(), rows.positions(), &mut NoPast)),
        Pass::Learn { kept, gathered } => {
            // Of its own, since what is added in pieces is not rounded as what is added at once.
            let mut part = Gathered::new();
            let mut take = |gradients| part.add(model, gradients);
            let value = model.decoder().backward(rows.tokens(), rows.positions(), kept, loss, &mut take);
            gathered.merge(part);
            value
        }
    };
    value.into_data().iter::<f64>().sum()
}
