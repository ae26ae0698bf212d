//! Steps of training: whatever is kept of a forward pass, however a batch is cut, and across an interruption.

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Device, Int, Tensor};
use models::config::Config;
use models::decoder::{Kept, LanguageModel, Positions};
use models::optimize::{self, Gathered, Schedule, Shape};
use models::train::{Example, Pass, Rows, Settings, Text, Trainer, loss_of, parts};
use models::weights::{Dtype, Placement};

use crate::fixture::numbers;
use crate::parity::{drawn, language_cases};

fn placement(dtype: Dtype) -> Placement {
    Placement { device: Device::flex().autodiff(), dtype }
}

fn models(dtype: Dtype) -> Vec<(String, LanguageModel)> {
    let placement = placement(dtype);
    let model = |config| {
        let config = Config::from_json(config).unwrap();
        drawn(models::checkpoint::language_model(&config, 0, &placement).unwrap(), &placement)
    };
    language_cases().into_iter().map(|(name, case, _)| (name, model(case.config))).collect()
}

/// Texts of different lengths, whose second halves are learned.
fn examples() -> Vec<Example> {
    let text =
        |length: usize, step: u32| (0..length as u32).map(|place| (place * step + step) % 30).collect::<Vec<_>>();
    let texts = [text(9, 7), text(4, 3), text(70, 11), text(17, 1)];
    texts.iter().map(|text| Example::completion(&text[..text.len() / 2], &text[text.len() / 2..])).collect()
}

/// The gradients of the mean loss over all that is learned, computed in parts of so many tokens.
fn gradients(model: &LanguageModel, kept: Kept, most: usize) -> Gathered {
    let examples = examples();
    let learned: usize = examples.iter().map(Example::count).sum();
    let texts: Vec<Text> =
        (0..).zip(&examples).map(|(family, example)| Text { length: example.tokens.len(), family }).collect();
    let mut gathered = Gathered::new();
    for part in parts(&texts, most) {
        let part: Vec<&Example> = part.iter().map(|index| &examples[*index]).collect();
        let rows = Rows::of(model, &part);
        let factors = vec![-1.0 / learned as f32; rows.words().len()];
        let loss = |hidden| model.log_likelihood(rows.predicting(hidden), rows.words(), &factors);
        loss_of(model, &rows, Pass::Learn { kept, gathered: &mut gathered }, loss);
    }
    gathered
}

struct Parameters(Vec<Vec<f32>>);

impl ModuleVisitor for Parameters {
    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        self.0.push(numbers(parameter.val()));
    }
}

fn parameters(model: &LanguageModel) -> Vec<Vec<f32>> {
    let mut parameters = Parameters(Vec::new());
    model.visit(&mut parameters);
    parameters.0
}

fn trainer(model: LanguageModel) -> Trainer<LanguageModel> {
    let schedule = Schedule { rate: 0.01, warmup: 2, shape: Shape::Linear { steps: 12 } };
    Trainer::new(model, Settings { optimizer: optimize::Settings::default(), schedule, greatest_norm: Some(1.0) })
}

/// A model after a step along these gradients.
fn after(model: &LanguageModel, gradients: Gathered) -> Vec<Vec<f32>> {
    let schedule = Schedule { rate: 0.01, warmup: 0, shape: Shape::Constant };
    let settings = Settings { optimizer: optimize::Settings::default(), schedule, greatest_norm: None };
    let mut trainer = Trainer::new(model.clone(), settings);
    trainer.step(gradients).unwrap();
    parameters(trainer.model())
}

#[test]
fn layers_that_are_computed_again_give_the_same_gradients() {
    for (name, model) in models(Dtype::F32) {
        let [mut ours, mut theirs] = [Kept::BetweenLayers, Kept::Everything].map(|kept| gradients(&model, kept, 40));
        assert_eq!(ours.norm(), theirs.norm(), "{name}");
        assert_eq!(after(&model, ours), after(&model, theirs), "{name}");
    }
    for (name, model) in models(Dtype::Bf16) {
        let [ours, theirs] = [Kept::BetweenLayers, Kept::Everything].map(|kept| gradients(&model, kept, 40).norm());
        assert!((ours - theirs).abs() < 1e-2 * theirs, "{name}: {ours} and {theirs}");
    }
}

