//! What is learned beside a frozen weight. Owns the product of low rank.

use burn::module::{Module, Param};
use burn::tensor::{DType, Tensor};

/// `scale · up · down`, beside a weight that stays as it is: <https://arxiv.org/abs/2106.09685>.
///
/// burn's own adds that product up to a whole weight in every pass, and so needs a whole weight's gradient; here neither is
/// ever made. Both matrices are in single precision, whatever the weight is in.
#[derive(Module, Debug)]
pub struct Lora {
    /// From the input to the rank: `lora_A` of PEFT.
    pub down: Param<Tensor<2>>,
    /// From the rank to the output: `lora_B` of PEFT.
    pub up: Param<Tensor<2>>,
    scale: f64,
}

impl Lora {
    /// # Shapes
    /// - down: `[rank, input]`
    /// - up: `[output, rank]`
    pub(crate) fn new(down: Tensor<2>, up: Tensor<2>, scale: f64) -> Self {
        Self { down: Param::from_tensor(down), up: Param::from_tensor(up), scale }
    }

    /// Adds what is learned to what the weight gives. `product` is that of an input with the transpose of a matrix.
    ///
    /// # Shapes
    /// - own: `[..., output]`
    /// - input: `[..., input]`
    /// - result: `[..., output]`
    pub(super) fn added<const D: usize>(
        &self,
        own: Tensor<D>,
        input: Tensor<D>,
        product: impl Fn(Tensor<D>, Tensor<2>) -> Tensor<D>,
    ) -> Tensor<D> {
        let dtype = own.dtype();
        let inside = product(input.cast(DType::F32), self.down.val()).mul_scalar(self.scale);
        (own.cast(DType::F32) + product(inside, self.up.val())).cast(dtype)
    }

    /// The weight that does what `weight` and this do together.
    ///
    /// # Shapes
    /// - weight, result: `[output, input]`
    pub(super) fn merged(&self, weight: Tensor<2>) -> Tensor<2> {
        let dtype = weight.dtype();
        let learned = self.up.val().detach().matmul(self.down.val().detach()).mul_scalar(self.scale);
        (weight.detach().cast(DType::F32) + learned).cast(dtype)
    }
}
