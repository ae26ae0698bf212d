//! The models that are measured.

use std::error::Error;

use models::checkpoint::{language_model, reward_model};
use models::config::Config;
use models::decoder::{LanguageModel, RewardModel};
use models::generate::ComposedRunner;
use models::weights::Placement;
use serde_json::json;

use crate::{BATCHES, decode};

/// Tokens of a page.
const PAGE: usize = 16;

/// A model's sizes, and how much of it is measured.
pub struct Shape {
    config: Config,
    tiny: bool,
}

impl Shape {
    pub fn named(name: &str) -> Result<Self, Box<dyn Error>> {
        let [vocabulary, hidden, intermediate, layers, heads, shared] = match name {
            "tiny" => [2_048, 256, 768, 4, 4, 2],
            "0.5B" => [151_936, 896, 4_864, 24, 14, 2],
            "1.5B" => [151_936, 1_536, 8_960, 28, 12, 2],
            _ => return Err(format!("`{name}` is no shape: tiny, 0.5B, 1.5B").into()),
        };
        let fields = json!({
            "model_type": "qwen2", "vocab_size": vocabulary, "hidden_size": hidden, "intermediate_size": intermediate,
            "num_hidden_layers": layers, "num_attention_heads": heads, "num_key_value_heads": shared,
            "tie_word_embeddings": true, "rope_theta": 1e6, "rms_norm_eps": 1e-6,
        });
        let fields = fields.as_object().ok_or("an object")?.clone();
        Ok(Self { config: Config::from_json(fields)?, tiny: name == "tiny" })
    }

    pub fn model(&self, placement: &Placement) -> Result<LanguageModel, Box<dyn Error>> {
        Ok(language_model(&self.config, 1, placement)?)
    }

    pub fn reward_model(&self, placement: &Placement) -> Result<RewardModel, Box<dyn Error>> {
        Ok(reward_model(&self.config, 1, placement)?)
    }

    pub fn runner(&self, model: LanguageModel) -> ComposedRunner {
        let longest = (decode::PROMPT + decode::STEPS).div_ceil(PAGE);
        ComposedRunner::new(model, &self.config, BATCHES[BATCHES.len() - 1] * longest, PAGE)
    }

    /// Prompts that are read: how many, and how long.
    pub fn prompts(&self) -> [(usize, usize); 2] {
        if self.tiny { [(1, 128), (8, 64)] } else { [(1, 2048), (16, 512)] }
    }

    /// Texts that are trained on: how many in a step, and how long.
    pub fn texts(&self) -> (usize, usize) {
        if self.tiny { (4, 64) } else { (4, 512) }
    }
}
