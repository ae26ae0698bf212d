//! The sizes of a model.

use models::config::{Config, ConfigError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The sizes of a model; what is left out is that of a small one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Shape {
    /// The decoder.
    pub family: Family,
    /// The width of hidden states.
    #[schemars(range(min = 2))]
    pub hidden: usize,
    /// The width inside the MLP; three times the hidden states' where it is not said.
    #[schemars(range(min = 1))]
    pub intermediate: Option<usize>,
    /// How many layers.
    #[schemars(range(min = 1))]
    pub layers: usize,
    /// How many heads queries have.
    #[schemars(range(min = 1))]
    pub heads: usize,
    /// How many heads keys and values have; as many as queries where it is not said.
    #[schemars(range(min = 1))]
    pub key_value_heads: Option<usize>,
    /// How many tokens a text has at most.
    #[schemars(range(min = 1))]
    pub context: usize,
    /// Whether the head shares the embedding's weights.
    pub tied: bool,
}

/// A decoder's family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// Qwen2: biased queries, keys and values.
    Qwen2,
    /// Qwen3: queries and keys are normalised for each head.
    Qwen3,
    /// Llama.
    Llama,
}

impl Default for Shape {
    fn default() -> Self {
        Self {
            family: Family::Qwen2,
            hidden: 256,
            intermediate: None,
            layers: 4,
            heads: 4,
            key_value_heads: None,
            context: 2048,
            tied: true,
        }
    }
}

impl Shape {
    /// The configuration of a model with so many tokens, which ends a text with the token `end`.
    pub(super) fn config(&self, vocabulary: usize, end: u32, padding: u32) -> Result<Config, ConfigError> {
        let fields = json!({
            "model_type": self.family,
            "vocab_size": vocabulary,
            "hidden_size": self.hidden,
            "intermediate_size": self.intermediate.unwrap_or(3 * self.hidden),
            "num_hidden_layers": self.layers,
            "num_attention_heads": self.heads,
            "num_key_value_heads": self.key_value_heads.unwrap_or(self.heads),
            "head_dim": self.hidden / self.heads,
            "hidden_act": "silu",
            "rms_norm_eps": 1e-6,
            "rope_parameters": {"rope_type": "default", "rope_theta": 10_000.0},
            "max_position_embeddings": self.context,
            "tie_word_embeddings": self.tied,
            "initializer_range": 0.02,
            "eos_token_id": end,
            "pad_token_id": padding,
        });
        let Value::Object(fields) = fields else { unreachable!("it is written as an object") };
        Config::from_json(fields)
    }
}
