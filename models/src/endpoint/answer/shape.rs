//! An answer as JSON. Owns the names of fields, of both parts of the interface and of the servers that go beyond it.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

#[derive(Deserialize)]
pub(super) struct Shape {
    pub(super) choices: Vec<Choice>,
    pub(super) usage: Option<Used>,
}

#[derive(Deserialize)]
pub(super) struct Choice {
    #[serde(default)]
    pub(super) index: usize,
    /// Of a conversation.
    pub(super) message: Option<Message>,
    /// Of a text.
    pub(super) text: Option<String>,
    pub(super) finish_reason: Option<String>,
    /// vLLM's: which text or token ended it, or null where the model's own did.
    #[serde(default, deserialize_with = "told")]
    pub(super) stop_reason: Option<Value>,
    /// SGLang's name of the same.
    #[serde(default, deserialize_with = "told")]
    pub(super) matched_stop: Option<Value>,
    pub(super) logprobs: Option<LogProbabilities>,
    /// vLLM's, where `extra` asks for it with `return_token_ids`.
    pub(super) token_ids: Option<Vec<u32>>,
}

/// What the assistant said.
#[derive(Deserialize)]
pub(super) struct Message {
    pub(super) content: Option<String>,
    pub(super) reasoning_content: Option<String>,
    /// The other name of the same; some servers send both.
    pub(super) reasoning: Option<String>,
    pub(super) refusal: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct LogProbabilities {
    /// Of a conversation.
    pub(super) content: Option<Vec<LogProbability>>,
    /// Of a text.
    pub(super) token_logprobs: Option<Vec<f64>>,
}

#[derive(Deserialize)]
pub(super) struct LogProbability {
    pub(super) logprob: f64,
}

/// Tokens of all choices together.
#[derive(Deserialize)]
pub(super) struct Used {
    #[serde(default)]
    pub(super) prompt_tokens: u64,
    #[serde(default)]
    pub(super) completion_tokens: u64,
    pub(super) prompt_tokens_details: Option<PromptTokens>,
    /// DeepSeek's.
    pub(super) prompt_cache_hit_tokens: Option<u64>,
}

#[derive(Deserialize)]
pub(super) struct PromptTokens {
    pub(super) cached_tokens: Option<u64>,
}

/// Tells a null, which says that no text ended the answer, from a field that is not there and says nothing.
fn told<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}
