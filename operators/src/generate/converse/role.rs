//! A role of a conversation, as the manifest says it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::turns::Runs;

/// Somebody who speaks in a conversation: by which prompt, with which model, and who may follow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// What the model is asked: Jinja over the columns of a row, and `conversation`, which is the tagged text so far; or
    /// the name of one of our prompts: `thinking`, `reflection`, `execution`.
    #[schemars(length(min = 1))]
    pub prompt: String,
    /// The system's message.
    #[serde(default)]
    pub system: Option<String>,
    /// The input with its model.
    #[serde(default = "default_model")]
    #[schemars(length(min = 1))]
    pub model: String,
    /// Who may follow, the first where a turn names none of them. With `answer` among them the role may end the
    /// conversation.
    #[schemars(length(min = 1))]
    pub next: Vec<String>,
    /// What is done with the code of its turns: `script` runs it, `tests` holds it to the problem's tests. What comes of
    /// it is the next turn, `output`. Nothing where it is not said.
    #[serde(default)]
    pub runs: Option<Runs>,
    /// How many tokens a turn has at most.
    #[serde(default = "default_max_tokens")]
    #[schemars(range(min = 1))]
    pub max_tokens: usize,
    /// Divides the logits before a token is drawn; 0 always takes the likeliest token.
    #[serde(default = "default_temperature")]
    #[schemars(range(min = 0.0, max = 100.0))]
    pub temperature: f32,
    /// The likeliest tokens are drawn from that reach this probability together.
    #[serde(default = "all")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub top_p: f32,
}

fn default_model() -> String {
    "model".to_owned()
}

fn default_max_tokens() -> usize {
    1024
}

fn default_temperature() -> f32 {
    0.7
}

fn all() -> f32 {
    1.0
}
