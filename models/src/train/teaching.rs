//! Conversations and prompts with their answers into examples. Owns which part of a rendered text is the assistant's.

use std::ops::Range;

use chrono::NaiveDateTime;
use serde_json::{Map, Value};

use super::Example;
use super::unlearned::tagged;
use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::generate::{Opening, Prompt};
use crate::template::{ChatTemplate, Conversation, Ending, TemplateError, Templates};
use crate::tokenizer::{Encoded, Tokenizer, TokenizerError};

/// How a model's texts are made into examples.
#[derive(Debug, Clone)]
pub struct Teaching {
    tokenizer: Tokenizer,
    templates: Templates,
    now: NaiveDateTime,
    /// What ends a text that no template ends.
    end: Option<u32>,
    /// The names of tags between which nothing is learned.
    unlearned: Vec<String>,
}

/// Whether an answer is all that is to be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// It is: that it ends there is learned too.
    Ended,
    /// More follows, as after a step of reasoning.
    Open,
}

/// A text that is no example.
#[derive(Debug, thiserror::Error)]
pub enum TeachingError {
    /// It cannot be rendered.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// It cannot be made into tokens.
    #[error(transparent)]
    Tokenizer(#[from] TokenizerError),
    /// The assistant's part is not to be told from the others'.
    #[error(
        "the chat template does not tell what the assistant says: it renders message {0} in another way once others \
         follow; put `{{% generation %}}` around the assistant's part of the template"
    )]
    Unmarked(usize),
}

impl Teaching {
    /// That of a checkpoint.
    pub fn open(checkpoint: &Checkpoint) -> Result<Self, CheckpointError> {
        let (tokenizer, templates) = (checkpoint.tokenizer()?, checkpoint.templates()?);
        let end = checkpoint.tokens().end.first().copied();
        Ok(Self { tokenizer, templates, now: Opening::any_day(), end, unlearned: Vec::new() })
    }

    /// The same, but for what the assistant's texts have between tags of these names, tags included: that is read and not
    /// learned. A token that begins before a tag belongs to what is before.
    #[must_use]
    pub fn except(self, tags: &[String]) -> Self {
        Self { unlearned: tags.to_vec(), ..self }
    }

    /// A conversation, of which all that the assistant says is learned: what the template marks, and where it marks
    /// nothing whatever each of the assistant's messages adds to the beginning of one.
    pub fn conversation(&self, conversation: &Conversation) -> Result<Example, TeachingError> {
        let template = self.templates.choose(conversation)?;
        let rendered = template.render(conversation, Ending::Message, self.now)?;
        let ranges = match rendered.assistant {
            Some(ranges) => ranges,
            None => {
                let said = |(_, message): &(usize, &Map<String, Value>)| is_assistant(message);
                let messages = conversation.messages.iter().enumerate().filter(said);
                messages
                    .map(|(index, _)| self.added(template, conversation, index, &rendered.text))
                    .collect::<Result<_, _>>()?
            }
        };
        self.marked(&rendered.text, &ranges)
    }

    /// A prompt, and the answer that is learned.
    pub fn answer(&self, prompt: &Prompt, answer: &str, closing: Closing) -> Result<Example, TeachingError> {
        match (prompt, closing) {
            (Prompt::Chat(conversation, ending), Closing::Ended) => {
                let whole = answered(conversation, *ending, answer);
                let template = self.templates.choose(&whole)?;
                let before = template.render(conversation, *ending, self.now)?.text;
                let text = template.render(&whole, Ending::Message, self.now)?.text;
                let added = after(&text, &before).ok_or(TeachingError::Unmarked(whole.messages.len()))?;
                self.marked(&text, &[added])
            }
            (prompt, closing) => {
                let encoded = self.tokenizer.encode(answer)?;
                let mut learned = vec![true; encoded.ids.len()];
                self.unlearn(&mut learned, &encoded, answer, std::slice::from_ref(&(0..answer.len())));
                let end = self.end.filter(|_| closing == Closing::Ended);
                let answer = encoded.ids.into_iter().chain(end);
                learned.extend(end.map(|_| true));
                Ok(Example::partly(&self.prompt(prompt)?, answer.zip(learned)))
            }
        }
    }

    /// The tokens of a prompt.
    pub fn prompt(&self, prompt: &Prompt) -> Result<Vec<u32>, TeachingError> {
        Ok(match prompt {
            Prompt::Tokens(tokens) => tokens.clone(),
            Prompt::Text(text) => self.tokenizer.encode(text)?.ids,
            Prompt::Chat(conversation, ending) => {
                let template = self.templates.choose(conversation)?;
                self.tokenizer.encode(&template.render(conversation, *ending, self.now)?.text)?.ids
            }
        })
    }

    /// What the assistant's message at `index` adds to the text before it.
    fn added(
        &self,
        template: &ChatTemplate,
        conversation: &Conversation,
        index: usize,
        whole: &str,
    ) -> Result<Range<usize>, TeachingError> {
        let until = |end: usize, ending| {
            let first = Conversation { messages: conversation.messages[..end].to_vec(), ..conversation.clone() };
            template.render(&first, ending, self.now)
        };
        let (before, text) = (until(index, Ending::Prompt)?.text, until(index + 1, Ending::Message)?.text);
        let added = after(&text, &before).filter(|_| whole.starts_with(&text));
        added.ok_or(TeachingError::Unmarked(index + 1))
    }

    fn marked(&self, text: &str, ranges: &[Range<usize>]) -> Result<Example, TeachingError> {
        let encoded = self.tokenizer.encode(text)?;
        let mut learned = encoded.within(ranges);
        self.unlearn(&mut learned, &encoded, text, ranges);
        Ok(Example { learned, tokens: encoded.ids })
    }

    /// Takes out of what is learned of a text what its ranges have between tags.
    fn unlearn(&self, learned: &mut [bool], encoded: &Encoded, text: &str, ranges: &[Range<usize>]) {
        let within = |range: &Range<usize>| {
            let begin = range.start;
            tagged(&text[range.clone()], &self.unlearned)
                .into_iter()
                .map(move |part| begin + part.start..begin + part.end)
        };
        let parts: Vec<Range<usize>> = ranges.iter().flat_map(within).collect();
        for (learned, is_part) in learned.iter_mut().zip(encoded.beginning_within(&parts)) {
            *learned &= !is_part;
        }
    }
}

/// What a text has after its beginning, but for white space at its end: what a template puts behind the token that ends a
/// message is never generated.
fn after(text: &str, before: &str) -> Option<Range<usize>> {
    text.starts_with(before).then(|| before.len()..text.trim_end().len().max(before.len()))
}

fn is_assistant(message: &Map<String, Value>) -> bool {
    message.get("role").and_then(Value::as_str) == Some("assistant")
}

/// A conversation with its answer.
fn answered(conversation: &Conversation, ending: Ending, answer: &str) -> Conversation {
    let mut whole = conversation.clone();
    match whole.messages.last_mut().filter(|_| ending == Ending::Open) {
        Some(last) => {
            let begun = last.get("content").and_then(Value::as_str).unwrap_or_default();
            let content = format!("{begun}{answer}");
            last.insert("content".to_owned(), content.into());
        }
        None => whole.messages.extend(Conversation::of([("assistant", answer)]).messages),
    }
    whole
}
