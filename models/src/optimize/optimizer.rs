//! The optimizer of a training. Owns which rule a parameter follows, and what is remembered of it.

use std::collections::BTreeMap;

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{DType, Tensor};

use super::gradients::Gradient;
use super::packed::Packed;
use super::{Decay, Gathered, adam, muon};
use crate::fused::optimize::{Followed, Rates, blend};

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
    /// What the matrices of layers follow.
    pub matrices: Matrices,
}

/// What the matrices of layers follow; embeddings, heads, norms and biases follow AdamW.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Matrices {
    /// AdamW, as everything else.
    AdamW,
    /// Muon.
    Muon {
        /// How slowly the mean of gradients changes.
        momentum: f64,
    },
}

impl Default for Settings {
    /// Those of torch.
    fn default() -> Self {
        Self {
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            weight_decay: 0.01,
            decay: Decay::Everything,
            matrices: Matrices::AdamW,
        }
    }
}

/// The optimizer and what it remembers.
///
/// Moments are in single precision. A parameter that is not has a copy that is, which is what the steps add up in: in
/// half precision most of them would be lost to rounding.
#[derive(Debug)]
pub struct Optimizer {
    pub(super) settings: Settings,
    pub(super) steps: u64,
    pub(super) moments: BTreeMap<String, Moments>,
    /// Of parameters whose gradients come together, in place of the above.
    pub(super) packed: Vec<Packed>,
}

/// What is remembered of a parameter, without its shape.
#[derive(Debug, Clone)]
pub(super) struct Moments {
    /// The mean of its gradients.
    pub(super) first: Tensor<1>,
    /// The mean of their squares; nothing where it follows Muon.
    pub(super) second: Option<Tensor<1>>,
    /// The parameter in single precision, where it is in another.
    pub(super) exact: Option<Tensor<1>>,
}

impl Moments {
    /// What is remembered before the first step.
    pub(super) fn begun(gradient: &Tensor<1>) -> Self {
        Self { first: gradient.zeros_like(), second: None, exact: None }
    }
}

impl Optimizer {
    /// Remembers nothing yet.
    pub fn new(settings: Settings) -> Self {
        Self { settings, steps: 0, moments: BTreeMap::new(), packed: Vec::new() }
    }

    /// How many steps were made.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Follows the gradients by one step. Parameters without a gradient stay as they are.
    pub fn step<M: Module>(&mut self, model: M, mut gradients: Gathered, rate: f64) -> M {
        self.steps += 1;
        let exponent = i32::try_from(self.steps).unwrap_or(i32::MAX);
        let Settings { beta1, beta2, .. } = self.settings;
        let corrections = (1.0 - beta1.powi(exponent), (1.0 - beta2.powi(exponent)).sqrt());
        let pace = Pace { settings: self.settings, rate, corrections };
        let directions = self.directions(&mut gradients);
        gradients.pack();
        let (packs, factor) = gradients.take_packs();
        let values = self.follow(&model, packs, &pace, factor);
        model.map(&mut Step { optimizer: self, gradients, directions, values, pace, path: Vec::new() })
    }

    /// What the matrices that follow Muon are moved along, found together.
    fn directions(&mut self, gradients: &mut Gathered) -> BTreeMap<String, Tensor<1>> {
        let Matrices::Muon { momentum } = self.settings.matrices else { return BTreeMap::new() };
        let (mut names, mut ahead) = (Vec::new(), Vec::new());
        for own in gradients.take_matrices(is_of_a_layer) {
            let before = self.moments.remove(&own.name).unwrap_or_else(|| Moments::begun(&own.gradient));
            let [first, next] = muon::means(before.first, own.gradient, momentum);
            self.moments.insert(own.name.clone(), Moments { first, ..before });
            names.push(own.name);
            ahead.push((next, own.shape));
        }
        names.into_iter().zip(muon::directions(ahead)).collect()
    }
}

