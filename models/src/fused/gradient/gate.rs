//! The gate of an MLP. Owns its gradient.

use burn::tensor::Tensor;
use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::operation::{Operand, record};
use crate::fused::exponential::{exponential, silu};
use crate::fused::instructions::Instructions;
use crate::fused::threads::divide;

/// `silu(gate) · up`.
///
/// # Shapes
/// - gate, up, result: the same
pub(crate) fn gate<const D: usize>(gate: &Tensor<D>, up: &Tensor<D>) -> Option<Tensor<D>> {
    let shape = gate.dims();
    let operands = [Operand::of(gate)?, Operand::of(up)?];
    let (gate, up) = (operands[0].numbers(), operands[1].numbers());
    let size = divide(gate.slice().len(), 16 * gate.slice().len());
    let mut output = gate.slice().to_vec();
    let parts = output.par_chunks_mut(size).zip(up.slice().par_chunks(size));
    parts.for_each(|(gate, up)| Instructions::best().run(Forward { gate, up }));
    Some(record(operands, output, shape, move |gradient, asked| {
        let mut gates = gate.slice().to_vec();
        let mut ups = up.slice().to_vec();
        let parts = gates.par_chunks_mut(size).zip(ups.par_chunks_mut(size)).zip(gradient.par_chunks(size));
        parts.for_each(|((gate, up), gradient)| Instructions::best().run(Back { gate, up, gradient }));
        let [gate, up] = asked;
        [gate.then_some(gates), up.then_some(ups)]
    }))
}

struct Forward<'a> {
    gate: &'a mut [f32],
    up: &'a [f32],
}

impl WithSimd for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        self.gate.iter_mut().zip(self.up).for_each(|(gate, up)| *gate = silu(*gate) * up);
    }
}

/// Puts the gradients where their operands are. With `s` the sigmoid of the gate, its silu grows with
/// `s · (1 + gate · (1 - s))`.
struct Back<'a> {
    gate: &'a mut [f32],
    up: &'a mut [f32],
    gradient: &'a [f32],
}

impl WithSimd for Back<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        for ((gate, up), gradient) in self.gate.iter_mut().zip(self.up).zip(self.gradient) {
            let sigmoid = 1.0 / (1.0 + exponential(-*gate));
            let silu = *gate * sigmoid;
            (*gate, *up) = (gradient * *up * silu.mul_add(1.0 - sigmoid, sigmoid), gradient * silu);
        }
    }
}
