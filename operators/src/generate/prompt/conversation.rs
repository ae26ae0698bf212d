//! A prompt with what stands around it: a system's message, examples, the beginning of the answer.

use arrow::datatypes::Schema;
use engine::operator::{Complaint, Fault};
use engine::row::{Cell, Row};
use models::generate::Prompt;
use models::template::{Conversation, Ending};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Wording;
use super::wording::PARAMETER;
use crate::generate::Format;
use crate::jinja::Template;

/// An exchange that shows how it is done (few-shot).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// What was asked.
    pub user: String,
    /// What was answered.
    pub assistant: String,
}

/// What every row is asked by.
#[derive(Clone)]
pub(crate) struct Asking {
    prompt: Template,
    /// What is said behind the prompt, where it does not say it itself.
    behind: Option<String>,
    system: Option<String>,
    examples: Vec<Example>,
    prefill: String,
}

/// What one row is asked.
pub(crate) struct Asked {
    /// The prompt itself.
    pub(crate) text: String,
    /// It as a conversation, without the answer.
    messages: Vec<(&'static str, String)>,
}

/// The name under which a prompt says itself how it is to be answered.
const ANSWER_FORMAT: &str = "answer_format";

impl Asking {
    /// Asks with a whole conversation that stands in the row, or with one text.
    pub(crate) fn said(messages: &[(String, String)], format: Format) -> Prompt {
        match format {
            Format::Text => Prompt::Text(messages.iter().map(|(_, content)| content.as_str()).collect()),
            Format::Chat => {
                let said = messages.iter().map(|(role, content)| (role.as_str(), content.as_str()));
                Prompt::Chat(Conversation::of(said), Ending::Prompt)
            }
        }
    }

    /// Faults of the prompt over rows with these columns.
    pub(crate) fn check(prompt: &str, schema: Option<&Schema>, answer_format: Option<&str>) -> Vec<Complaint> {
        match Wording::of(prompt) {
            Ok(wording) => Template::check(wording.text, given(answer_format), &[PARAMETER], schema),
            Err(complaint) => vec![*complaint],
        }
    }

    /// Asks by a prompt alone. Where `answer_format` is given, it stands behind the prompt, or where the prompt has
    /// `{{ answer_format }}`.
    pub(crate) fn new(prompt: &str, answer_format: Option<&str>) -> Result<Self, Fault> {
        let wording = Wording::of(prompt).map_err(|complaint| Fault::node(complaint.message))?;
        let prompt =
            Template::new(wording.text, given(answer_format)).map_err(|error| Fault::node(error.to_string()))?;
        let behind = answer_format.filter(|_| !prompt.has(ANSWER_FORMAT)).map(str::to_owned);
        Ok(Self { prompt, behind, system: None, examples: Vec::new(), prefill: String::new() })
    }

    /// With what stands around the prompt.
    pub(crate) fn around(mut self, system: Option<&str>, examples: &[Example], prefill: Option<&str>) -> Self {
        self.system = system.map(str::to_owned);
        self.examples = examples.to_vec();
        self.prefill = prefill.unwrap_or_default().to_owned();
        self
    }

    /// What a row is asked.
    pub(crate) fn of(&self, row: &Row) -> Result<Asked, Fault> {
        let mut text = self.prompt.render(row)?;
        if let Some(behind) = &self.behind {
            text = format!("{}\n\n{behind}", text.trim_end());
        }
        let mut messages: Vec<_> = self.system.iter().map(|system| ("system", system.clone())).collect();
        for Example { user, assistant } in &self.examples {
            messages.extend([("user", user.clone()), ("assistant", assistant.clone())]);
        }
        messages.push(("user", text.clone()));
        Ok(Asked { text, messages })
    }

    /// What an answer begins with that the model did not write.
    pub(crate) fn prefill(&self) -> &str {
        &self.prefill
    }

    /// What the model is asked, spoken to in this way.
    pub(crate) fn prompt(&self, asked: &Asked, format: Format) -> Prompt {
        asked.begun(format, &self.prefill)
    }

    /// The conversation for the model's own template.
    pub(crate) fn chat(&self, asked: &Asked) -> Prompt {
        self.prompt(asked, Format::Chat)
    }
}

impl Asked {
    /// What the model is asked, spoken to in this way, where its answer begins like this.
    pub(crate) fn begun(&self, format: Format, answer: &str) -> Prompt {
        let said = self.said();
        match format {
            // For models that know no conversations: what would be the messages, one behind the other.
            Format::Text => Prompt::Text(said.map(|(_, content)| content).chain([answer]).collect()),
            Format::Chat if answer.is_empty() => Prompt::Chat(Conversation::of(said), Ending::Prompt),
            Format::Chat => Prompt::Chat(Conversation::of(said.chain([("assistant", answer)])), Ending::Open),
        }
    }

    /// Role and content of each message, without the answer.
    pub(crate) fn said(&self) -> impl Iterator<Item = (&str, &str)> {
        self.messages.iter().map(|(role, content)| (*role, content.as_str()))
    }

    /// The conversation with its answer, as the column `messages` has it.
    pub(crate) fn messages(&self, answer: &str) -> Cell {
        let message =
            |(role, content): (&str, &str)| Cell::structure([("role", role.into()), ("content", content.into())]);
        Cell::List(self.said().chain([("assistant", answer)]).map(message).collect())
    }
}

fn given(answer_format: Option<&str>) -> Vec<(&'static str, String)> {
    answer_format.map(|format| (ANSWER_FORMAT, format.to_owned())).into_iter().collect()
}
