//! Which decoder a checkpoint is. Owns the names that Hugging Face gives to architectures.

use serde_json::Value;

use super::ConfigError;
use super::fields::Fields;

/// A decoder and what stands on top of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Architecture {
    /// The decoder.
    pub family: Family,
    /// What its last hidden states are made into.
    pub head: Head,
}

/// Decoders that differ in more than their sizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Qwen2 and Qwen2.5, Coder and Math included: biased queries, keys and values.
    Qwen2,
    /// Qwen3: queries and keys are normalised for each head.
    Qwen3,
    /// Llama 2 and 3, and what is built like them.
    Llama,
}

/// What a decoder's last hidden states are made into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Head {
    /// A logit for each word of the vocabulary: `...ForCausalLM`.
    Language,
    /// One number for a whole text: `...ForSequenceClassification` with one label.
    Reward,
}

const FAMILIES: [(Family, &str, &str); 3] =
    [(Family::Qwen2, "qwen2", "Qwen2"), (Family::Qwen3, "qwen3", "Qwen3"), (Family::Llama, "llama", "Llama")];

const HEADS: [(Head, &str); 2] = [(Head::Language, "ForCausalLM"), (Head::Reward, "ForSequenceClassification")];

impl Architecture {
    /// The name in `architectures`.
    pub fn name(self) -> String {
        let (_, _, family) = self.family.entry();
        let (_, head) = HEADS.iter().find(|(head, _)| *head == self.head).expect("every head is listed");
        format!("{family}{head}")
    }

    pub(super) fn read(fields: Fields<'_>) -> Result<Self, ConfigError> {
        let kind = fields.text("model_type")?;
        let named = match fields.present("architectures") {
            None => None,
            Some(Value::Array(names)) => names.first().and_then(Value::as_str),
            Some(other) => return Err(fields.invalid("architectures", other, "a list of names")),
        };
        let architecture = match (named, kind) {
            (Some(name), _) => Self::all().find(|known| known.name() == name).ok_or_else(|| unknown(name))?,
            // A configuration for a model that has yet to be made needs no class, and language is what it is for.
            (None, Some(kind)) => Self { family: Family::of_kind(kind)?, head: Head::Language },
            (None, None) => return Err(ConfigError::Missing("architectures")),
        };
        match kind {
            Some(kind) if Family::of_kind(kind)? != architecture.family => Err(ConfigError::Contradiction(format!(
                "`architectures` names {}, but `model_type` is `{kind}`",
                architecture.name()
            ))),
            _ => Ok(architecture),
        }
    }

    fn all() -> impl Iterator<Item = Self> {
        FAMILIES.iter().flat_map(|(family, _, _)| HEADS.iter().map(|(head, _)| Self { family: *family, head: *head }))
    }
}

impl Family {
    /// The name in `model_type`.
    pub fn kind(self) -> &'static str {
        self.entry().1
    }

    fn of_kind(kind: &str) -> Result<Self, ConfigError> {
        FAMILIES.iter().find(|(_, own, _)| *own == kind).map(|(family, _, _)| *family).ok_or_else(|| unknown(kind))
    }

    fn entry(self) -> (Self, &'static str, &'static str) {
        *FAMILIES.iter().find(|(family, _, _)| *family == self).expect("every family is listed")
    }
}

fn unknown(name: &str) -> ConfigError {
    let supported: Vec<_> = Architecture::all().map(Architecture::name).collect();
    ConfigError::Architecture(name.to_owned(), supported.join(", "))
}
