//! One question to an endpoint, for any of its samples. Owns what an answer is remembered by, and which seed the server
//! is given; the names of fields are the body's.

use super::Settings;
use super::body::Body;
use super::extra::sends;
use crate::generate::{GenerateError, Prompt, Request};
use crate::template::{Conversation, Ending};

/// What is asked, but for which samples of it.
pub(super) struct Question {
    /// The part of the interface that answers it.
    pub(super) path: [&'static str; 2],
    /// The body, without the samples' number and their seed.
    body: String,
    seed: Option<u64>,
    /// What stands for it in a sample's key.
    digest: blake3::Hash,
}

impl Question {
    /// # Errors
    /// [`GenerateError::Request`] for what no endpoint can be asked.
    pub(super) fn of(settings: &Settings, request: &Request) -> Result<Self, GenerateError> {
        if !request.processors.is_empty() {
            let reason = "an endpoint shows no logits, so nothing can change them: use a model that runs here";
            return Err(GenerateError::Request(reason.to_owned()));
        }
        let path = match &request.prompt {
            Prompt::Chat(conversation, ending) => {
                refuse(conversation, *ending)?;
                ["chat", "completions"]
            }
            Prompt::Text(_) | Prompt::Tokens(_) => ["", "completions"],
        };
        let body = serde_json::to_string(&Body { settings, request })
            .map_err(|fault| GenerateError::Request(format!("failed to write the request as JSON: {fault}")))?;
        let mut hasher = blake3::Hasher::new();
        // The version is raised when the same body would be answered by something else here.
        hasher.update(b"millrace endpoint 1\0").update(path[0].as_bytes());
        let revision = settings.revision.as_deref().unwrap_or_default();
        // Lengths keep texts apart that would be the same one after the other.
        hasher.update(&(revision.len() as u64).to_le_bytes()).update(revision.as_bytes());
        hasher.update(&request.seed.to_le_bytes()).update(body.as_bytes());
        let seed = sends(&settings.extra, "seed").then_some(request.seed);
        Ok(Self { path, body, seed, digest: hasher.finalize() })
    }

    /// What an answer is remembered by: everything that was asked, and the sample's number. Neither the address nor the
    /// key, nor how many samples were asked for together.
    pub(super) fn key(&self, sample: u64) -> [u8; 32] {
        *blake3::Hasher::new().update(self.digest.as_bytes()).update(&sample.to_le_bytes()).finalize().as_bytes()
    }

    /// The body that asks for these samples at once.
    pub(super) fn body(&self, samples: &[u64]) -> String {
        let mut body = self.body.clone();
        body.pop();
        if samples.len() > 1 {
            body.push_str(&format!(",\"n\":{}", samples.len()));
        }
        if let (Some(seed), Some(first)) = (self.seed, samples.first()) {
            body.push_str(&format!(",\"seed\":{}", seed_of(seed, *first)));
        }
        body.push('}');
        body
    }
}

/// The seed of samples that are drawn together, by the first of them. 31 bits are what every server takes.
fn seed_of(seed: u64, first: u64) -> u32 {
    let mixed = *blake3::Hasher::new().update(&seed.to_le_bytes()).update(&first.to_le_bytes()).finalize().as_bytes();
    u32::from_le_bytes([mixed[0], mixed[1], mixed[2], mixed[3]]) >> 1
}

fn refuse(conversation: &Conversation, ending: Ending) -> Result<(), GenerateError> {
    let reason = if ending == Ending::Message {
        "an endpoint answers a conversation or continues its last message, and can do nothing with one that has ended"
    } else if conversation.tools.is_some() {
        "an endpoint is not asked with tools: their calls are no text"
    } else if conversation.messages.is_empty() {
        "a conversation without messages has no answer"
    } else {
        return Ok(());
    };
    Err(GenerateError::Request(reason.to_owned()))
}
