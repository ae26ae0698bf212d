//! The gate of an MLP. Owns its gradient.

use burn::tensor::Tensor;
use pulp::{Simd, WithSimd};

use super::operation::{Operand, record};
use crate::fused::exponential::{exponential, silu};
use crate::fused::instructions::Instructions;
use crate::fused::room::{Room, written};
use crate::fused::threads::nearby;

/// `silu(gate) · up`.
///
/// # Shapes
/// - gate, up, result: the same
pub(crate) fn gate<const D: usize>(gate: &Tensor<D>, up: &Tensor<D>) -> Option<Tensor<D>> {
    let shape = gate.dims();
    let operands = [Operand::of(gate)?, Operand::of(up)?];
    let (gate, up) = (operands[0].numbers(), operands[1].numbers());
    let (count, size) = (gate.slice().len(), nearby(gate.slice().len(), gate.slice().len()));
    let part = move |own: usize| own * size..count.min((own + 1) * size);
    let [output] = written([[count, size]], |own, [room]| {
        let (gate, up, into) = (&gate.slice()[part(own)], &up.slice()[part(own)], room.zeros());
        Instructions::best().run(Forward { gate, up, into: &mut *into });
        [into]
    });
    Some(record(operands, output, shape, move |gradient, asked| {
        let [gates, ups] = written([[count, size]; 2], |own, rooms| {
            let [gate, up, gradient] = [gate.slice(), up.slice(), gradient].map(|all| &all[part(own)]);
            let mut into = rooms.map(Room::zeros);
            let lent = into.each_mut().map(|own| &mut **own);
            Instructions::best().run(Back { gate, up, gradient, into: lent });
            into
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
