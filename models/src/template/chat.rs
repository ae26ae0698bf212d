//! One chat template. Owns its rendering; the time is given to it.

use std::fmt::Write;
use std::ops::Range;

use chrono::NaiveDateTime;
use minijinja::value::Serde;
use minijinja::{Environment, Error, ErrorKind, Value, context};
use serde_json::Map;

use super::conversation::{cut, tag};
use super::environment::environment;
use super::{Conversation, Ending, TemplateError, generation};

const NAME: &str = "chat template";

/// A compiled chat template and the special tokens that it may name.
#[derive(Debug, Clone)]
pub struct ChatTemplate {
    environment: Environment<'static>,
    special: Map<String, serde_json::Value>,
    /// Whether it says which part is the assistant's.
    marks: bool,
    digest: blake3::Hash,
}

/// A rendered conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The text.
    pub text: String,
    /// The bytes that the assistant said; nothing where the template does not tell.
    pub assistant: Option<Vec<Range<usize>>>,
}

impl ChatTemplate {
    /// Compiles a template. `special` has the texts of `bos_token`, `eos_token` and their like.
    pub fn compile(source: &str, special: Map<String, serde_json::Value>) -> Result<Self, TemplateError> {
        let rewritten = generation::rewrite(source);
        let mut environment = environment();
        let added = environment.add_template_owned(NAME, rewritten.clone().unwrap_or_else(|| source.to_owned()));
        added.map_err(|error| TemplateError::Syntax(error.to_string()))?;
        let mut hasher = blake3::Hasher::new();
        // The length keeps a template apart from one that goes on where its tokens begin.
        hasher.update(&(source.len() as u64).to_le_bytes()).update(source.as_bytes());
        hasher.update(serde_json::Value::Object(special.clone()).to_string().as_bytes());
        Ok(Self { environment, special, marks: rewritten.is_some(), digest: hasher.finalize() })
    }

    /// Renders a conversation, on the date and time `now`.
    pub fn render(
        &self,
        conversation: &Conversation,
        ending: Ending,
        now: NaiveDateTime,
    ) -> Result<Rendered, TemplateError> {
        let mut messages = conversation.uniform();
        let said = if ending == Ending::Open { Some(tag(&mut messages)?) } else { None };
        let messages = Value::from(Serde(messages));
        if self.marks {
            generation::refuse_marks(&messages.to_string())?;
        }
        let given = context! {
            tools => Serde(&conversation.tools),
            documents => Serde(&conversation.documents),
            add_generation_prompt => ending == Ending::Prompt,
            strftime_now => Value::from_function(move |format: &str| date(now, format)),
            messages,
        };
        let variables = Value::from(Serde(&conversation.variables));
        let context = context! { ..given, ..variables, ..Value::from(Serde(&self.special)) };
        let template = self.environment.get_template(NAME).expect("the template was added when it was compiled");
        let rendered = template.render(context).map_err(|error| TemplateError::of_render(&error))?;
        let (text, assistant) = generation::take_marks(&rendered);
        let text = if let Some(said) = said { cut(&text, &said)? } else { text };
        let clipped = assistant.into_iter().map(|range| range.start.min(text.len())..range.end.min(text.len()));
        let assistant = self.marks.then(|| clipped.collect());
        Ok(Rendered { text, assistant })
    }

    /// Names the template and its special tokens: two of the same digest render the same.
    pub fn digest(&self) -> blake3::Hash {
        self.digest
    }
}

fn date(now: NaiveDateTime, format: &str) -> Result<String, Error> {
    let mut text = String::new();
    match write!(text, "{}", now.format(format)) {
        Ok(()) => Ok(text),
        Err(_) => Err(Error::new(ErrorKind::InvalidOperation, format!("`{format}` is no format of a date"))),
    }
}
