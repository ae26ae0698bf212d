//! Answers as JSON.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use models::generate::{Completion, Finish, Usage};
use models::tokenizer::Tokenizer;
use serde_json::{Value, json};

/// Which part of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// `chat/completions`.
    Chat,
    /// `completions`.
    Completions,
}

/// What all objects of one answer have in common.
#[derive(Clone, Debug)]
pub struct Envelope {
    part: Part,
    id: String,
    created: u64,
    model: String,
}

impl Envelope {
    /// Of an answer that is about to be given.
    pub fn new(part: Part, model: &str) -> Self {
        static ANSWERS: AtomicU64 = AtomicU64::new(0);
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let prefix = if part == Part::Chat { "chatcmpl" } else { "cmpl" };
        let number = ANSWERS.fetch_add(1, Ordering::Relaxed);
        let id = format!("{prefix}-{:x}-{number}", since.as_micros());
        Self { part, id, created: since.as_secs(), model: model.to_owned() }
    }

    /// A whole answer.
    pub fn whole(&self, completions: &[Completion], tokenizer: &Tokenizer) -> Value {
        let choices = completions.iter().enumerate().map(|(index, completion)| {
            let mut choice = json!({
                "index": index,
                "finish_reason": reason(&completion.finish),
                "stop_reason": stopped(&completion.finish),
                "logprobs": log_probabilities(self.part, completion, tokenizer),
            });
            match self.part {
                Part::Chat => choice["message"] = json!({"role": "assistant", "content": completion.text}),
                Part::Completions => choice["text"] = json!(completion.text),
            }
            choice
        });
        let object = if self.part == Part::Chat { "chat.completion" } else { "text_completion" };
        let mut whole = self.object(object, choices.collect());
        whole["usage"] = usage(completions);
        whole
    }

    /// A piece of one sample's text.
    pub fn piece(&self, index: u64, text: &str, first: bool) -> Value {
        let choice = match self.part {
            Part::Chat if first => {
                json!({"index": index, "delta": {"role": "assistant", "content": text}, "finish_reason": null})
            }
            Part::Chat => json!({"index": index, "delta": {"content": text}, "finish_reason": null}),
            Part::Completions => json!({"index": index, "text": text, "finish_reason": null}),
        };
        self.object(self.piece_name(), vec![choice])
    }

    /// The end of one sample.
    pub fn end(&self, index: u64, completion: &Completion) -> Value {
        let (finish, stop) = (reason(&completion.finish), stopped(&completion.finish));
        let mut choice = json!({"index": index, "finish_reason": finish, "stop_reason": stop});
        match self.part {
            Part::Chat => choice["delta"] = json!({}),
            Part::Completions => choice["text"] = json!(""),
        }
        self.object(self.piece_name(), vec![choice])
    }

    /// What an answer in pieces took.
    pub fn used(&self, completions: &[Completion]) -> Value {
        let mut used = self.object(self.piece_name(), Vec::new());
        used["usage"] = usage(completions);
        used
    }

    fn piece_name(&self) -> &'static str {
        if self.part == Part::Chat { "chat.completion.chunk" } else { "text_completion" }
    }

    fn object(&self, name: &str, choices: Vec<Value>) -> Value {
        json!({"id": self.id, "object": name, "created": self.created, "model": self.model, "choices": choices})
    }
}

fn reason(finish: &Finish) -> &'static str {
    match finish {
        Finish::End | Finish::Stop(_) => "stop",
        Finish::Length => "length",
        Finish::Refused(_) => "content_filter",
    }
}

/// The text that ended a completion: a field of vLLM's.
fn stopped(finish: &Finish) -> Option<&str> {
    match finish {
        Finish::Stop(stop) => stop.as_deref(),
        _ => None,
    }
}

fn usage(completions: &[Completion]) -> Value {
    let sum = |part: fn(&Usage) -> u64| completions.iter().map(|completion| part(&completion.usage)).sum::<u64>();
    let (prompt, completion) = (sum(|usage| usage.prompt), sum(|usage| usage.completion));
    json!({
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": sum(|usage| usage.cached)},
    })
}

fn log_probabilities(part: Part, completion: &Completion, tokenizer: &Tokenizer) -> Value {
    let (Some(tokens), Some(likely)) = (&completion.tokens, &completion.log_probabilities) else { return Value::Null };
    let texts: Vec<String> = tokens.iter().map(|id| tokenizer.decode_all(&[*id]).unwrap_or_default()).collect();
    match part {
        Part::Chat => {
            let each = texts.iter().zip(likely).map(|(text, likely)| {
                json!({"token": text, "logprob": likely, "bytes": text.as_bytes(), "top_logprobs": []})
            });
            json!({"content": each.collect::<Vec<_>>()})
        }
        Part::Completions => json!({"tokens": texts, "token_logprobs": likely}),
    }
}
