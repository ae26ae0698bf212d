//! What a client asks, from the JSON of its body.

use std::hash::{BuildHasher, Hasher, RandomState};

use models::generate::{Prompt, Request, Sampling};
use models::template::{Conversation, Ending};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::refusal::Refusal;

/// How long a completion is where nobody says: the interface's own default. A chat goes on as long as the model wants.
const COMPLETION_TOKENS: usize = 16;

/// How many answers one request may ask for.
const SAMPLES: u64 = 1024;

/// The fields of both parts of the interface, and those that vLLM adds to them. Others are ignored, as servers do.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    model: Option<String>,
    messages: Option<Vec<Map<String, Value>>>,
    prompt: Option<Prompts>,
    tools: Option<Vec<Value>>,
    documents: Option<Vec<Value>>,
    chat_template_kwargs: Option<Map<String, Value>>,
    continue_final_message: Option<bool>,
    n: Option<u64>,
    max_tokens: Option<usize>,
    max_completion_tokens: Option<usize>,
    temperature: Option<f32>,
    top_p: Option<f32>,
    top_k: Option<i64>,
    min_p: Option<f32>,
    repetition_penalty: Option<f32>,
    seed: Option<i64>,
    stop: Option<OneOrMany>,
    logprobs: Option<Value>,
    echo: Option<bool>,
    suffix: Option<String>,
    stream: Option<bool>,
    stream_options: Option<StreamOptions>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct StreamOptions {
    include_usage: Option<bool>,
}

/// Prompts as the interface has them.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Prompts {
    Text(String),
    Tokens(Vec<u32>),
    Texts(Vec<String>),
    TokenLists(Vec<Vec<u32>>),
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl Asked {
    /// Reads a body.
    pub fn read(body: &[u8]) -> Result<Self, Refusal> {
        serde_json::from_slice(body).map_err(|error| Refusal::bad(format!("the body cannot be read: {error}")))
    }

    /// Whether the model that is served is meant.
    pub fn check_model(&self, served: &str) -> Result<(), Refusal> {
        match &self.model {
            Some(wanted) if wanted != served => Err(Refusal::no_model(wanted, served)),
            _ => Ok(()),
        }
    }

    /// Whether to tell the answer while it is written.
    pub fn streams(&self) -> bool {
        self.stream == Some(true)
    }

    /// Whether a stream ends with what was used.
    pub fn includes_usage(&self) -> bool {
        self.stream_options.as_ref().is_some_and(|options| options.include_usage == Some(true))
    }

    /// The request for an answer to a conversation.
    pub fn chat(&self) -> Result<Request, Refusal> {
        let messages = self.messages.clone().ok_or_else(|| Refusal::bad("`messages` is missing"))?;
        let conversation = Conversation {
            messages,
            tools: self.tools.clone(),
            documents: self.documents.clone(),
            variables: self.chat_template_kwargs.clone().unwrap_or_default(),
        };
        let ending = if self.continue_final_message == Some(true) { Ending::Open } else { Ending::Prompt };
        let logprobs = self.logprobs.as_ref().is_some_and(|asked| asked.as_bool() == Some(true));
        let max_tokens = self.max_completion_tokens.or(self.max_tokens);
        self.request(Prompt::Chat(conversation, ending), max_tokens, logprobs)
    }

    /// The requests for texts that go on from others, one for each prompt.
    pub fn completions(&self) -> Result<Vec<Request>, Refusal> {
        if self.echo == Some(true) || self.suffix.is_some() {
            return Err(Refusal::bad("`echo` and `suffix` are not supported"));
        }
        let prompts = match self.prompt.as_ref().ok_or_else(|| Refusal::bad("`prompt` is missing"))? {
            Prompts::Text(text) => vec![Prompt::Text(text.clone())],
            Prompts::Tokens(tokens) => vec![Prompt::Tokens(tokens.clone())],
            Prompts::Texts(texts) => texts.iter().cloned().map(Prompt::Text).collect(),
            Prompts::TokenLists(lists) => lists.iter().cloned().map(Prompt::Tokens).collect(),
        };
        let logprobs = self.logprobs.as_ref().is_some_and(Value::is_number);
        let max_tokens = Some(self.max_tokens.unwrap_or(COMPLETION_TOKENS));
        prompts.into_iter().map(|prompt| self.request(prompt, max_tokens, logprobs)).collect()
    }

    fn request(&self, prompt: Prompt, max_tokens: Option<usize>, log_probabilities: bool) -> Result<Request, Refusal> {
        let samples = self.n.unwrap_or(1);
        if !(1..=SAMPLES).contains(&samples) {
            return Err(Refusal::bad(format!("`n` is {samples}; ask for 1 to {SAMPLES} answers")));
        }
        let usual = Sampling::default();
        let stop = match &self.stop {
            None => Vec::new(),
            Some(OneOrMany::One(stop)) => vec![stop.clone()],
            Some(OneOrMany::Many(stop)) => stop.clone(),
        };
        Ok(Request {
            samples: 0..samples,
            sampling: Sampling {
                repetition_penalty: self.repetition_penalty.unwrap_or(usual.repetition_penalty),
                temperature: self.temperature.unwrap_or(usual.temperature),
                // -1 and 0 are other servers' words for all of them.
                top_k: self.top_k.and_then(|top_k| usize::try_from(top_k).ok()).filter(|top_k| *top_k > 0),
                top_p: self.top_p.unwrap_or(usual.top_p),
                min_p: self.min_p.unwrap_or(usual.min_p),
            },
            seed: self.seed.map_or_else(any_seed, i64::cast_unsigned),
            stop,
            max_tokens,
            log_probabilities,
            ..Request::new(prompt)
        })
    }
}

/// A seed that nobody chose.
fn any_seed() -> u64 {
    RandomState::new().build_hasher().finish()
}
