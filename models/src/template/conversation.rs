//! What a template is given. Owns how messages are made uniform before a template sees them, and how the last one is
//! left open.

use serde_json::{Map, Value};

use super::TemplateError;

/// What is appended to the message that is to be continued, to find its end again.
const TAG: &str = "CONTINUE_FINAL_MESSAGE_TAG ";

/// The names under which a message's reasoning is passed; the first is the one that templates read.
const REASONING: [&str; 3] = ["reasoning_content", "thinking", "reasoning"];

/// A conversation, and all else that a template may look at.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Conversation {
    /// The messages, each with a `role` and whatever else the template reads.
    pub messages: Vec<Map<String, Value>>,
    /// JSON Schemas of the tools that the assistant may call.
    pub tools: Option<Vec<Value>>,
    /// Documents that the assistant may draw on.
    pub documents: Option<Vec<Value>>,
    /// What this template in particular reads, such as `enable_thinking`.
    pub variables: Map<String, Value>,
}

/// How the rendered text ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// With the last message.
    Message,
    /// With the beginning of the assistant's next one.
    Prompt,
    /// Within the last message, which is to be continued.
    Open,
}

impl Conversation {
    /// A conversation of plain messages: role and content.
    pub fn of<'a>(messages: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let message = |(role, content): (&str, &str)| {
            Map::from_iter([("role".to_owned(), role.into()), ("content".to_owned(), content.into())])
        };
        Self { messages: messages.into_iter().map(message).collect(), ..Self::default() }
    }

    /// The messages as a template sees them: without fields that are null, and with reasoning under every name.
    pub(super) fn uniform(&self) -> Vec<Map<String, Value>> {
        self.messages.iter().map(uniform).collect()
    }
}

fn uniform(message: &Map<String, Value>) -> Map<String, Value> {
    let present = message.iter().filter(|(_, value)| !value.is_null());
    let mut message: Map<_, _> = present.map(|(name, value)| (name.clone(), value.clone())).collect();
    if let Some(reasoning) = REASONING.iter().find_map(|name| message.get(*name)).cloned() {
        message.entry("thinking").or_insert(reasoning.clone());
        message.insert("reasoning_content".to_owned(), reasoning);
    }
    message
}

/// Tags the end of the last message; gives what it said.
pub(super) fn tag(messages: &mut [Map<String, Value>]) -> Result<String, TemplateError> {
    let last = messages.last_mut().ok_or(TemplateError::Continue("there is none"))?;
    let text = match last.get_mut("content") {
        Some(Value::String(text)) => text,
        Some(Value::Array(blocks)) => {
            let text = blocks.iter_mut().rev().find_map(|block| block.get_mut("text"));
            match text {
                Some(Value::String(text)) => text,
                _ => return Err(TemplateError::Continue("its content has no text")),
            }
        }
        _ => return Err(TemplateError::Continue("it has no content")),
    };
    let said = text.clone();
    text.push_str(TAG);
    Ok(said)
}

/// The rendered text up to where the tagged message ended.
pub(super) fn cut(rendered: &str, said: &str) -> Result<String, TemplateError> {
    let place = rendered.rfind(TAG.trim_end()).filter(|_| rendered.contains(said.trim()));
    let place = place.ok_or(TemplateError::Continue("the template leaves parts of it out"))?;
    let kept = &rendered[..place];
    // A template that trims the message has trimmed the tag's space too, and would have trimmed the message's own.
    Ok(if rendered[place..].starts_with(TAG) { kept } else { kept.trim_end() }.to_owned())
}
