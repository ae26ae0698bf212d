//! What a model is asked. Owns what changes an answer, apart from the model itself.

use std::ops::Range;

use super::{GenerateError, Processors, Watch};
use crate::template::{Conversation, Ending};

/// A prompt, and how it is to go on.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// What comes before.
    pub prompt: Prompt,
    /// Which samples of it: each has a number of its own, and the same number is the same sample, whatever else is
    /// asked for with it.
    pub samples: Range<u64>,
    /// How tokens are drawn.
    pub sampling: Sampling,
    /// What the draws begin with, together with a sample's number.
    pub seed: u64,
    /// Texts that end a completion, and do not stand in it.
    pub stop: Vec<String>,
    /// How many tokens a completion has at most; nothing where only the model's context ends it.
    pub max_tokens: Option<usize>,
    /// Whether to tell how likely each token was.
    pub log_probabilities: bool,
    /// What else changes the logits; only a model that runs here can be asked for it.
    pub processors: Processors,
    /// Who is told of tokens while they are drawn; only a model that runs here tells.
    pub watch: Watch,
}

/// What comes before a completion.
#[derive(Debug, Clone, PartialEq)]
pub enum Prompt {
    /// A conversation, which the model's own template makes a text of.
    Chat(Conversation, Ending),
    /// A text as it is; special tokens that it spells out are special tokens.
    Text(String),
    /// Tokens as they are.
    Tokens(Vec<u32>),
}

/// How a token is drawn from the logits, in the order of the fields; processors come after the first.
#[derive(Debug, Clone, PartialEq)]
pub struct Sampling {
    /// Divides the logits of tokens that occurred before where they are positive, and multiplies them where they are
    /// negative, <https://arxiv.org/abs/1909.05858>; 1 does nothing.
    pub repetition_penalty: f32,
    /// Divides the logits; 0 takes the likeliest token, the first of equals.
    pub temperature: f32,
    /// How many of the likeliest tokens remain; nothing for all.
    pub top_k: Option<usize>,
    /// The likeliest tokens remain whose probabilities together reach this, <https://arxiv.org/abs/1904.09751>.
    pub top_p: f32,
    /// Tokens remain that are at least this often as likely as the likeliest, <https://arxiv.org/abs/2407.01082>.
    pub min_p: f32,
}

impl Default for Sampling {
    /// Draws from the model's own distribution.
    fn default() -> Self {
        Self { repetition_penalty: 1.0, temperature: 1.0, top_k: None, top_p: 1.0, min_p: 0.0 }
    }
}

impl Sampling {
    /// Refuses numbers that mean nothing.
    pub fn check(&self) -> Result<(), GenerateError> {
        let share = 0.0..=1.0;
        let positive = |number: f32| number > 0.0 && number.is_finite();
        let faults = [
            ("repetition_penalty", self.repetition_penalty, positive(self.repetition_penalty), "a positive number"),
            (
                "temperature",
                self.temperature,
                self.temperature == 0.0 || positive(self.temperature),
                "no negative number",
            ),
            ("top_p", self.top_p, share.contains(&self.top_p), "from 0 to 1"),
            ("min_p", self.min_p, share.contains(&self.min_p), "from 0 to 1"),
        ];
        match faults.into_iter().find(|(_, _, fits, _)| !fits) {
            Some((name, number, _, range)) => {
                Err(GenerateError::Request(format!("`{name}` is {number}, but it must be {range}")))
            }
            None if self.top_k == Some(0) => {
                Err(GenerateError::Request("`top_k` is 0; leave it out, so that all tokens remain".to_owned()))
            }
            None => Ok(()),
        }
    }
}

impl Request {
    /// One sample of a prompt, from the model's own distribution, as long as the model wants.
    pub fn new(prompt: Prompt) -> Self {
        Self {
            prompt,
            samples: 0..1,
            sampling: Sampling::default(),
            seed: 0,
            stop: Vec::new(),
            max_tokens: None,
            log_probabilities: false,
            processors: Processors::default(),
            watch: Watch::default(),
        }
    }
}
