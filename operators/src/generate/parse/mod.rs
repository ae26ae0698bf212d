//! What of an answer counts: its parts as columns.
//!
//! Owns how parts are marked, and the reason when one is not there.

mod block;
mod headings;
mod json;
mod pattern;
pub(super) mod sections;
mod tags;

pub(crate) use headings::Headings;

use arrow::datatypes::{DataType, Field};
use engine::operator::Complaint;
use engine::row::Cell;
use indexmap::IndexMap;
use regex::Regex;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::transform::python::ColumnType;

/// The column that holds an answer as a whole.
const COMPLETION: &str = "completion";

/// What of an answer becomes a column. An answer that lacks any of it goes to the second output.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Parse {
    /// Columns with what stands between a tag and its end, one behind the other: `{reasoning: think, answer: answer}`.
    /// The first may have been opened before the answer began, by the template or by `prefill`.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub tags: IndexMap<String, String>,
    /// Columns with the last block of code in another column: `{code: completion}`, `{code: answer}`.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub block: IndexMap<String, String>,
    /// Columns with the values of the last JSON object in the answer, and their types: `text`, `integer`, `float`,
    /// `boolean`, or `{list: text}` and so on.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub json: IndexMap<String, ColumnType>,
    /// A regular expression whose named groups, `(?P<name>...)`, become columns; its last match in the answer counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub regex: Option<String>,
}

/// A parse, compiled.
pub(super) struct Parser {
    parse: Parse,
    regex: Option<Regex>,
}

/// The columns of an answer.
pub(super) type Parts = Vec<(String, Cell)>;

impl Parse {
    /// Faults that need no answer.
    pub(super) fn check(&self) -> Vec<Complaint> {
        let compiled = self.regex.as_deref().map(pattern::compile);
        let unreadable = compiled
            .and_then(Result::err)
            .map(|message| Complaint::parameter("operator::regex", &["parse", "regex"], message, "cannot be used"));
        let known = |source: &&String| *source == COMPLETION || self.tags.contains_key(*source);
        let lost = self.block.iter().filter(|(_, source)| !known(source)).map(|(column, source)| {
            let message = format!("`block` looks into `{source}`, which is neither `completion` nor one of `tags`");
            Complaint::parameter("operator::unknown_column", &["parse", "block", column], message, "no such column")
        });
        unreadable.into_iter().chain(lost).collect()
    }

    /// The columns that it makes.
    pub(super) fn fields(&self) -> Vec<Field> {
        let text = |name: &str| Field::new(name, DataType::Utf8, false);
        let groups = self.regex.as_deref().and_then(|regex| pattern::compile(regex).ok());
        let mut fields: Vec<Field> = self.tags.keys().chain(self.block.keys()).map(|name| text(name)).collect();
        fields.extend(self.json.iter().map(|(name, column)| Field::new(name, column.data_type(), true)));
        fields.extend(groups.iter().flat_map(|regex| regex.capture_names().flatten()).map(text));
        fields
    }

    /// Ready for answers.
    pub(super) fn parser(&self) -> Result<Parser, String> {
        Ok(Parser { parse: self.clone(), regex: self.regex.as_deref().map(pattern::compile).transpose()? })
    }
}

impl Parser {
    /// An answer's columns.
    ///
    /// # Errors
    /// What it lacks.
    pub(super) fn parts(&self, completion: &str) -> Result<Parts, String> {
        let tagged = tags::parts(&self.parse.tags, completion)?;
        let blocks = self.parse.block.iter().map(|(column, source)| {
            let inside = self.parse.tags.get_index_of(source).map_or(completion, |place| tagged[place]);
            Ok((column.clone(), Cell::Text(block::last(inside).ok_or_else(|| block::missing(source))?)))
        });
        let blocks: Parts = blocks.collect::<Result<_, String>>()?;
        let mut parts: Parts =
            self.parse.tags.keys().zip(&tagged).map(|(name, text)| (name.clone(), (*text).into())).collect();
        parts.extend(blocks);
        if !self.parse.json.is_empty() {
            parts.extend(json::parts(&self.parse.json, completion)?);
        }
        if let Some(regex) = &self.regex {
            parts.extend(pattern::parts(regex, completion)?);
        }
        Ok(parts)
    }
}

#[cfg(test)]
mod tests;
