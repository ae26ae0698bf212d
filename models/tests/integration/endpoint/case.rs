//! Requests and completions as the cases write them.

use models::generate::{Completion, Finish, Prompt, Request, Sampling, Usage};
use models::template::{Conversation, Ending};
use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestCase {
    chat: Option<Vec<(String, String)>>,
    ending: Option<String>,
    #[serde(default)]
    variables: Map<String, Value>,
    documents: Option<Vec<Value>>,
    text: Option<String>,
    tokens: Option<Vec<u32>>,
    #[serde(default)]
    sampling: Map<String, Value>,
    #[serde(default)]
    stop: Vec<String>,
    max_tokens: Option<usize>,
    #[serde(default)]
    log_probabilities: bool,
    samples: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompletionCase {
    text: String,
    tokens: Option<Vec<u32>>,
    log_probabilities: Option<Vec<f32>>,
    finish: FinishCase,
    usage: [u64; 3],
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FinishCase {
    End,
    Stop(Option<String>),
    Length,
    Refused(String),
}

impl RequestCase {
    pub fn request(&self) -> Request {
        let prompt = match (&self.chat, &self.text, &self.tokens) {
            (Some(messages), ..) => {
                let messages = messages.iter().map(|(role, content)| (role.as_str(), content.as_str()));
                let ending = if self.ending.as_deref() == Some("open") { Ending::Open } else { Ending::Prompt };
                let conversation = Conversation {
                    variables: self.variables.clone(),
                    documents: self.documents.clone(),
                    ..Conversation::of(messages)
                };
                Prompt::Chat(conversation, ending)
            }
            (_, Some(text), _) => Prompt::Text(text.clone()),
            (_, _, Some(tokens)) => Prompt::Tokens(tokens.clone()),
            _ => panic!("a case without a prompt"),
        };
        Request {
            samples: 0..self.samples.unwrap_or(1),
            sampling: self.sampling(),
            stop: self.stop.clone(),
            max_tokens: self.max_tokens,
            log_probabilities: self.log_probabilities,
            ..Request::new(prompt)
        }
    }

    fn sampling(&self) -> Sampling {
        let number = |name: &str, default: f32| self.sampling.get(name).map_or(default, float);
        Sampling {
            repetition_penalty: number("repetition_penalty", 1.0),
            temperature: number("temperature", 1.0),
            top_k: self.sampling.get("top_k").map(|value| usize::try_from(value.as_u64().unwrap()).unwrap()),
            top_p: number("top_p", 1.0),
            min_p: number("min_p", 0.0),
        }
    }
}

/// The number nearest to what is written, without a detour.
fn float(value: &Value) -> f32 {
    value.to_string().parse().unwrap()
}

impl From<CompletionCase> for Completion {
    fn from(case: CompletionCase) -> Self {
        let finish = match case.finish {
            FinishCase::End => Finish::End,
            FinishCase::Stop(text) => Finish::Stop(text),
            FinishCase::Length => Finish::Length,
            FinishCase::Refused(word) => Finish::Refused(word),
        };
        let [prompt, cached, completion] = case.usage;
        let usage = Usage { prompt, cached, completion };
        Self { text: case.text, tokens: case.tokens, log_probabilities: case.log_probabilities, finish, usage }
    }
}

/// A text to be continued.
pub fn text(text: &str) -> Request {
    Request::new(Prompt::Text(text.to_owned()))
}

/// So many samples of a text's continuation.
pub fn samples(text: &str, samples: std::ops::Range<u64>) -> Request {
    Request { samples, ..self::text(text) }
}
