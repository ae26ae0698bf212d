//! Fused operations and their gradients, held against burn's own.

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Device, Gradients, Tensor, TensorData};
use models::config::Config;
use models::decoder::{LanguageModel, NoPast, Past, Positions, Run, Slots};
use models::weights::{Dtype, Placement};

use crate::fixture::{batch, numbers};
use crate::parity::{drawn, language_cases};

/// Of one operation, relative to the largest number of its kind.
const TOLERANCE: f32 = 2e-6;

/// Of all layers one after the other.
const LAYERS_TOLERANCE: f32 = 1e-5;

/// No past either, but one that attention asks, as it asks a cache, and so computes with burn's operations.
struct Asked(NoPast);

impl Past for Asked {
    fn begin(&mut self, positions: &Positions) -> Slots {
        self.0.begin(positions)
    }

    fn extend(&mut self, layer: usize, keys: Tensor<4>, values: Tensor<4>) -> (Tensor<4>, Tensor<4>) {
        self.0.extend(layer, keys, values)
    }
}

/// The gradient of every parameter, by its name.
struct Found<'a> {
    gradients: &'a Gradients,
    path: Vec<String>,
    found: Vec<(String, Option<Vec<f32>>)>,
}

impl ModuleVisitor for Found<'_> {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        self.found.push((self.path.join("."), parameter.val().grad(self.gradients).map(numbers)));
    }
}

fn found<M: Module>(module: &M, gradients: &Gradients) -> Vec<(String, Option<Vec<f32>>)> {
    let mut visitor = Found { gradients, path: Vec::new(), found: Vec::new() };
    module.visit(&mut visitor);
    visitor.found
}

fn trained() -> Placement {
    Placement { device: Device::flex().autodiff(), dtype: Dtype::F32 }
}

/// Numbers between minus one and one, the same in every run.
fn scattered<const D: usize>(shape: [usize; D], device: &Device) -> Tensor<D> {
    let number = |index: u32| (index.wrapping_mul(2_654_435_769) >> 8) as f32 / (1 << 23) as f32 - 1.0;
    let count = u32::try_from(shape.iter().product::<usize>()).unwrap();
    Tensor::from_data(TensorData::new((0..count).map(number).collect(), shape), device)
}

/// Every model of the reference, with gradients.
fn models() -> Vec<(String, LanguageModel)> {
    let model = |config| {
        let config = Config::from_json(config).unwrap();
        drawn(models::checkpoint::language_model(&config, 0, &trained()).unwrap(), &trained())
    };
    language_cases().into_iter().map(|(name, case, _)| (name, model(case.config))).collect()
}

fn assert_close(ours: &[f32], theirs: &[f32], tolerance: f32, what: &str) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    // The largest of numbers is not the one that is none.
    assert!(ours.iter().all(|number| number.is_finite()), "{what}");
    let largest = theirs.iter().fold(1e-30_f32, |largest, number| largest.max(number.abs()));
    let apart = ours.iter().zip(theirs).fold(0.0_f32, |apart, (one, other)| apart.max((one - other).abs()));
    assert!(apart / largest < tolerance, "{what}: {:e}", apart / largest);
}

/// Holds a function of a module and an input against its composed counterpart: values, and the gradients of both.
fn compare<M: Module, const D: usize>(
    name: &str,
    module: &M,
    shape: [usize; D],
    fused: impl Fn(&M, Tensor<D>) -> Tensor<D>,
    composed: impl Fn(&M, Tensor<D>) -> Tensor<D>,
) {
    let device = trained().device;
    let input = scattered(shape, &device).require_grad();
    let results = [fused(module, input.clone()), composed(module, input.clone())];
    let factors = scattered(results[0].dims(), &device);
    let [ours, theirs] = results.map(|result| {
        let values = numbers(result.clone());
        let gradients = (result * factors.clone()).sum().backward();
        (values, numbers(input.grad(&gradients).unwrap()), found(module, &gradients))
    });
    assert_close(&ours.0, &theirs.0, TOLERANCE, &format!("{name}, values"));
    assert_close(&ours.1, &theirs.1, TOLERANCE, &format!("{name}, input"));
    for ((parameter, ours), (_, theirs)) in ours.2.iter().zip(&theirs.2) {
        assert_close(ours.as_ref().unwrap(), theirs.as_ref().unwrap(), TOLERANCE, &format!("{name}, {parameter}"));
    }
}

#[test]
fn norms_projections_and_mlps_are_those_of_burn() {
    for (name, model) in models() {
        let layer = &model.model.layers[0];
        let hidden = model.model.norm.weight.dims()[0];
        compare(&name, &layer.input_layernorm, [3, 7, hidden], |own, x| own.forward(x), |own, x| own.composed(x));
        compare(&name, &layer.self_attn.q_proj, [3, 7, hidden], |own, x| own.forward(x), |own, x| own.composed(x));
        compare(&name, &layer.mlp, [3, 7, hidden], |own, x| own.forward(x), |own, x| own.composed(x));
    }
}

