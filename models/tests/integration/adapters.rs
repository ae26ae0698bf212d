//! Adapters, held against what PEFT computes, writes and trains.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Device, Tensor};
use models::adapter::{Adaptable, AdapterError, Settings, attach, is_attached, load, merge, save};
use models::checkpoint::{self, language_model, reward_model};
use models::config::{Config, Head};
use models::decoder::{LanguageModel, NoPast, Positions, RewardModel};
use models::fused::FusedRunner;
use models::generate::{Page, Piece, Runner, Wanted};
use models::optimize::{Gathered, Optimizer};
use models::weights::{Dtype, Placement};
use serde::Deserialize;
use serde_json::{Map, Value};
use tempfile::TempDir;

use crate::fixture::{batch, distance, folder, numbers, read};
use crate::parity::{TOLERANCE, drawn};

#[derive(Deserialize)]
struct Case {
    config: Map<String, Value>,
    row: Vec<i64>,
    output: Vec<f32>,
    merged: Vec<f32>,
    rate: f64,
    norm: f64,
    loss: f32,
    loss_after: f32,
    after: BTreeMap<String, Vec<f32>>,
}

/// A model, and what is asked of it here.
trait Asked: Adaptable {
    const HEAD: Head;

    fn new(config: &Config, placement: &Placement) -> Self;

    fn output(&self, case: &Case) -> Vec<f32>;

    fn loss(&self, case: &Case) -> Tensor<1>;
}

fn positions(case: &Case) -> Positions {
    Positions::beginning([case.row.len()])
}

impl Asked for LanguageModel {
    const HEAD: Head = Head::Language;

    fn new(config: &Config, placement: &Placement) -> Self {
        drawn(language_model(config, 0, placement).unwrap(), placement)
    }

    fn output(&self, case: &Case) -> Vec<f32> {
        let device = self.model.norm.weight.val().device();
        numbers(self.forward(batch(std::slice::from_ref(&case.row), &device), &positions(case), &mut NoPast))
    }

    fn loss(&self, case: &Case) -> Tensor<1> {
        let device = self.model.norm.weight.val().device();
        let tokens = batch(std::slice::from_ref(&case.row), &device);
        let hidden = self.model.forward(tokens, &positions(case), &mut NoPast).flatten(0, 1);
        let words: Vec<u32> = case.row.iter().map(|word| u32::try_from(*word).unwrap()).collect();
        let count = words.len() - 1;
        let hidden = hidden.narrow(0, 0, count);
        self.log_likelihood(hidden, &words[1..], &vec![-1.0 / count as f32; count])
    }
}

impl Asked for RewardModel {
    const HEAD: Head = Head::Reward;

    fn new(config: &Config, placement: &Placement) -> Self {
        drawn(reward_model(config, 0, placement).unwrap(), placement)
    }

    fn output(&self, case: &Case) -> Vec<f32> {
        numbers(self.scored(case))
    }

    fn loss(&self, case: &Case) -> Tensor<1> {
        burn::tensor::activation::log_sigmoid(self.scored(case)).neg()
    }
}

trait Scored {
    fn scored(&self, case: &Case) -> Tensor<1>;
}

impl Scored for RewardModel {
    fn scored(&self, case: &Case) -> Tensor<1> {
        let device = self.model.norm.weight.val().device();
        self.forward(batch(std::slice::from_ref(&case.row), &device), &positions(case))
    }
}

fn case(name: &str) -> Case {
    read(&folder(&format!("cases/adapters/{name}.json")))
}

/// What PEFT saved.
fn saved(name: &str) -> PathBuf {
    folder("fixtures/adapters").join(name)
}

fn placement(dtype: Dtype) -> Placement {
    Placement { device: Device::flex().autodiff(), dtype }
}

fn model<M: Asked>(case: &Case, dtype: Dtype) -> M {
    M::new(&Config::from_json(case.config.clone()).unwrap(), &placement(dtype))
}

/// The parameters of a file, as they lie there.
fn stored(file: &PathBuf) -> BTreeMap<String, (Vec<usize>, Vec<u8>)> {
    let bytes = fs::read(file).unwrap();
    let tensors = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    tensors.tensors().into_iter().map(|(name, own)| (name, (own.shape().to_vec(), own.data().to_vec()))).collect()
}

