//! The optimizer, held against a hundred steps of torch's.

use std::collections::BTreeMap;

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Device, Tensor};
use models::checkpoint::language_model;
use models::config::Config;
use models::decoder::LanguageModel;
use models::optimize::{Decay, Gathered, Matrices, Optimizer, Schedule, Settings, Shape};
use models::weights::{Distribution, Dtype, Found, Placement, Random, Source};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::fixture::{distance, folder, numbers, read};

#[derive(Deserialize)]
struct Reference {
    config: Map<String, Value>,
    seed: u64,
    targets: u64,
    steps: u64,
    warmup: u64,
    cases: Vec<Case>,
    schedules: Vec<Rates>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    weight_decay: f64,
    matrices_only: bool,
    muon: bool,
    greatest: f64,
    norms: Vec<f64>,
    weights: BTreeMap<String, Vec<f32>>,
}

#[derive(Deserialize)]
struct Rates {
    name: String,
    rates: Vec<f64>,
}

fn reference() -> Reference {
    read(&folder("cases/optimizer.json"))
}

/// Visits every parameter under its name.
struct Visit<F>(Vec<String>, F);

impl<F: FnMut(String, Tensor<1>)> ModuleVisitor for Visit<F> {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.0.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.0.pop();
    }

    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        let value = parameter.val();
        let count = value.shape().num_elements();
        (self.1)(self.0.join("."), value.reshape([count]));
    }
}

impl Reference {
    fn model(&self, dtype: Dtype) -> LanguageModel {
        let placement = Placement { device: Device::flex().autodiff(), dtype };
        language_model(&Config::from_json(self.config.clone()).unwrap(), self.seed, &placement).unwrap()
    }

    /// What a part of the parameters' loss has for a gradient: every parameter is pulled towards numbers of its own.
    fn gather(&self, model: &LanguageModel, pull: f64, gathered: &mut Gathered, chosen: impl Fn(usize) -> bool) {
        let distribution = |_: &str| Distribution::Normal { mean: 0.0, deviation: 1.0 };
        let targets = Random { seed: self.targets, distribution };
        let (mut losses, mut place) = (Vec::new(), 0);
        model.visit(&mut Visit(Vec::new(), |name: String, value: Tensor<1>| {
            place += 1;
            if !chosen(place) {
                return;
            }
            let Found::Fitting(target) = targets.find(&name, &value.dims(), Dtype::F32).unwrap() else { panic!() };
            let target = Tensor::<1>::from_data(target, (&value.device(), value.dtype()));
            losses.push((value - target).square().sum().mul_scalar(0.5 * pull));
        }));
        let loss = losses.into_iter().reduce(|one, other| one + other).unwrap();
        gathered.add(model, loss.backward());
    }

    fn schedule(&self) -> Schedule {
        Schedule { rate: 0.02, warmup: self.warmup, shape: Shape::Cosine { steps: self.steps } }
    }
}

fn settings(case: &Case) -> Settings {
    let decay = if case.matrices_only { Decay::Matrices } else { Decay::Everything };
    let matrices = if case.muon { Matrices::Muon { momentum: 0.95 } } else { Matrices::AdamW };
    Settings { weight_decay: case.weight_decay, decay, matrices, ..Settings::default() }
}

fn weights(model: &LanguageModel) -> BTreeMap<String, Vec<f32>> {
    let mut weights = BTreeMap::new();
    model.visit(&mut Visit(Vec::new(), |name, value| drop(weights.insert(name, numbers(value)))));
    weights
}

#[test]
fn a_hundred_steps_are_those_of_the_reference() {
    let reference = reference();
    for case in &reference.cases {
        let mut model = reference.model(Dtype::F32);
        let mut optimizer = Optimizer::new(settings(case));
        for step in 0..reference.steps {
            let pull = 1.0 + 0.5 * (step as f64).sin();
            let mut gathered = Gathered::new();
            // In two parts, as a batch that is too large for one.
            reference.gather(&model, pull, &mut gathered, |place| place % 2 == 0);
            reference.gather(&model, pull, &mut gathered, |place| place % 2 == 1);
            let norm = gathered.clip(case.greatest);
            let expected = case.norms[step as usize];
            assert!((norm - expected).abs() < 1e-5 * expected, "{}: {norm}, not {expected}", case.name);
            model = optimizer.step(model, gathered, reference.schedule().at(step));
        }
        let found = weights(&model);
        assert_eq!(found.keys().collect::<Vec<_>>(), case.weights.keys().collect::<Vec<_>>());
        for (name, expected) in &case.weights {
            let distance = distance(&found[name], expected);
            assert!(distance < 2e-5, "{}: {name} is {distance} away", case.name);
        }
    }
}

