//! A step of AdamW. Owns that parameter, moments and gradient are each gone through once.

use burn::tensor::{DType, Element, Tensor};
use bytemuck::Pod;
use half::slice::HalfFloatSliceExt;
use half::{bf16, f16};
use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::{Flat, PART};
use crate::fused::instructions::Instructions;

/// The numbers of a step, which are the same for all of a parameter.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rates {
    /// How much of the mean of gradients, and of the mean of their squares, is kept.
    pub(crate) betas: [f64; 2],
    /// How much of the parameter is kept.
    pub(crate) kept: f64,
    /// How far it is moved, where the mean is as large as the root of the mean square.
    pub(crate) step: f64,
    /// What the root of the mean square is divided by, and what is then added to it.
    pub(crate) spread: [f64; 2],
    /// What the gradient is multiplied with.
    pub(crate) factor: f64,
}

/// A parameter, and what is remembered of it.
pub(crate) struct Followed<const D: usize> {
    pub(crate) value: Tensor<D>,
    /// The value in single precision, where it is in another.
    pub(crate) exact: Option<Tensor<1>>,
    /// The mean of gradients, and that of their squares.
    pub(crate) moments: [Tensor<1>; 2],
}

/// Follows a gradient by a step, for tensors on the processor.
///
/// # Shapes
/// - gradient, moments: `[numbers]`
pub(crate) fn follow<const D: usize>(before: Followed<D>, gradient: &Tensor<1>, rates: Rates) -> Followed<D> {
    let Followed { value, exact, moments } = before;
    let (mut value, mut exact, [mut first, mut second]) =
        (Flat::take(value), exact.map(Flat::take), moments.map(Flat::take));
    let gradient = Flat::take(gradient.clone());
    let step = Step { rates: Single::of(rates), gradient: gradient.numbers() };
    let moments = [first.numbers_mut(), second.numbers_mut()];
    match (&mut exact, value.dtype()) {
        (None, _) => step.make(value.numbers_mut(), moments),
        (Some(exact), DType::F16) => step.make_exactly(value.numbers_mut::<f16>(), exact.numbers_mut(), moments),
        (Some(exact), _) => step.make_exactly(value.numbers_mut::<bf16>(), exact.numbers_mut(), moments),
    }
    Followed { value: value.tensor(), exact: exact.map(Flat::tensor), moments: [first, second].map(Flat::tensor) }
}

/// A precision that a parameter is rounded to.
trait Half: Element + Pod {
    fn round(exact: &[f32], into: &mut [Self]);
}

impl Half for bf16 {
    fn round(exact: &[f32], into: &mut [Self]) {
        into.convert_from_f32_slice(exact);
    }
}

impl Half for f16 {
    fn round(exact: &[f32], into: &mut [Self]) {
        into.convert_from_f32_slice(exact);
    }
}

/// [`Rates`] in single precision, made of what was computed in double.
#[derive(Clone, Copy)]
struct Single {
    betas: [f32; 2],
    /// What they leave.
    others: [f32; 2],
    kept: f32,
    step: f32,
    spread: [f32; 2],
    factor: f32,
}

impl Single {
    fn of(rates: Rates) -> Self {
        let Rates { betas, kept, step, spread, factor } = rates;
        let single = |numbers: [f64; 2]| numbers.map(|number| number as f32);
        let (others, [kept, step]) = (single(betas.map(|beta| 1.0 - beta)), single([kept, step]));
        Self { betas: single(betas), others, kept, step, spread: single(spread), factor: factor as f32 }
    }
}

struct Step<'a> {
    rates: Single,
    gradient: &'a [f32],
}

impl Step<'_> {
    fn make(&self, value: &mut [f32], [first, second]: [&mut [f32]; 2]) {
        let moments = first.par_chunks_mut(PART).zip(second.par_chunks_mut(PART));
        let parts = value.par_chunks_mut(PART).zip(moments).zip(self.gradient.par_chunks(PART));
        parts.for_each(|((value, (first, second)), gradient)| {
            Instructions::best().run(Part { value, first, second, gradient, rates: self.rates });
        });
    }

    /// The same, and rounds each part while it is near.
    fn make_exactly<N: Half>(&self, rounded: &mut [N], value: &mut [f32], [first, second]: [&mut [f32]; 2]) {
        let moments = first.par_chunks_mut(PART).zip(second.par_chunks_mut(PART));
        let values = value.par_chunks_mut(PART).zip(rounded.par_chunks_mut(PART));
        let parts = values.zip(moments).zip(self.gradient.par_chunks(PART));
        parts.for_each(|(((value, rounded), (first, second)), gradient)| {
            Instructions::best().run(Part { value, first, second, gradient, rates: self.rates });
            N::round(value, rounded);
        });
    }
}

/// The step of some numbers.
struct Part<'a> {
    value: &'a mut [f32],
    first: &'a mut [f32],
    second: &'a mut [f32],
    gradient: &'a [f32],
    rates: Single,
}

impl WithSimd for Part<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self { value, first, second, gradient, rates } = self;
        let Single { betas, others, kept, step, spread: [divisor, epsilon], factor } = rates;
        let moments = first.iter_mut().zip(second.iter_mut());
        for ((value, (first, second)), gradient) in value.iter_mut().zip(moments).zip(gradient) {
            let gradient = gradient * factor;
            *first = first.mul_add(betas[0], gradient * others[0]);
            *second = second.mul_add(betas[1], gradient * gradient * others[1]);
            let spread = second.sqrt() / divisor + epsilon;
            *value = value.mul_add(kept, -(step * (*first / spread)));
        }
    }
}