fn written<M: Asked>(model: &M, settings: &Settings) -> BTreeMap<String, (Vec<usize>, Vec<u8>)> {
    let folder = TempDir::new().unwrap();
    save(model, settings, M::HEAD, "base", folder.path()).unwrap();
    stored(&folder.path().join("adapter_model.safetensors"))
}

fn as_numbers(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
}

/// Every name of a parameter that is asked for a gradient.
#[derive(Default)]
struct Trained(Vec<String>, Vec<(String, usize)>);

impl ModuleVisitor for Trained {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.0.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.0.pop();
    }

    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        if parameter.val().is_require_grad() {
            self.1.push((self.0.join("."), parameter.val().shape().num_elements()));
        }
    }
}

fn trained<M: Module>(model: &M) -> Vec<(String, usize)> {
    let mut trained = Trained::default();
    model.visit(&mut trained);
    trained.1
}

fn computes_as_the_reference<M: Asked>(name: &str) {
    let case = case(name);
    let model = load(model::<M>(&case, Dtype::F32), &saved(name)).unwrap();
    let apart = distance(&model.output(&case), &case.output);
    assert!(apart < TOLERANCE, "{name}: {apart:e}");
    let merged = merge(model);
    assert!(!is_attached(&merged));
    let apart = distance(&merged.output(&case), &case.merged);
    assert!(apart < TOLERANCE, "{name}, merged: {apart:e}");
}

#[test]
fn an_adapter_computes_what_the_reference_computes_merged_or_not() {
    computes_as_the_reference::<LanguageModel>("some");
    computes_as_the_reference::<LanguageModel>("all");
    computes_as_the_reference::<RewardModel>("reward");
}

fn is_saved_as_the_reference_saves<M: Asked>(name: &str) {
    let case = case(name);
    let settings = Settings::read(&saved(name)).unwrap();
    let model = load(model::<M>(&case, Dtype::F32), &saved(name)).unwrap();
    let theirs = stored(&saved(name).join("adapter_model.safetensors"));
    assert!(written(&model, &settings) == theirs, "{name}");
    let own = TempDir::new().unwrap();
    save(&model, &settings, M::HEAD, "base", own.path()).unwrap();
    assert_eq!(Settings::read(own.path()).unwrap(), settings, "{name}");
    let [ours, theirs]: [Map<String, Value>; 2] =
        [own.path().to_owned(), saved(name)].map(|folder| read(&folder.join("adapter_config.json")));
    for (field, value) in ours.iter().filter(|(field, _)| !["lora_dropout", "target_modules"].contains(&field.as_str()))
    {
        let same = match (value.as_f64(), theirs[field].as_f64()) {
            (Some(one), Some(other)) => one == other,
            _ => *value == theirs[field],
        };
        assert!(same, "{name}: `{field}` is {value}, not {}", theirs[field]);
    }
}

#[test]
fn an_adapter_is_saved_as_the_reference_saves_it() {
    is_saved_as_the_reference_saves::<LanguageModel>("some");
    is_saved_as_the_reference_saves::<LanguageModel>("all");
    is_saved_as_the_reference_saves::<RewardModel>("reward");
}

fn is_trained_as_the_reference_trains<M: Asked>(name: &str) {
    let case = case(name);
    let settings = Settings::read(&saved(name)).unwrap();
    let model = load(model::<M>(&case, Dtype::F32), &saved(name)).unwrap();
    let (mut optimizer, mut gathered) = (Optimizer::new(models::optimize::Settings::default()), Gathered::new());
    let loss = model.loss(&case);
    gathered.add(&model, loss.backward());
    assert!(distance(&numbers(loss), &[case.loss]) < TOLERANCE, "{name}");
    let norm = gathered.clip(1.0);
    assert!((norm - case.norm).abs() < 1e-5 * case.norm, "{name}: {norm}, not {}", case.norm);
    let model = optimizer.step(model, gathered, case.rate);
    let after = written(&model, &settings);
    assert_eq!(after.keys().collect::<Vec<_>>(), case.after.keys().collect::<Vec<_>>());
    for (parameter, theirs) in &case.after {
        let apart = distance(&as_numbers(&after[parameter].1), theirs);
        assert!(apart < 2e-5, "{name}: {parameter} is {apart:e} away");
    }
    let apart = distance(&numbers(model.loss(&case)), &[case.loss_after]);
    assert!(apart < 2e-5, "{name}: {apart:e}");
}

