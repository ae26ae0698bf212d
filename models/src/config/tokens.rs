//! The ids that mean something to a model. Owns their three notations.

use serde_json::{Map, Value};

use super::ConfigError;
use super::fields::Fields;

/// Ids with a meaning of their own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SpecialTokens {
    /// What a text begins with.
    pub begin: Option<u32>,
    /// What ends a text; any of them.
    pub end: Vec<u32>,
    /// What fills a batch up.
    pub padding: Option<u32>,
}

impl SpecialTokens {
    /// Reads the ids of a `generation_config.json`.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let object: Map<String, Value> = serde_json::from_str(text)?;
        Self::read(Fields::top(&object))
    }

    /// These, and the others' where there are none.
    pub fn or(self, others: &Self) -> Self {
        Self {
            begin: self.begin.or(others.begin),
            end: if self.end.is_empty() { others.end.clone() } else { self.end },
            padding: self.padding.or(others.padding),
        }
    }

    pub(crate) fn read(fields: Fields<'_>) -> Result<Self, ConfigError> {
        Ok(Self {
            begin: ids(fields, "bos_token_id")?.first().copied(),
            end: ids(fields, "eos_token_id")?,
            padding: ids(fields, "pad_token_id")?.first().copied(),
        })
    }
}

/// One id, a list of them, or none; a negative one stands for none, as in some checkpoints of Llama 2.
fn ids(fields: Fields<'_>, name: &'static str) -> Result<Vec<u32>, ConfigError> {
    let Some(value) = fields.present(name) else { return Ok(Vec::new()) };
    let given = if let Value::Array(values) = value { values.as_slice() } else { std::slice::from_ref(value) };
    let ids: Option<Vec<i64>> = given.iter().map(Value::as_i64).collect();
    let ids = ids.ok_or_else(|| fields.invalid(name, value, "an id, or a list of ids"))?;
    Ok(ids.into_iter().filter_map(|id| u32::try_from(id).ok()).collect())
}
