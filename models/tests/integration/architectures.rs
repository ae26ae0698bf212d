//! What a `config.json` is taken for, and which ones are refused.

use models::config::{Architecture, Config, Family, Head, Scaling};
use serde_json::{Map, Value, json};

/// A configuration with the fields that none can do without, and others.
fn fields(name: &str, kind: &str, others: Value) -> Map<String, Value> {
    let mut fields = json!({
        "architectures": [name], "model_type": kind, "vocab_size": 64, "hidden_size": 32, "intermediate_size": 48,
        "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 128,
    });
    let all = fields.as_object_mut().unwrap();
    all.extend(others.as_object().unwrap().clone());
    all.retain(|_, value| value != "absent");
    all.clone()
}

fn qwen2(others: Value) -> Result<Config, String> {
    Config::from_json(fields("Qwen2ForCausalLM", "qwen2", others)).map_err(|fault| fault.to_string())
}

fn llama(others: Value) -> Result<Config, String> {
    Config::from_json(fields("LlamaForCausalLM", "llama", others)).map_err(|fault| fault.to_string())
}

fn reward(others: Value) -> Result<Config, String> {
    Config::from_json(fields("LlamaForSequenceClassification", "llama", others)).map_err(|fault| fault.to_string())
}

#[test]
fn what_is_not_supported_is_refused_by_name() {
    let refused: [(Result<Config, String>, &str); 19] = [
        (qwen2(json!({"architectures": ["MambaForCausalLM"]})), "the architecture `MambaForCausalLM` is not supported"),
        (
            qwen2(json!({"architectures": ["Qwen2Model"]})),
            "supported are Qwen2ForCausalLM, Qwen2ForSequenceClassification",
        ),
        (qwen2(json!({"architectures": "absent", "model_type": "gpt2"})), "the architecture `gpt2` is not supported"),
        (qwen2(json!({"model_type": "llama"})), "names Qwen2ForCausalLM, but `model_type` is `llama`"),
        (qwen2(json!({"hidden_act": "gelu"})), "the field `hidden_act` is \"gelu\", which is not supported"),
        (qwen2(json!({"attention_dropout": 0.1})), "the field `attention_dropout` is 0.1, which is not supported"),
        (qwen2(json!({"quantization_config": {"bits": 4}})), "the field `quantization_config` is {\"bits\":4}"),
        (
            qwen2(json!({"rope_scaling": {"type": "dynamic", "factor": 2.0}})),
            "the field `rope_scaling.type` is \"dynamic\"",
        ),
        (qwen2(json!({"rope_parameters": {"rope_type": "longrope"}})), "the field `rope_parameters.rope_type`"),
        (qwen2(json!({"rope_parameters": {"full_attention": {}}})), "the field `rope_parameters.full_attention`"),
        (qwen2(json!({"partial_rotary_factor": 0.5})), "the field `partial_rotary_factor` is 0.5"),
        (qwen2(json!({"rope_scaling": {"type": "linear"}})), "the field `rope_parameters.factor` is missing"),
        (qwen2(json!({"layer_types": ["chunked_attention", "full_attention"]})), "the field `layer_types`"),
        (qwen2(json!({"layer_types": ["sliding_attention", "full_attention"]})), "`sliding_window` give no window"),
        (qwen2(json!({"layer_types": ["full_attention"]})), "which is not a list with one kind for each layer"),
        (qwen2(json!({"num_key_value_heads": 3})), "no multiple of `num_key_value_heads`, 3"),
        (qwen2(json!({"num_key_value_heads": "absent"})), "the field `num_key_value_heads` is missing"),
        (qwen2(json!({"hidden_size": -1})), "the field `hidden_size` is -1, which is not a whole number above zero"),
        (reward(json!({})), "the field `id2label` is absent, which is not supported"),
    ];
    for (config, expected) in refused {
        let fault = config.unwrap_err();
        assert!(fault.contains(expected), "{fault}\nshould contain\n{expected}");
    }
}

#[test]
fn a_classifier_with_one_label_is_a_reward_model() {
    for labels in [json!({"num_labels": 1}), json!({"id2label": {"0": "LABEL_0"}})] {
        let config = reward(labels).unwrap();
        assert_eq!(config.architecture, Architecture { family: Family::Llama, head: Head::Reward });
    }
    let fault = reward(json!({"num_labels": 3})).unwrap_err();
    assert!(fault.contains("the field `num_labels` is 3"), "{fault}");
}

#[test]
fn a_language_model_becomes_a_reward_model_and_back() {
    let language = qwen2(json!({"tie_word_embeddings": true})).unwrap();
    let reward = language.with_head(Head::Reward);
    let written = reward.to_json(models::weights::Dtype::Bf16);
    assert_eq!(written["architectures"], json!(["Qwen2ForSequenceClassification"]));
    assert_eq!((&written["id2label"], &written["dtype"]), (&json!({"0": "LABEL_0"}), &json!("bfloat16")));
    assert_eq!(Config::from_json(written).unwrap().architecture, reward.architecture);
    assert!(!reward.tied && language.tied);
}

#[test]
fn defaults_are_the_references() {
    let qwen2 = qwen2(json!({})).unwrap();
    assert_eq!((qwen2.head_dimension, qwen2.norm_epsilon, qwen2.tied), (8, 1e-6, false));
    assert_eq!((qwen2.rotary.theta, qwen2.rotary.scaling), (10_000.0, Scaling::None));
    assert!(qwen2.biases.query_key_value && !qwen2.biases.output);
    let llama = llama(json!({"num_key_value_heads": "absent", "max_position_embeddings": "absent"})).unwrap();
    assert_eq!((llama.key_value_heads, llama.positions), (4, 2048));
    let qwen3 = Config::from_json(fields("Qwen3ForCausalLM", "qwen3", json!({}))).unwrap();
    assert_eq!(qwen3.head_dimension, 128);
}

#[test]
fn fields_that_the_reference_does_not_read_are_ignored_and_kept() {
    let config = qwen2(json!({"unsloth_version": "2025.1", "use_cache": false})).unwrap();
    assert_eq!(config.to_json(models::weights::Dtype::F32)["unsloth_version"], "2025.1");
    // Llama has no sliding window, whatever its file says.
    assert_eq!(llama(json!({"use_sliding_window": true, "sliding_window": 4})).unwrap().windows, [None, None]);
}

#[test]
fn sliding_windows_begin_at_their_layer() {
    let windows = |others| qwen2(others).unwrap().windows;
    let sliding = |first: usize| json!({"use_sliding_window": true, "sliding_window": 4, "max_window_layers": first});
    assert_eq!(windows(sliding(0)), [Some(4), Some(4)]);
    assert_eq!(windows(sliding(1)), [None, Some(4)]);
    assert_eq!(windows(json!({"sliding_window": 4, "max_window_layers": 0})), [None, None]);
    assert_eq!(windows(json!({"use_sliding_window": true, "max_window_layers": 1})), [None, Some(4096)]);
    assert_eq!(
        windows(json!({"use_sliding_window": true, "sliding_window": null, "max_window_layers": 0})),
        [None, None]
    );
}
