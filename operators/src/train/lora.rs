//! What is trained of a model, where it is little: an adapter beside weights that stay as they are.

use engine::operator::Fault;
use models::adapter::{self, Adaptable};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An adapter of low rank (LoRA, <https://arxiv.org/abs/2106.09685>): beside each projection two matrices are trained whose
/// product is added to it, and all else stays as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Lora {
    /// How many numbers there are between the two matrices.
    #[schemars(range(min = 1))]
    pub rank: usize,
    /// How much their product counts, times the rank.
    #[schemars(range(min = 0.0))]
    pub alpha: f64,
    /// The projections that have an adapter, by the ends of their names: `q_proj`, `mlp.up_proj`. All of them where none is
    /// named.
    pub targets: Vec<String>,
}

impl Default for Lora {
    fn default() -> Self {
        Self { rank: 16, alpha: 32.0, targets: Vec::new() }
    }
}

impl Lora {
    /// As the models say it; modules named in `whole` are trained as they are.
    pub(super) fn settings(&self, whole: &[&str]) -> adapter::Settings {
        let whole = whole.iter().map(|name| (*name).to_owned()).collect();
        adapter::Settings { rank: self.rank, alpha: self.alpha, targets: self.targets.clone(), whole }
    }
}

/// A model with its adapter, if it is to have one.
pub(super) fn adapted<M: Adaptable>(model: M, adapter: Option<&adapter::Settings>, seed: u64) -> Result<M, Fault> {
    match adapter {
        Some(settings) => adapter::attach(model, settings, seed).map_err(|error| Fault::node(error.to_string())),
        None => Ok(model),
    }
}
