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
    let mut output = vec![0.0; gate.slice().len()];
    let parts = output.par_chunks_mut(size).zip(gate.slice().par_chunks(size)).zip(up.slice().par_chunks(size));
    parts.for_each(|((into, gate), up)| Instructions::best().run(Forward { gate, up, into }));
    Some(record(operands, output, shape, move |gradient, asked| {
        let [mut gates, mut ups] = [vec![0.0; gradient.len()], vec![0.0; gradient.len()]];
        let operands = gate.slice().par_chunks(size).zip(up.slice().par_chunks(size)).zip(gradient.par_chunks(size));
        let parts = gates.par_chunks_mut(size).zip(ups.par_chunks_mut(size)).zip(operands);
        parts.for_each(|((gates, ups), ((gate, up), gradient))| {
            Instructions::best().run(Back { gate, up, gradient, into: [gates, ups] });
        });
        let [gate, up] = asked;
        [gate.then_some(gates), up.then_some(ups)]
    }))
}

struct Forward<'a> {
    gate: &'a [f32],
    up: &'a [f32],
    into: &'a mut [f32],
}

impl WithSimd for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let operands = self.gate.iter().zip(self.up);
        self.into.iter_mut().zip(operands).for_each(|(into, (gate, up))| *into = silu(*gate) * up);
    }
}

/// With `s` the sigmoid of the gate, its silu grows with `s · (1 + gate · (1 - s))`.
struct Back<'a> {
    gate: &'a [f32],
    up: &'a [f32],
    gradient: &'a [f32],
    /// The gradients of gate and up.
    into: [&'a mut [f32]; 2],
}

impl WithSimd for Back<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let operands = self.gate.iter().zip(self.up).zip(self.gradient);
        let [gates, ups] = self.into;
        for ((into, other), ((gate, up), gradient)) in gates.iter_mut().zip(ups).zip(operands) {
            let sigmoid = 1.0 / (1.0 + exponential(-gate));
            let silu = gate * sigmoid;
            *into = gradient * up * silu.mul_add(1.0 - sigmoid, sigmoid);
            *other = gradient * silu;
        }
    }
}
