//! A linear projection. Owns the product, and what is learned beside it; the weight lies as a checkpoint keeps it, one row
//! for each output.

use burn::module::{Module, Param, ParamId};
use burn::tensor::{Device, Tensor};

use super::{Lora, gradient};
use crate::fused::gradient::linear;

/// `x · weightᵀ + bias`.
#[derive(Module, Debug)]
pub struct Linear {
    /// One row for each output.
    pub weight: Param<Tensor<2>>,
    /// One number for each output.
    pub bias: Option<Param<Tensor<1>>>,
    /// What is learned beside a frozen weight, where something is.
    pub lora: Option<Lora>,
}

/// Whether a projection adds a bias.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bias {
    With,
    Without,
}

impl Bias {
    pub(crate) fn when(has: bool) -> Self {
        if has { Self::With } else { Self::Without }
    }
}

impl Linear {
    /// A projection whose parameters are yet to be filled.
    pub(crate) fn unfilled(input: usize, output: usize, bias: Bias, device: &Device) -> Self {
        let bias = (bias == Bias::With).then(|| unfilled([output], device));
        Self { weight: unfilled([output, input], device), bias, lora: None }
    }

    /// # Shapes
    /// - input: `[..., input]`
    /// - result: `[..., output]`
    pub fn forward<const D: usize>(&self, input: Tensor<D>) -> Tensor<D> {
        let (weight, bias) = (self.weight.val(), self.bias.as_ref().map(Param::val));
        let fused = linear(&input, &weight, bias.as_ref());
        let own = fused.unwrap_or_else(|| gradient::linear(input.clone(), weight, bias));
        match &self.lora {
            Some(lora) => lora.added(own, input, project),
            None => own,
        }
    }

    /// The same of burn's own operations, with the gradients that burn finds.
    ///
    /// # Shapes
    /// - input: `[..., input]`
    /// - result: `[..., output]`
    pub fn composed<const D: usize>(&self, input: Tensor<D>) -> Tensor<D> {
        let own = composed(input.clone(), self.weight.val(), self.bias.as_ref().map(Param::val));
        match &self.lora {
            Some(lora) => lora.added(own, input, |input, weight| composed(input, weight, None)),
            None => own,
        }
    }

    /// Puts what was learned beside the weight into it. The weight stays frozen.
    pub fn merge(&mut self) {
        let Some(lora) = self.lora.take() else { return };
        self.weight = self.weight.clone().map(|weight| lora.merged(weight));
    }
}

/// `input · weightᵀ`.
///
/// # Shapes
/// - input: `[..., input]`
/// - weight: `[output, input]`
/// - result: `[..., output]`
pub(crate) fn project<const D: usize>(input: Tensor<D>, weight: Tensor<2>) -> Tensor<D> {
    linear(&input, &weight, None).unwrap_or_else(|| gradient::linear(input, weight, None))
}

/// `input · weightᵀ + bias`, as a product of two matrices: burn would copy a transposed weight to broadcast it over a batch.
/// Nothing comes between the product and the bias, so that a card adds it where it multiplies.
///
/// # Shapes
/// - input: `[..., input]`
/// - weight: `[output, input]`
/// - bias: `[output]`
/// - result: `[..., output]`
pub(super) fn composed<const D: usize>(input: Tensor<D>, weight: Tensor<2>, bias: Option<Tensor<1>>) -> Tensor<D> {
    let mut shape = input.dims();
    let [output, width] = weight.dims();
    let rows = shape[..D - 1].iter().product::<usize>();
    shape[D - 1] = output;
    let (input, weight) = (input.reshape([rows, width]), weight.transpose());
    let output = match bias.map(Tensor::unsqueeze) {
        Some(bias) => input.matmul(weight) + bias,
        None => input.matmul(weight),
    };
    output.reshape(shape)
}

/// A parameter that takes no memory until it is filled.
pub(crate) fn unfilled<const D: usize>(shape: [usize; D], device: &Device) -> Param<Tensor<D>> {
    let zeros = move |device: &Device, gradient: bool| Tensor::zeros(shape, device).set_require_grad(gradient);
    Param::uninitialized(ParamId::new(), zeros, device.clone(), true, shape.into())
}
