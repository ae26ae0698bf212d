//! What can go wrong with a template. Owns the words, and which fault is the template's own.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;

/// A template that could not be found, read or rendered.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// A file could not be read.
    #[error("failed to read `{path}`: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file is not what it should be.
    #[error("failed to read a chat template from `{path}`: {reason}")]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// There is no template of this name.
    #[error("the chat template `{wanted}` is missing, {has}; add `chat_template.jinja`")]
    Absent {
        /// The name.
        wanted: String,
        /// Which there are.
        has: String,
    },
    /// The template's own grammar.
    #[error("failed to parse the chat template: {0}")]
    Syntax(String),
    /// The template refused the conversation.
    #[error("the chat template refuses the conversation: {0}")]
    Raised(String),
    /// The template could not be carried out.
    #[error("failed to render the chat template: {0}")]
    Render(String),
    /// The conversation cannot be continued.
    #[error("the last message cannot be continued: {0}")]
    Continue(&'static str),
    /// A text contains what marks the assistant's part.
    #[error("the conversation contains U+{0:04X}, which is no character and is used as a mark here; remove it")]
    Mark(u32),
}

/// What `raise_exception` was called with.
#[derive(Debug)]
pub(super) struct Raised(pub(super) String);

impl fmt::Display for Raised {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Error for Raised {}

impl TemplateError {
    /// The fault of a rendering, told apart by what is behind it.
    pub(super) fn of_render(error: &minijinja::Error) -> Self {
        let mut behind: Option<&(dyn Error + 'static)> = Some(error);
        while let Some(fault) = behind {
            if let Some(Raised(message)) = fault.downcast_ref() {
                return Self::Raised(message.clone());
            }
            behind = fault.source();
        }
        Self::Render(error.to_string())
    }
}
