//! One sample of an answer. Owns what is its text.
//!
//! A server that tells reasoning apart (`reasoning_content`, `reasoning`) has cut it out of the text between `<think>`
//! and `</think>`. It is put back there, without a character more: what a model said is then the same text whether it
//! runs here or behind such a server, and whoever reads it needs to know one form. Reasoning that was cut off by the
//! limit of tokens stays open.

use super::super::failure::Failure;
use super::finish;
use super::shape::{Choice, LogProbabilities, Message};
use crate::generate::{Completion, Finish, GenerateError, Request, Usage};

/// Reads a choice, but for what it took.
pub(super) fn read(choice: Choice, request: &Request) -> Result<Completion, Failure> {
    let mut finish = finish::read(&choice, request)?;
    let text = match (choice.message, choice.text) {
        (Some(Message { refusal: Some(refusal), content: None, .. }), _) => {
            finish = Finish::Refused("refusal".to_owned());
            refusal
        }
        (Some(message), _) => said(message, finish == Finish::Length),
        (None, Some(text)) => text,
        (None, None) => {
            let words = "an answer that cannot be read, a choice has neither `message` nor `text`";
            return Err(Failure::broken(words.to_owned()));
        }
    };
    let (text, finish) = cut(text, finish, &request.stop);
    let log_probabilities = match request.log_probabilities {
        true => Some(log_probabilities(choice.logprobs, &text)?),
        false => None,
    };
    Ok(Completion { text, tokens: choice.token_ids, log_probabilities, finish, usage: Usage::default() })
}

fn said(message: Message, cut: bool) -> String {
    let content = message.content.unwrap_or_default();
    match message.reasoning_content.or(message.reasoning).filter(|reasoning| !reasoning.is_empty()) {
        Some(reasoning) if cut && content.is_empty() => format!("<think>{reasoning}"),
        Some(reasoning) => format!("<think>{reasoning}</think>{content}"),
        None => content,
    }
}

/// The text without the one that ended it, which some servers leave there, with what its last token has after it.
fn cut(mut text: String, finish: Finish, stop: &[String]) -> (String, Finish) {
    let found = stop.iter().filter_map(|stop| text.find(stop.as_str()).map(|place| (place, stop)));
    match found.min_by_key(|(place, _)| *place) {
        Some((place, stop)) => {
            text.truncate(place);
            (text, Finish::Stop(Some(stop.clone())))
        }
        None => (text, finish),
    }
}

fn log_probabilities(told: Option<LogProbabilities>, text: &str) -> Result<Vec<f32>, Failure> {
    let LogProbabilities { content, token_logprobs } =
        told.unwrap_or(LogProbabilities { content: None, token_logprobs: None });
    let content = content.map(|tokens| tokens.into_iter().map(|token| token.logprob).collect());
    match content.or(token_logprobs) {
        // A probability of 0 is the lowest number to some servers, of whichever width.
        Some(all) => Ok(all.into_iter().map(|one: f64| (one as f32).max(f32::MIN)).collect()),
        None if text.is_empty() => Ok(Vec::new()),
        None => Err(Failure::Never(GenerateError::Fatal(
            "the endpoint was asked for log-probabilities and tells none: choose a server that does, or do without"
                .to_owned(),
        ))),
    }
}
