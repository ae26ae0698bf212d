//! From rows to what is learned of them: conversations, or prompts with their answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::datatypes::Schema;
use engine::operator::{Complaint, Fault};
use engine::row::Row;
use engine::table::Table;
use models::generate::Prompt;
use models::template::Conversation;
use models::train::{Closing, Example, Teaching};

use crate::complaints;
use crate::generate::Format;
use crate::generate::prompt::{Asking, Wording};
use crate::jinja::Template;
use crate::row::{holds_messages, said};

/// The column that conversations stand in.
const MESSAGES: &str = "messages";

/// Where rows have what is learned, as the manifest says it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lessons<'a> {
    pub(super) prompt: Option<&'a str>,
    pub(super) completion: Option<&'a str>,
    pub(super) system: Option<&'a str>,
    pub(super) weight: Option<&'a str>,
    pub(super) format: Format,
}

/// What is learned of a row, and how much it counts.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lesson {
    pub(super) example: Example,
    pub(super) weight: f32,
}

/// The lessons of a table, and how many of its rows are none.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) lessons: Vec<Lesson>,
    /// Rows longer than they may be.
    pub(super) long: usize,
    /// Rows of which nothing is learned.
    pub(super) empty: usize,
}

enum Source {
    Messages,
    Answers(Box<Answers>),
}

/// What rows are asked, and what they learn to answer.
struct Answers {
    asking: Asking,
    completion: Template,
}

impl<'a> Lessons<'a> {
    /// The conversations of rows that have them, unless prompts are made of other columns.
    fn are_conversations(&self, schema: &Schema) -> bool {
        let holds = schema.field_with_name(MESSAGES).is_ok_and(|field| holds_messages(field.data_type()));
        self.prompt.is_none() && self.completion.is_none() && holds
    }

    /// The text of the prompt: Jinja, or the name of one of ours.
    fn prompt(&self) -> &'a str {
        self.prompt.unwrap_or("{{ prompt }}")
    }

    fn completion(&self) -> &'a str {
        self.completion.unwrap_or("{{ completion }}")
    }

    /// Faults over rows with these columns.
    pub(super) fn check(&self, schema: Option<&Schema>) -> Vec<Complaint> {
        let mut complaints: Vec<Complaint> = schema.into_iter().filter_map(|schema| self.misweighted(schema)).collect();
        if !schema.is_some_and(|schema| self.are_conversations(schema)) {
            complaints.extend(Asking::check(self.prompt(), schema, None));
            complaints.extend(Template::check(self.completion(), Vec::new(), &["completion"], schema));
        }
        complaints
    }

    /// The identity of a prompt that the manifest only names.
    pub(super) fn identities(&self) -> BTreeMap<String, String> {
        Wording::identities(self.prompt())
    }

    fn misweighted(&self, schema: &Schema) -> Option<Complaint> {
        complaints::misfit(&["weight"], self.weight?, "rows", schema, (complaints::is_float, "a float"))
    }

    /// Reads a table. Rows of more than `most` tokens are left out, and so are rows of which nothing is learned.
    pub(super) fn read(&self, table: &Table, teaching: &Teaching, most: usize) -> Result<Read, Fault> {
        let source = self.source(&table.schema)?;
        let mut read = Read::default();
        for batch in table.batches() {
            let batch = Arc::new(batch?);
            for index in 0..batch.num_rows() {
                let row = Row::new(batch.clone(), index);
                let example = source.example(self, &row, teaching);
                let example = example.map_err(|fault| Fault::node(format!("row `{}`: {fault}", row.id())))?;
                let weight = self.weight.map_or(1.0, |column| row.float(column).unwrap_or(0.0) as f32);
                match example {
                    example if example.tokens.len() > most => read.long += 1,
                    example if example.count() == 0 || weight == 0.0 => read.empty += 1,
                    example => read.lessons.push(Lesson { example, weight }),
                }
            }
        }
        Ok(read)
    }

    fn source(&self, schema: &Schema) -> Result<Source, Fault> {
        if self.are_conversations(schema) {
            return Ok(Source::Messages);
        }
        let completion = Template::new(self.completion(), Vec::new());
        let completion = completion.map_err(|error| Fault::node(error.to_string()))?;
        let asking = Asking::new(self.prompt(), None)?.around(self.system, &[], None);
        Ok(Source::Answers(Box::new(Answers { asking, completion })))
    }
}

impl Source {
    fn example(&self, lessons: &Lessons<'_>, row: &Row, teaching: &Teaching) -> Result<Example, Fault> {
        let fault = |error: models::train::TeachingError| Fault::node(error.to_string());
        match self {
            Self::Messages => {
                let said = said(&row.cell(MESSAGES));
                let system = lessons.system.iter().map(|system| ("system", *system));
                let said = said.iter().map(|(role, content)| (role.as_str(), content.as_str()));
                teaching.conversation(&Conversation::of(system.chain(said))).map_err(fault)
            }
            Self::Answers(answers) => {
                let Answers { asking, completion } = answers.as_ref();
                let prompt: Prompt = asking.prompt(&asking.of(row)?, lessons.format);
                teaching.answer(&prompt, &completion.render(row)?, Closing::Ended).map_err(fault)
            }
        }
    }
}

impl Read {
    /// How many lessons there are; none is a fault.
    pub(super) fn some(&self, port: &str, most: usize) -> Result<(), Fault> {
        if !self.lessons.is_empty() {
            return Ok(());
        }
        Err(Fault::node(format!(
            "nothing is learned of `{port}`: {} rows have more than {most} tokens (`max_tokens`), and of {} nothing \
             counts",
            self.long, self.empty
        )))
    }

    /// What a person should know of rows that were left out.
    pub(super) fn warning(&self, port: &str, most: usize) -> Option<String> {
        let part = |count: usize, why: String| (count > 0).then(|| format!("{count} {why}"));
        let parts = [
            part(self.long, format!("rows have more than {most} tokens")),
            part(self.empty, "rows have nothing that is learned".to_owned()),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| format!("of `{port}`, left out: {}", parts.join(", ")))
    }
}
