//! An answer as it is kept. Owns its bytes, which stay readable when [`Completion`] changes: they were paid for.

use serde::{Deserialize, Serialize};

use crate::generate::{Completion, Finish, Usage};

#[derive(Serialize, Deserialize)]
struct Kept {
    text: String,
    tokens: Option<Vec<u32>>,
    /// `serde_json` writes the shortest notation that reads back as the same number.
    log_probabilities: Option<Vec<f32>>,
    finish: KeptFinish,
    /// Of the prompt, of it cached, of the completion.
    usage: [u64; 3],
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KeptFinish {
    End,
    Stop(Option<String>),
    Length,
    Refused(String),
}

/// The bytes of an answer.
pub(super) fn write(completion: &Completion) -> Vec<u8> {
    let Completion { text, tokens, log_probabilities, finish, usage } = completion.clone();
    let finish = match finish {
        Finish::End => KeptFinish::End,
        Finish::Stop(text) => KeptFinish::Stop(text),
        Finish::Length => KeptFinish::Length,
        Finish::Refused(word) => KeptFinish::Refused(word),
    };
    let usage = [usage.prompt, usage.cached, usage.completion];
    let kept = Kept { text, tokens, log_probabilities, finish, usage };
    serde_json::to_vec(&kept).expect("texts and finite numbers are always JSON")
}

/// The answer that the bytes are; nothing where they are none, so that it is asked for again.
pub(super) fn read(bytes: &[u8]) -> Option<Completion> {
    let Kept { text, tokens, log_probabilities, finish, usage } = serde_json::from_slice(bytes).ok()?;
    let finish = match finish {
        KeptFinish::End => Finish::End,
        KeptFinish::Stop(text) => Finish::Stop(text),
        KeptFinish::Length => Finish::Length,
        KeptFinish::Refused(word) => Finish::Refused(word),
    };
    let [prompt, cached, completion] = usage;
    let usage = Usage { prompt, cached, completion };
    Some(Completion { text, tokens, log_probabilities, finish, usage })
}
