//! Chat templates: conversations into the text that a model was trained on. Owns what Hugging Face adds to Jinja; knows
//! nothing of tokens, and not what time it is.

mod chat;
mod conversation;
mod environment;
mod error;
mod folder;
mod generation;
mod json;
mod methods;

pub use chat::{ChatTemplate, Rendered};
pub use conversation::{Conversation, Ending};
pub use error::TemplateError;
pub use folder::Templates;