#[test]
fn a_step_is_that_of_the_reference() {
    is_trained_as_the_reference_trains::<LanguageModel>("some");
    is_trained_as_the_reference_trains::<LanguageModel>("all");
    is_trained_as_the_reference_trains::<RewardModel>("reward");
}

#[test]
fn only_the_adapter_is_trained_and_remembered() {
    let case = case("reward");
    let settings =
        Settings { rank: 2, targets: vec!["q_proj".to_owned()], whole: vec!["score".to_owned()], alpha: 4.0 };
    let before: RewardModel = model(&case, Dtype::F32);
    let output = before.output(&case);
    let model = attach(before, &settings, 3).unwrap();
    assert_eq!(model.output(&case), output, "an adapter that was not trained changes nothing");
    let matrices = |layer: usize| {
        let name = |own: &str| format!("model.layers.{layer}.self_attn.q_proj.lora.{own}");
        [(name("down"), 2 * 16), (name("up"), 16 * 2)]
    };
    let mut expected: Vec<_> = [0, 1].into_iter().flat_map(matrices).collect();
    expected.push(("score.weight".to_owned(), 16));
    assert_eq!(trained(&model), expected);

    let (mut optimizer, mut gathered) = (Optimizer::new(models::optimize::Settings::default()), Gathered::new());
    gathered.add(&model, model.loss(&case).backward());
    let frozen = numbers(model.model.layers[0].self_attn.q_proj.weight.val());
    let model = optimizer.step(model, gathered, 0.1);
    assert_eq!(numbers(model.model.layers[0].self_attn.q_proj.weight.val()), frozen);
    let file = tempfile::NamedTempFile::new().unwrap();
    optimizer.save(file.path()).unwrap();
    let remembered = stored(&file.path().to_owned());
    let mut names: Vec<String> = expected.iter().map(|(name, _)| format!("first.{name}")).collect();
    names.sort();
    assert_eq!(remembered.keys().filter(|name| name.starts_with("first.")).cloned().collect::<Vec<_>>(), names);
    assert_eq!(trained(&model), expected, "a step leaves frozen what was");
}

#[test]
fn an_adapter_begins_the_same_from_the_same_seed() {
    let case = case("some");
    let settings = Settings::default();
    let begun = |seed| written(&attach(model::<LanguageModel>(&case, Dtype::F32), &settings, seed).unwrap(), &settings);
    let (one, other) = (begun(1), begun(2));
    assert!(one == begun(1) && one != other);
    for (name, (shape, bytes)) in one {
        let numbers = as_numbers(&bytes);
        let bound = (shape[1] as f32).powf(-0.5);
        let within = if name.ends_with("lora_A.weight") { bound } else { 0.0 };
        let furthest = numbers.iter().fold(0.0_f32, |furthest, number| furthest.max(number.abs()));
        assert!(furthest <= within && furthest >= 0.9 * within, "{name}: {furthest}");
    }
}

#[test]
fn an_adapter_in_single_precision_learns_beside_a_model_in_half_the_bits() {
    let case = case("some");
    let settings = Settings { rank: 4, alpha: 8.0, ..Settings::default() };
    let mut model = attach(model::<LanguageModel>(&case, Dtype::Bf16), &settings, 5).unwrap();
    let mut optimizer = Optimizer::new(models::optimize::Settings { weight_decay: 0.0, ..Default::default() });
    let mut losses = Vec::new();
    for _ in 0..20 {
        let mut gathered = Gathered::new();
        let loss = model.loss(&case);
        gathered.add(&model, loss.backward());
        losses.push(numbers(loss)[0]);
        model = optimizer.step(model, gathered, 0.02);
    }
    assert!(losses[19] < losses[0] - 1.0, "{losses:?}");
    let [ours, merged] = [model.output(&case), merge(model.clone()).output(&case)];
    assert!(distance(&ours, &merged) < 0.1, "{}", distance(&ours, &merged));
    let projection = &merge(model).model.layers[0].mlp.up_proj;
    assert_eq!(projection.weight.val().dtype(), Dtype::Bf16.to_burn());
}

