//! Models that were never trained: the same from the same seed, and as the reference would begin them.

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::Tensor;
use models::checkpoint::{language_model, reward_model, reward_model_over};
use models::config::{Config, Head};
use models::weights::Dtype;
use serde_json::json;

use crate::fixture::{cpu, numbers};

fn config(layers: usize) -> Config {
    let fields = json!({
        "model_type": "qwen3", "vocab_size": 300, "hidden_size": 32, "intermediate_size": 48, "head_dim": 8,
        "num_hidden_layers": layers, "num_attention_heads": 4, "num_key_value_heads": 2, "attention_bias": true,
        "initializer_range": 0.03,
    });
    Config::from_json(fields.as_object().unwrap().clone()).unwrap()
}

/// Every parameter's name and numbers.
#[derive(Default)]
struct Parameters {
    path: Vec<String>,
    all: Vec<(String, Vec<f32>)>,
}

impl ModuleVisitor for Parameters {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        self.all.push((self.path.join("."), numbers(parameter.val())));
    }
}

fn parameters(module: &impl Module) -> Vec<(String, Vec<f32>)> {
    let mut parameters = Parameters::default();
    module.visit(&mut parameters);
    parameters.all
}

#[test]
fn parameters_depend_on_the_seed_and_their_names_alone() {
    let draw = |layers, seed| parameters(&language_model(&config(layers), seed, &cpu(Dtype::F32)).unwrap());
    let (two, three, other) = (draw(2, 1), draw(3, 1), draw(2, 2));
    assert_eq!(two, draw(2, 1));
    for (name, numbers) in &two {
        let (_, deeper) = three.iter().find(|(own, _)| own == name).unwrap();
        assert_eq!(numbers, deeper, "{name}");
        let (_, reseeded) = other.iter().find(|(own, _)| own == name).unwrap();
        let constant = name.ends_with("norm.weight") || name.ends_with(".bias");
        assert_eq!(numbers == reseeded, constant, "{name}");
    }
}

#[test]
fn parameters_begin_as_the_references_do() {
    for (name, numbers) in parameters(&language_model(&config(2), 1, &cpu(Dtype::F32)).unwrap()) {
        let count = numbers.len() as f32;
        let mean = numbers.iter().sum::<f32>() / count;
        let deviation = (numbers.iter().map(|number| (number - mean).powi(2)).sum::<f32>() / count).sqrt();
        let (expected, spread) = match name {
            name if name.ends_with("norm.weight") => (1.0, 0.0),
            name if name.ends_with(".bias") => (0.0, 0.0),
            _ => (0.0, 0.03),
        };
        // Five standard errors.
        assert!((mean - expected).abs() <= 5.0 * spread / count.sqrt(), "mean {mean}");
        assert!((deviation - spread).abs() <= 5.0 * spread / (2.0 * count).sqrt(), "deviation {deviation}");
    }
}

#[test]
fn a_reward_model_takes_over_a_decoder() {
    let (config, placement) = (config(2), cpu(Dtype::F32));
    let language = language_model(&config, 1, &placement).unwrap();
    let before = parameters(&language.model);
    let reward = reward_model_over(language.model, &config, 5, &placement).unwrap();
    assert_eq!(parameters(&reward.model), before);
    let whole = reward_model(&config.with_head(Head::Reward), 5, &placement).unwrap();
    assert_eq!(parameters(&reward.score), parameters(&whole.score));
    assert_ne!(parameters(&reward.model), parameters(&whole.model));
}

#[test]
fn a_configuration_knows_how_many_parameters_its_model_has() {
    let with = |fields: serde_json::Value| {
        let mut all = json!({
            "vocab_size": 300, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 3,
            "num_attention_heads": 4, "num_key_value_heads": 2,
        });
        all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        Config::from_json(all.as_object().unwrap().clone()).unwrap()
    };
    let configs = [
        with(json!({"model_type": "qwen2", "tie_word_embeddings": true})),
        with(json!({"model_type": "qwen2"})),
        with(json!({"model_type": "qwen3", "head_dim": 16, "attention_bias": true})),
        with(json!({"model_type": "llama", "attention_bias": true, "mlp_bias": true})),
    ];
    for config in configs {
        let model = language_model(&config, 1, &cpu(Dtype::F32)).unwrap();
        assert_eq!(config.parameters(), model.num_params(), "{config:?}");
        let config = config.with_head(Head::Reward);
        let model = reward_model(&config, 1, &cpu(Dtype::F32)).unwrap();
        assert_eq!(config.parameters(), model.num_params(), "{config:?}");
    }
}
