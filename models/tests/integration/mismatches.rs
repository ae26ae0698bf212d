//! Weights that do not fit: each fault is told by name, and none is passed over.

use std::fs;
use std::path::Path;

use models::checkpoint::Checkpoint;
use models::weights::Dtype;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::fixture::{cpu, folder, read};

/// A copy of a checkpoint, to be spoilt.
fn copy(name: &str) -> TempDir {
    let copy = TempDir::new().unwrap();
    for entry in fs::read_dir(folder("fixtures/checkpoints").join(name)).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, copy.path().join(path.file_name().unwrap())).unwrap();
    }
    copy
}

fn edit(path: &Path, change: impl FnOnce(&mut Value)) {
    let mut value: Value = read(path);
    change(&mut value);
    fs::write(path, value.to_string()).unwrap();
}

/// Why a checkpoint cannot be loaded.
fn fault(folder: &Path) -> String {
    let loaded = Checkpoint::open(folder).and_then(|checkpoint| checkpoint.language_model(&cpu(Dtype::F32)));
    loaded.map(|_| ()).unwrap_err().to_string()
}

#[test]
fn missing_unexpected_and_misshapen_parameters_are_listed_together() {
    let copy = copy("qwen2-tied-f32");
    edit(&copy.path().join("config.json"), |config| {
        config["num_hidden_layers"] = json!(3);
        config["layer_types"] = json!(vec!["full_attention"; 3]);
        config["intermediate_size"] = json!(20);
        config["model_type"] = json!("qwen3");
        config["architectures"] = json!(["Qwen3ForCausalLM"]);
    });
    let fault = fault(copy.path());
    assert!(
        fault.contains("missing: model.layers.0.self_attn.q_norm.weight, model.layers.0.self_attn.k_norm.weight"),
        "{fault}"
    );
    assert!(fault.contains(" more\n"), "{fault}");
    assert!(fault.contains("unexpected: model.layers.0.self_attn.k_proj.bias"), "{fault}");
    assert!(
        fault.contains("misshapen: model.layers.0.mlp.gate_proj.weight is [24, 16] and should be [20, 16]"),
        "{fault}"
    );
}

#[test]
fn a_parameter_that_the_index_places_wrongly_is_named() {
    let copy = copy("qwen2-bf16-shards");
    let index = copy.path().join("model.safetensors.index.json");
    edit(&index, |index| index["weight_map"]["lm_head.weight"] = json!("model-00001-of-00003.safetensors"));
    let fault = fault(copy.path());
    assert!(fault.contains("`lm_head.weight` is, but `model-00001-of-00003.safetensors` does not have it"), "{fault}");
}

#[test]
fn a_parameter_that_no_index_names_is_named() {
    let copy = copy("qwen2-bf16-shards");
    edit(&copy.path().join("model.safetensors.index.json"), |index| {
        index["weight_map"].as_object_mut().unwrap().remove("model.norm.weight");
    });
    assert!(fault(copy.path()).contains("`model.norm.weight`"), "{}", fault(copy.path()));
}

#[test]
fn a_shard_outside_the_folder_is_refused() {
    let copy = copy("qwen2-bf16-shards");
    edit(&copy.path().join("model.safetensors.index.json"), |index| {
        index["weight_map"]["lm_head.weight"] = json!("../other.safetensors");
    });
    assert!(fault(copy.path()).contains("`../other.safetensors` is no file beside it"), "{}", fault(copy.path()));
}

#[test]
fn a_cut_file_is_refused() {
    let copy = copy("qwen2-tied-f32");
    let path = copy.path().join("model.safetensors");
    let bytes = fs::read(&path).unwrap();
    fs::remove_file(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() - 4]).unwrap();
    assert!(fault(copy.path()).contains("no complete safetensors file"), "{}", fault(copy.path()));
}

#[test]
fn a_folder_without_weights_says_what_is_wanted() {
    let copy = copy("qwen2-tied-f32");
    fs::remove_file(copy.path().join("model.safetensors")).unwrap();
    assert!(fault(copy.path()).contains("neither `model.safetensors` nor"), "{}", fault(copy.path()));
}

#[test]
fn a_reward_model_is_no_language_model() {
    let fault = fault(&folder("fixtures/checkpoints/llama-reward-bf16"));
    assert!(fault.ends_with("is a LlamaForSequenceClassification, but a LlamaForCausalLM is needed"), "{fault}");
}

#[test]
fn a_stored_head_must_be_the_embedding_that_it_is_tied_to() {
    let copy = copy("qwen3-f16");
    edit(&copy.path().join("config.json"), |config| config["tie_word_embeddings"] = json!(true));
    assert!(fault(copy.path()).contains("`lm_head.weight` is stored and differs"), "{}", fault(copy.path()));
}
