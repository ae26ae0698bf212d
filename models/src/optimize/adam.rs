//! AdamW: <https://arxiv.org/abs/1711.05101>, algorithm 2, as `torch.optim.AdamW` computes it.

use std::collections::BTreeMap;

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{DType, Tensor};

use super::gradients::Gradient;
use super::{Decay, Gathered};
use crate::fused::optimize::{Flat, Followed, Rates, follow};

/// What does not change over a training.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// How slowly the mean of gradients changes.
    pub beta1: f64,
    /// How slowly the mean of squared gradients changes.
    pub beta2: f64,
    /// What is added to the root of the mean square.
    pub epsilon: f64,
    /// How much of a parameter is lost in a step, as a part of the learning rate.
    pub weight_decay: f64,
    /// Which parameters it applies to.
    pub decay: Decay,
}

impl Default for Settings {
    /// Those of torch.
    fn default() -> Self {
        Self { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weight_decay: 0.01, decay: Decay::Everything }
    }
}

/// The optimizer and what it remembers.
///
/// Moments are in single precision. A parameter that is not has a copy that is, which is what the steps add up in: in
/// half precision most of them would be lost to rounding.
#[derive(Debug)]
pub struct AdamW {
    settings: Settings,
    pub(super) steps: u64,
    pub(super) moments: BTreeMap<String, Moments>,
}

/// What is remembered of a parameter, without its shape.
#[derive(Debug, Clone)]
pub(super) struct Moments {
    /// The mean of its gradients.
    pub(super) first: Tensor<1>,
    /// The mean of their squares.
    pub(super) second: Tensor<1>,
    /// The parameter in single precision, where it is in another.
    pub(super) exact: Option<Tensor<1>>,
}

impl Moments {
    fn new<const D: usize>(value: &Tensor<D>, gradient: &Tensor<1>) -> Self {
        let exact = || value.clone().reshape([value.shape().num_elements()]).cast(DType::F32);
        Self {
            first: gradient.zeros_like(),
            second: gradient.zeros_like(),
            exact: (value.dtype() != DType::F32).then(exact),
        }
    }
}

impl AdamW {
    /// Remembers nothing yet.
    pub fn new(settings: Settings) -> Self {
        Self { settings, steps: 0, moments: BTreeMap::new() }
    }

    /// How many steps were made.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Follows the gradients by one step. Parameters without a gradient stay as they are.
    pub fn step<M: Module>(&mut self, model: M, gradients: Gathered, rate: f64) -> M {
        self.steps += 1;
        let exponent = i32::try_from(self.steps).unwrap_or(i32::MAX);
        let Settings { beta1, beta2, .. } = self.settings;
        let corrections = (1.0 - beta1.powi(exponent), (1.0 - beta2.powi(exponent)).sqrt());
        model.map(&mut Step { optimizer: self, gradients, rate, corrections, path: Vec::new() })
    }
}

struct Step<'a> {
    optimizer: &'a mut AdamW,
    gradients: Gathered,
    rate: f64,
    /// Of the mean, and of the root of the mean square: both begin at zero and so too small.
    corrections: (f64, f64),
    path: Vec<String>,
}

impl Step<'_> {
    /// A parameter after the step.
    fn moved<const D: usize>(&mut self, name: String, value: Tensor<D>, gradient: &Gradient) -> Tensor<D> {
        let moments = &mut self.optimizer.moments;
        let moments = moments.remove(&name).unwrap_or_else(|| Moments::new(&value, &gradient.sum));
        let rates = self.rates(&name, gradient.factor);
        let before = Followed { value, exact: moments.exact, moments: [moments.first, moments.second] };
        let step = if Flat::is_here(&before.value) { follow } else { composed };
        let Followed { value, exact, moments: [first, second] } = step(before, &gradient.sum, rates);
        self.optimizer.moments.insert(name, Moments { first, second, exact });
        value
    }

    fn rates(&self, name: &str, factor: f64) -> Rates {
        let Settings { beta1, beta2, epsilon, weight_decay, decay } = self.optimizer.settings;
        Rates {
            betas: [beta1, beta2],
            kept: if decay.applies_to(name) { 1.0 - self.rate * weight_decay } else { 1.0 },
            step: self.rate / self.corrections.0,
            spread: [self.corrections.1, epsilon],
            factor,
        }
    }
}

/// The step of burn's own operations.
fn composed<const D: usize>(before: Followed<D>, gradient: &Tensor<1>, rates: Rates) -> Followed<D> {
    let Followed { value, exact, moments: [first, second] } = before;
    let ([beta1, beta2], [divisor, epsilon]) = (rates.betas, rates.spread);
    let (shape, dtype, rounded) = (value.shape(), value.dtype(), exact.is_some());
    let gradient = gradient.clone().mul_scalar(rates.factor);
    let first = first.mul_scalar(beta1) + gradient.clone().mul_scalar(1.0 - beta1);
    let second = second.mul_scalar(beta2) + (gradient.clone() * gradient).mul_scalar(1.0 - beta2);
    let kept = exact.unwrap_or_else(|| value.reshape([shape.num_elements()])).mul_scalar(rates.kept);
    let spread = second.clone().sqrt().div_scalar(divisor).add_scalar(epsilon);
    let moved = kept - (first.clone() / spread).mul_scalar(rates.step);
    let exact = rounded.then(|| moved.clone());
    Followed { value: moved.reshape(shape).cast(dtype), exact, moments: [first, second] }
}

impl ModuleMapper for Step<'_> {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn map_float<const D: usize>(&mut self, parameter: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let name = self.path.join(".");
        let Some(gradient) = self.gradients.take(&name) else { return parameter };
        let (id, value, mapper) = parameter.consume();
        let moved = self.moved(name, value.inner(), &gradient);
        Param::from_mapped_value(id, Tensor::from_inner(moved).require_grad(), mapper)
    }
}

#[cfg(test)]
mod tests;