/// Whether a parameter is a layer's, by its name.
pub(super) fn is_of_a_layer(name: &str) -> bool {
    name.split('.').any(|part| part == "layers")
}

/// How far a step goes.
pub(super) struct Pace {
    settings: Settings,
    rate: f64,
    /// Of the mean, and of the root of the mean square: both begin at zero and so too small.
    corrections: (f64, f64),
}

impl Pace {
    /// That of a parameter, whose gradient is yet to be multiplied.
    pub(super) fn rates(&self, name: &str, factor: f64) -> Rates {
        let Settings { beta1, beta2, epsilon, .. } = self.settings;
        Rates {
            betas: [beta1, beta2],
            kept: self.kept(name),
            step: self.rate / self.corrections.0,
            spread: [self.corrections.1, epsilon],
            factor,
        }
    }

    /// How much of a parameter weight decay leaves.
    fn kept(&self, name: &str) -> f64 {
        let Settings { weight_decay, decay, .. } = self.settings;
        if decay.applies_to(name) { 1.0 - self.rate * weight_decay } else { 1.0 }
    }
}

struct Step<'a> {
    optimizer: &'a mut Optimizer,
    gradients: Gathered,
    directions: BTreeMap<String, Tensor<1>>,
    /// What parameters are after it, where that is known already.
    values: BTreeMap<String, Tensor<1>>,
    pace: Pace,
    path: Vec<String>,
}

impl Step<'_> {
    /// A parameter after a step of AdamW.
    fn followed<const D: usize>(&mut self, name: String, value: Tensor<D>, gradient: &Gradient) -> Tensor<D> {
        let moments = self.optimizer.moments.remove(&name).unwrap_or_else(|| Moments::begun(&gradient.sum));
        let exact = moments.exact.or_else(|| exactly(&value));
        let second = moments.second.unwrap_or_else(|| gradient.sum.zeros_like());
        let before = Followed { value, exact, moments: [moments.first, second] };
        let rates = self.pace.rates(&name, gradient.factor);
        let Followed { value, exact, moments: [first, second] } = adam::step(before, &gradient.sum, rates);
        self.optimizer.moments.insert(name, Moments { first, second: Some(second), exact });
        value
    }

    /// A matrix after a step of Muon.
    fn moved<const D: usize>(&mut self, name: &str, value: Tensor<D>, direction: Tensor<1>) -> Tensor<D> {
        let (shape, dtype, kept) = (value.dims(), value.dtype(), self.pace.kept(name));
        let exact = &mut self.optimizer.moments.get_mut(name).expect("its direction is made of its mean").exact;
        let before = exact.take().or_else(|| exactly(&value)).unwrap_or_else(|| value.reshape([-1]));
        let reach = self.pace.rate * muon::reach([shape[0], shape[1]]);
        let after = blend(before, direction, [kept, -reach]);
        *exact = (dtype != DType::F32).then(|| after.clone());
        after.reshape(shape).cast(dtype)
    }
}

/// A parameter in single precision, where it is in another.
fn exactly<const D: usize>(value: &Tensor<D>) -> Option<Tensor<1>> {
    (value.dtype() != DType::F32).then(|| value.clone().reshape([-1]).cast(DType::F32))
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
        if let Some(direction) = self.directions.remove(&name) {
            return changed(parameter, |value| self.moved(&name, value, direction));
        }
        if let Some(after) = self.values.remove(&name) {
            return changed(parameter, |value| after.reshape(value.shape()));
        }
        match self.gradients.take(&name) {
            Some(gradient) => changed(parameter, |value| self.followed(name, value, &gradient)),
            None => parameter,
        }
    }
}

/// A parameter of another value.
fn changed<const D: usize>(
    parameter: Param<Tensor<D>>,
    change: impl FnOnce(Tensor<D>) -> Tensor<D>,
) -> Param<Tensor<D>> {
    let (id, value, mapper) = parameter.consume();
    let after = Tensor::from_inner(change(value.inner()));
    Param::from_mapped_value(id, after.require_grad(), mapper)
}
