//! The gate of an MLP. Owns its gradient.

use burn::tensor::activation::{sigmoid, silu};
use burn::tensor::{DType, Tensor};

use crate::graph::{Floats, is_recorded, record};

/// `silu(gate) · up`.
///
/// # Shapes
/// - gate, up, result: the same
pub(in crate::decoder) fn gate<const D: usize>(gate: Tensor<D>, up: Tensor<D>) -> Tensor<D> {
    if !is_recorded(&gate) {
        return silu(gate) * up;
    }
    let operands = [gate.clone(), up.clone()].map(Floats::from);
    let [gate, up] = [gate, up].map(Tensor::no_grad);
    let output = silu(gate.clone()) * up.clone();
    let recorded = record(operands, output.into(), move |gradient, _| {
        let gradients = backward([gate.clone(), up.clone()], gradient.into());
        gradients.map(|own| Some(own.into()))
    });
    recorded.into()
}

/// With `s` the sigmoid of the gate, its silu grows with `s · (1 + gate · (1 - s))`. In single precision whatever the operands
/// are in, as the reference has it.
fn backward<const D: usize>(operands: [Tensor<D>; 2], gradient: Tensor<D>) -> [Tensor<D>; 2] {
    let precision = gradient.dtype();
    let [gate, up] = operands.map(|own| own.cast(DType::F32));
    let gradient = gradient.cast(DType::F32);
    let sigmoid = sigmoid(gate.clone());
    let silu = gate * sigmoid.clone();
    let growth = sigmoid.clone() + silu.clone() * (sigmoid.neg() + 1.0);
    [gradient.clone() * up * growth, gradient * silu].map(|own| own.cast(precision))
}