#[test]
fn what_generates_generates_with_the_adapter() {
    let case = case("some");
    let config = Config::from_json(case.config.clone()).unwrap();
    let model = load(model::<LanguageModel>(&case, Dtype::F32), &saved("some")).unwrap();
    let mut runner = FusedRunner::new(model, &config, 1);
    let tokens: Vec<u32> = case.row.iter().map(|token| u32::try_from(*token).unwrap()).collect();
    let mut logits = Vec::new();
    runner.forward(&[Piece { tokens: &tokens, start: 0, pages: &[Page(0)], wanted: Wanted::Every }], &mut logits);
    assert!(distance(&logits, &case.output) < TOLERANCE);
}

#[test]
fn what_cannot_be_done_is_told_in_words() {
    let case = case("some");
    let base = || model::<LanguageModel>(&case, Dtype::F32);
    let words = |result: Result<LanguageModel, AdapterError>| result.unwrap_err().to_string();
    let unknown = Settings { targets: vec!["q_proj".to_owned(), "w1".to_owned()], ..Settings::default() };
    assert_eq!(
        words(attach(base(), &unknown, 0)),
        "no projection is called `w1`; there are down_proj, gate_proj, k_proj, o_proj, q_proj, up_proj, v_proj"
    );
    assert_eq!(
        words(attach(base(), &Settings { rank: 0, ..Settings::default() }, 0)),
        "an adapter of rank 0 learns nothing; give it a rank of at least 1"
    );
    let attached = attach(base(), &Settings::default(), 0).unwrap();
    let config = Config::from_json(case.config.clone()).unwrap();
    let place = TempDir::new().unwrap();
    let fault =
        checkpoint::save(&attached, &config, Dtype::F32, place.path(), &place.path().join("model")).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "the model has an adapter beside its weights; merge it first, or save the adapter alone"
    );
    assert_eq!(words(attach(attached, &Settings::default(), 0)), "the model has an adapter already; merge it first");
}

#[test]
fn a_configuration_that_asks_for_more_is_refused_by_the_fields_name() {
    let case = case("some");
    let refusal = |field: &str, value: Value| {
        let place = TempDir::new().unwrap();
        fs::copy(saved("some").join("adapter_model.safetensors"), place.path().join("adapter_model.safetensors"))
            .unwrap();
        let mut config: Map<String, Value> = read(&saved("some").join("adapter_config.json"));
        config.insert(field.to_owned(), value);
        fs::write(place.path().join("adapter_config.json"), Value::Object(config).to_string()).unwrap();
        load(model::<LanguageModel>(&case, Dtype::F32), place.path()).unwrap_err().to_string()
    };
    for (field, value, words) in [
        ("use_dora", true.into(), "`use_dora` is true, which is not supported"),
        ("rank_pattern", serde_json::json!({"q_proj": 4}), "`rank_pattern` is {\"q_proj\":4}, which is not supported"),
        ("bias", "all".into(), "`bias` must be `none`: biases stay as they are here"),
        ("peft_type", "IA3".into(), "`peft_type` must be `LORA`"),
        ("target_modules", "model.*_proj".into(), "`target_modules` is a pattern; list the modules' names"),
        ("r", 4.into(), "q_proj.lora.down is [2, 16] and should be [4, 16]"),
        (
            "target_modules",
            serde_json::json!(["q_proj", "v_proj"]),
            "unexpected: model.layers.0.mlp.down_proj.lora.down",
        ),
        ("modules_to_save", serde_json::json!(["lm_head"]), "missing: lm_head.weight"),
    ] {
        let refusal = refusal(field, value);
        assert!(refusal.contains(words), "{field}: {refusal}");
    }
}
