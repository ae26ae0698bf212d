//! `export.sheet`: rows as a table that people fill in.

use std::fs::File;
use std::sync::Arc;

use arrow::util::display::{ArrayFormatter, FormatOptions};
use csv::WriterBuilder;
use engine::operator::{
    Complaint, Context, Destination, ExternalFiles, Fault, Inputs, Operator, Outputs, TableOperator, declared_types,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use engine::row::Row;
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::FILES;
use crate::complaints;
use crate::row::identified;

/// The one file of the artifact.
const NAME_IN_ARTIFACT: &str = "sheet";

/// Writes rows as a table for people to fill in.
///
/// # What it does
/// Writes a line for each row: its `id`, the columns of `show`, and an empty column for each question of `ask`, whose header
/// names what may be answered: `flawed: yes/no/none`. The file is CSV, or has tabs between its columns where its name ends in
/// `.tsv`; spreadsheets open both.
///
/// People fill in a copy: like every export, the file itself is put back when it was changed. `source.sheet` reads the copy.
///
/// # Why
/// Where people have the last word, what they are asked and what they answered are files that can be kept, compared and
/// counted.
///
/// # Example
/// ```yaml
/// sheet:
///   op: export.sheet
///   inputs: candidates
///   with: {path: out/sheet.csv, show: [statement, reasoning], ask: {flawed: [yes, no, none]}}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sheet {
    /// The file, relative to the manifest.
    #[schemars(length(min = 1))]
    pub path: String,
    /// The columns that people read.
    #[schemars(length(min = 1))]
    pub show: Vec<String>,
    /// The columns that they fill in, each with what may stand there.
    #[schemars(length(min = 1))]
    pub ask: IndexMap<String, Vec<String>>,
}

impl Operator for Sheet {
    const NAME: &'static str = "export.sheet";
    const VERSION: u32 = 1;
    const SINK: bool = true;

    fn inputs() -> Vec<InputPort> {
        vec![InputPort::one("rows", "The rows that people are asked about.", identified())]
    }

    fn outputs() -> Vec<OutputPort> {
        vec![OutputPort::new("files", "The file.", OutputType::Is(PortType::artifact(FILES)))]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let schema = complaints::columns(inputs, "rows");
        let lacking = schema.into_iter().flat_map(|schema| {
            let lacking = self.show.iter().filter(|column| schema.column_with_name(column).is_none());
            lacking.map(|column| complaints::unknown_column(&["show"], column, "rows", schema))
        });
        let complaints: Vec<_> = lacking.collect();
        if complaints.is_empty() { Ok(declared_types(&Self::outputs(), inputs)) } else { Err(complaints) }
    }

    fn destination(&self) -> Option<Destination> {
        Some(Destination::File(self.path.clone()))
    }
}

impl TableOperator for Sheet {
    fn run(&self, inputs: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let file = File::create(outputs.artifact("files")?.join(NAME_IN_ARTIFACT))?;
        let delimiter = if self.path.ends_with(".tsv") { b'\t' } else { b',' };
        let mut writer = WriterBuilder::new().delimiter(delimiter).from_writer(file);
        let asked = self.ask.iter().map(|(question, choices)| format!("{question}: {}", choices.join("/")));
        let header: Vec<String> = ["id".to_owned()].into_iter().chain(self.show.clone()).chain(asked).collect();
        writer.write_record(&header).map_err(unwritten)?;
        for batch in inputs.table("rows")?.batches() {
            context.check_cancelled()?;
            let batch = Arc::new(batch?);
            let options = FormatOptions::default();
            let shown = self.show.iter().map(|column| {
                let column = batch
                    .column_by_name(column)
                    .ok_or_else(|| Fault::node(format!("there is no column `{column}`")))?;
                Ok(ArrayFormatter::try_new(column.as_ref(), &options)?)
            });
            let shown = shown.collect::<Result<Vec<_>, Fault>>()?;
            for index in 0..batch.num_rows() {
                let row = Row::new(batch.clone(), index);
                let cells = shown.iter().map(|column| column.value(index).to_string());
                let empty = self.ask.keys().map(|_| String::new());
                let line: Vec<String> = [row.id().to_owned()].into_iter().chain(cells).chain(empty).collect();
                writer.write_record(&line).map_err(unwritten)?;
            }
        }
        Ok(writer.flush()?)
    }
}

fn unwritten(error: csv::Error) -> Fault {
    Fault::node(format!("the sheet cannot be written: {error}"))
}

engine::operator!(table Sheet);