#[test]
fn an_interrupted_training_goes_on_as_if_it_had_not_been() {
    let reference = reference();
    let cases = reference.cases.iter().flat_map(|case| [Dtype::F32, Dtype::Bf16].map(|dtype| (case, dtype)));
    for (case, dtype) in cases {
        let step = |model, optimizer: &mut Optimizer, step: u64| {
            let mut gathered = Gathered::new();
            reference.gather(&model, 1.0, &mut gathered, |_| true);
            optimizer.step(model, gathered, reference.schedule().at(step))
        };
        let (mut model, mut optimizer) = (reference.model(dtype), Optimizer::new(settings(case)));
        for number in 0..12 {
            model = step(model, &mut optimizer, number);
        }
        let file = tempfile::NamedTempFile::new().unwrap();
        optimizer.save(file.path()).unwrap();
        let mut resumed = Optimizer::new(settings(case));
        resumed.restore(file.path(), optimizer.steps(), &Device::flex().autodiff()).unwrap();
        let mut other = model.clone();
        for number in 12..20 {
            model = step(model, &mut optimizer, number);
            other = step(other, &mut resumed, number);
        }
        assert_eq!(weights(&model), weights(&other));
    }
}

#[test]
fn steps_too_small_for_half_precision_add_up() {
    let reference = reference();
    let mut model = reference.model(Dtype::Bf16);
    let matrix = "model.layers.0.self_attn.q_proj.weight";
    let start = weights(&model);
    assert!(start["model.norm.weight"].iter().all(|weight| *weight == 1.0));
    let matrices = Matrices::Muon { momentum: 0.95 };
    let settings = Settings { weight_decay: 0.0, matrices, ..Settings::default() };
    let mut optimizer = Optimizer::new(settings);
    for _ in 0..100 {
        let mut gathered = Gathered::new();
        reference.gather(&model, 1.0, &mut gathered, |_| true);
        model = optimizer.step(model, gathered, 1e-4);
    }
    // A step is about 1e-4, where numbers around one are 4e-3 apart.
    let end = weights(&model);
    let norm = &end["model.norm.weight"];
    assert!(norm.iter().all(|weight| (0.005..0.02).contains(&(weight - 1.0).abs())), "{norm:?}");
    // Of a matrix it is about 2e-5, where numbers around 0.2 are 1e-3 apart.
    let pairs = start[matrix].iter().zip(&end[matrix]);
    let moved = pairs.map(|(start, end)| (start - end).abs()).sum::<f32>() / start[matrix].len() as f32;
    assert!((0.0008..0.002).contains(&moved), "{moved}");
}

#[test]
fn a_gradient_that_is_no_number_is_seen_in_the_norm() {
    let reference = reference();
    let model = reference.model(Dtype::F32);
    let mut gathered = Gathered::new();
    reference.gather(&model, f64::NAN, &mut gathered, |_| true);
    assert!(gathered.clip(1.0).is_nan());
}

#[test]
fn rates_are_those_of_the_reference() {
    for Rates { name, rates } in reference().schedules {
        let shape = match name.split(' ').next() {
            Some("constant") => Shape::Constant,
            Some("linear") => Shape::Linear { steps: 40 },
            _ => Shape::Cosine { steps: 40 },
        };
        let warmup = if name.ends_with("without warm-up") { 0 } else { 7 };
        let schedule = Schedule { rate: 0.5, warmup, shape };
        for (step, expected) in rates.iter().enumerate() {
            let found = schedule.at(step as u64);
            assert!((found - expected).abs() < 1e-12, "{name}: {found} in place of {expected} at {step}");
        }
        assert!(matches!(shape, Shape::Constant) || schedule.at(41) == 0.0);
    }
}