#[test]
fn attention_is_that_of_burn_in_rows_of_different_lengths() {
    for (name, model) in models() {
        let device = trained().device;
        // Longer than a block of queries, and one row that does not begin its text.
        let lengths = [70_i64, 1, 33];
        let runs = lengths.iter().zip([0, 0, 5]).map(|(length, start)| Run { start, length: *length as usize });
        let positions = Positions::new(runs.collect());
        let rows: Vec<Vec<i64>> =
            lengths.iter().map(|length| (0..*length).map(|place| place * 7 % 30).collect()).collect();
        let [ours, theirs] = [&mut NoPast as &mut dyn Past, &mut Asked(NoPast)].map(|past| {
            let hidden = model.model.forward(batch(&rows, &device), &positions, past);
            let width = hidden.dims()[2];
            let row = |row: usize| {
                let real = hidden.clone().slice([row..row + 1, 0..lengths[row] as usize, 0..width]);
                real.flatten::<2>(0, 1)
            };
            let real = Tensor::cat((0..3).map(row).collect(), 0);
            let gradients = real.clone().powi_scalar(2).sum().backward();
            (numbers(real), found(&model, &gradients))
        });
        assert_close(&ours.0, &theirs.0, LAYERS_TOLERANCE, &format!("{name}, values"));
        for ((parameter, ours), (_, theirs)) in ours.1.iter().zip(&theirs.1) {
            let (Some(ours), Some(theirs)) = (ours, theirs) else { continue };
            assert_close(ours, theirs, LAYERS_TOLERANCE, &format!("{name}, {parameter}"));
        }
    }
}

#[test]
fn likelihoods_are_those_of_burn() {
    let words: Vec<u32> = (0..600).map(|place| place * 13 % 30).collect();
    let factors: Vec<f32> = words.iter().map(|word| (*word as f32 - 10.0) / 600.0).collect();
    for (name, model) in models() {
        let hidden = model.model.norm.weight.dims()[0];
        let device = trained().device;
        let input = scattered([600, hidden], &device).require_grad();
        let likelihoods = [
            model.log_likelihood(input.clone(), &words, &factors),
            model.composed_log_likelihood(input.clone(), &words, &factors),
        ];
        let [ours, theirs] = likelihoods.map(|own| {
            let gradients = own.clone().mul_scalar(-2.0).backward();
            (numbers(own), numbers(input.grad(&gradients).unwrap()), found(&model, &gradients))
        });
        assert_close(&ours.0, &theirs.0, TOLERANCE, &format!("{name}, value"));
        assert_close(&ours.1, &theirs.1, TOLERANCE, &format!("{name}, input"));
        for ((parameter, ours), (_, theirs)) in ours.2.iter().zip(&theirs.2) {
            assert_eq!(ours.is_some(), theirs.is_some(), "{name}, {parameter}");
            if let (Some(ours), Some(theirs)) = (ours, theirs) {
                assert_close(ours, theirs, TOLERANCE, &format!("{name}, {parameter}"));
            }
        }
    }
}

#[test]
fn log_probabilities_and_entropies_are_those_of_burn() {
    let words: Vec<u32> = (0..600).map(|place| place * 13 % 30).collect();
    for (name, model) in models() {
        let hidden = model.model.norm.weight.dims()[0];
        let input = scattered([600, hidden], &trained().device).require_grad();
        let factors = scattered([600], &trained().device);
        let both = [
            model.log_probabilities(input.clone(), &words, 0.7),
            model.composed_log_probabilities(input.clone(), &words, 0.7),
        ];
        let [ours, theirs] = both.map(|[log_probabilities, entropies]| {
            let values = [numbers(log_probabilities.clone()), numbers(entropies.clone())];
            let sum = (log_probabilities * factors.clone()).sum() + (entropies * factors.clone().square()).sum();
            let gradients = sum.backward();
            (values, numbers(input.grad(&gradients).unwrap()), found(&model, &gradients))
        });
        assert_close(&ours.0[0], &theirs.0[0], TOLERANCE, &format!("{name}, log-probabilities"));
        assert_close(&ours.0[1], &theirs.0[1], TOLERANCE, &format!("{name}, entropies"));
        assert_close(&ours.1, &theirs.1, LAYERS_TOLERANCE, &format!("{name}, input"));
        for ((parameter, ours), (_, theirs)) in ours.2.iter().zip(&theirs.2) {
            if let (Some(ours), Some(theirs)) = (ours, theirs) {
                assert_close(ours, theirs, LAYERS_TOLERANCE, &format!("{name}, {parameter}"));
            }
        }
    }
}

#[test]
fn what_is_frozen_has_no_gradient_and_all_else_the_same() {
    let (name, model) = models().remove(0);
    let mut layer = model.model.layers[0].clone();
    layer.mlp.up_proj.weight = layer.mlp.up_proj.weight.clone().set_require_grad(false);
    layer.input_layernorm.weight = layer.input_layernorm.weight.clone().set_require_grad(false);
    let input = Tensor::<3>::ones([2, 3, model.model.norm.weight.dims()[0]], &trained().device);
    let [ours, theirs] = [&layer, &model.model.layers[0]].map(|layer| {
        let output = layer.mlp.forward(layer.input_layernorm.forward(input.clone()));
        found(layer, &output.sum().backward())
    });
    for ((parameter, ours), (_, theirs)) in ours.iter().zip(&theirs) {
        let frozen = ["mlp.up_proj.weight", "input_layernorm.weight"].contains(&parameter.as_str());
        match (ours, theirs) {
            (None, Some(_)) => assert!(frozen, "{name}, {parameter}"),
            (ours, theirs) => assert!(!frozen && ours == theirs, "{name}, {parameter}"),
        }
    }
}
