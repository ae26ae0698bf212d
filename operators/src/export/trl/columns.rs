//! Rows in the columns that TRL knows.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::datatypes::SchemaRef;
use engine::operator::Fault;
use engine::row::Row;

use super::Trl;
use crate::export::{Kind, conversation};
use crate::generate::{Asking, Format};

/// What reward functions are given of a problem.
const OF_A_PROBLEM: [&str; 3] = ["id", "entry", "tests"];

/// The way from rows of a kind to TRL's columns.
pub(super) struct Columns<'a> {
    config: &'a Trl,
    kind: Kind,
    asking: Asking,
}

impl<'a> Columns<'a> {
    pub(super) fn new(config: &'a Trl, kind: Kind) -> Result<Self, Fault> {
        let asking = Asking::new(config.prompt(), None)?.around(config.system.as_deref(), &[], None);
        Ok(Self { config, kind, asking })
    }

    /// The columns for a table with these.
    pub(super) fn schema(&self, given: &SchemaRef) -> Result<SchemaRef, Fault> {
        Ok(self.of(&RecordBatch::new_empty(given.clone()))?.schema())
    }

    /// Some rows.
    pub(super) fn of(&self, batch: &RecordBatch) -> Result<RecordBatch, Fault> {
        let mut columns = match self.kind {
            Kind::Preference => self.texts(batch, &["chosen", "rejected"])?,
            Kind::Completion => self.texts(batch, &["completion"])?,
            Kind::Problem => self.problems(batch)?,
            Kind::Dialogue => vec![("messages".to_owned(), found(batch, "messages")?.clone())],
        };
        for column in &self.config.keep {
            if columns.iter().all(|(name, _)| name != column) {
                columns.push((column.clone(), found(batch, column)?.clone()));
            }
        }
        Ok(RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, column)| (name, column, true)))?)
    }

    /// A prompt and its answers.
    fn texts(&self, batch: &RecordBatch, answers: &[&str]) -> Result<Vec<(String, ArrayRef)>, Fault> {
        let system = self.config.system.as_deref().map(|system| ("system", system));
        let prompts = found(batch, "prompt")?;
        let mut columns = vec![("prompt".to_owned(), self.said(prompts, system, "user")?)];
        for answer in answers {
            columns.push(((*answer).to_owned(), self.said(found(batch, answer)?, None, "assistant")?));
        }
        Ok(columns)
    }

    fn said<'b>(
        &self,
        texts: &'b ArrayRef,
        before: Option<(&'b str, &'b str)>,
        role: &'b str,
    ) -> Result<ArrayRef, Fault> {
        match self.config.format {
            Format::Text => Ok(texts.clone()),
            Format::Chat => {
                let texts = texts.as_string_opt::<i32>().ok_or_else(|| Fault::node("a prompt or answer is no text"))?;
                let said = (0..texts.len()).map(|row| before.into_iter().chain([(role, texts.value(row))]));
                Ok(conversation::column(said))
            }
        }
    }

    fn problems(&self, batch: &RecordBatch) -> Result<Vec<(String, ArrayRef)>, Fault> {
        let shared = Arc::new(batch.clone());
        let asked = (0..batch.num_rows()).map(|row| self.asking.of(&Row::new(shared.clone(), row)));
        let asked = asked.collect::<Result<Vec<_>, _>>()?;
        let prompts: ArrayRef = match self.config.format {
            Format::Chat => conversation::column(asked.iter().map(|asked| asked.said())),
            Format::Text => Arc::new(StringArray::from_iter_values(asked.iter().map(|asked| &asked.text))),
        };
        let mut columns = vec![("prompt".to_owned(), prompts)];
        for column in OF_A_PROBLEM {
            columns.push((column.to_owned(), found(batch, column)?.clone()));
        }
        Ok(columns)
    }
}

fn found<'a>(batch: &'a RecordBatch, column: &str) -> Result<&'a ArrayRef, Fault> {
    batch.column_by_name(column).ok_or_else(|| Fault::node(format!("there is no column `{column}`")))
}