#[test]
fn the_parts_of_a_batch_change_its_gradient_by_rounding_alone() {
    for (name, model) in models(Dtype::F32) {
        let [whole, ones] = [1_000, 1].map(|most| gradients(&model, Kept::Everything, most).norm());
        assert!((whole - ones).abs() < 1e-5 * whole, "{name}: {whole} and {ones}");
    }
}

#[test]
fn a_training_goes_on_from_its_state_as_if_it_had_not_been_interrupted() {
    for dtype in [Dtype::F32, Dtype::Bf16] {
        let (_, model) = models(dtype).remove(0);
        let mut whole = trainer(model.clone());
        let step = |trainer: &mut Trainer<LanguageModel>| {
            trainer.step(gradients(trainer.model(), Kept::Everything, 100)).unwrap();
        };
        (0..5).for_each(|_| step(&mut whole));
        let folder = tempfile::tempdir().unwrap();
        whole.save(folder.path()).unwrap();
        let mut resumed = trainer(model);
        resumed.restore(folder.path()).unwrap();
        assert_eq!(resumed.steps(), 5);
        (0..5).for_each(|_| [&mut whole, &mut resumed].into_iter().for_each(step));
        assert_eq!(parameters(whole.model()), parameters(resumed.model()));
    }
}

#[test]
fn a_gradient_that_is_no_number_leaves_the_model_as_it_was() {
    let (_, model) = models(Dtype::F32).remove(0);
    let mut trainer = trainer(model.clone());
    let mut gathered = Gathered::new();
    let example = Example::completion(&[1], &[2, 3]);
    let rows = Rows::of(trainer.model(), &[&example]);
    let loss = |hidden| model.log_likelihood(rows.predicting(hidden), rows.words(), &[f32::NAN, 1.0]);
    loss_of(&model, &rows, Pass::Learn { kept: Kept::Everything, gathered: &mut gathered }, loss);
    let fault = trainer.step(gathered).unwrap_err();
    assert!(fault.to_string().contains("the norm of the gradient is NaN"), "{fault}");
    assert_eq!(parameters(trainer.model()), parameters(&model));
}

#[test]
fn learned_tokens_are_found_by_row() {
    let examples = [(&[1, 2], &[3, 4, 5][..]), (&[1, 2], &[3, 6]), (&[7, 8], &[9])];
    let examples = examples.map(|(prompt, completion)| Example::completion(prompt, completion));
    let (all, device) = (examples.each_ref(), Device::flex());
    let texts = all.map(|example| example.tokens.as_slice());
    let words = [3, 4, 5, 3, 6, 9];
    // Side by side, and 1 2 3, 4 5, 6 and 7 8 9 behind each other.
    let [apart, folded] = [Positions::beginning(texts.map(<[u32]>::len)), Positions::folded(&texts)];
    for (positions, batch, places) in [(apart, [3, 5], [1, 2, 3, 6, 7, 11]), (folded, [1, 9], [1, 2, 3, 1, 2, 7])] {
        let rows = Rows::new(&all, positions, &device);
        assert_eq!((rows.words(), rows.counts()), (words.as_slice(), [3, 2, 1].as_slice()));
        assert_eq!(rows.tokens().dims(), batch);
        let hidden = Tensor::<1, Int>::arange(0..(batch[0] * batch[1]) as i64, &device).float();
        let predicting = numbers(rows.predicting(hidden.reshape([batch[0], batch[1], 1])));
        assert_eq!(predicting, places.map(|place| place as f32));
        let values = Tensor::<1>::from_floats([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], &device);
        assert_eq!(numbers(rows.by_row(values) * rows.mask(&device)), [0.1, 0.2, 0.3, 0.4, 0.5, 0.0, 0.6, 0.0, 0.0]);
    }
}
