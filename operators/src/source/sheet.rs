//! `source.sheet`: what people answered about rows.

mod filled;

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field};
use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, FileParameter, Inputs, Operator, Outputs, TableOperator,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes};
use engine::row::Row;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::filled::{Answers, Question};
use crate::complaints;
use crate::row::{identified, with_columns};

/// Reads what people answered about rows.
///
/// # What it does
/// Gives each row on with the answer that stands in the sheet's column `column` beside its `id`, as the column `into`. A
/// sheet is a filled copy of what `export.sheet` wrote: CSV, or with semicolons or tabs between its columns, as spreadsheets
/// save it. What may be answered is said in `choices`; capital letters and spaces around it do not count.
///
/// While the sheet is not there, or a row has no answer in it, the node waits: nothing failed and nothing is stored, the run
/// ends with an exit code of its own and says what is to be filled in, and the same command goes on afterwards. Answers about
/// other rows are not read. Where there are no rows, nothing is waited for.
///
/// # Why
/// People are slow and a pipeline is patient: their answers are an input like any other, and what comes behind is made anew
/// when one changes.
///
/// # Example
/// ```yaml
/// first:
///   op: source.sheet
///   inputs: candidates
///   with: {path: data/first.csv, column: flawed, choices: [yes, no, none], into: first}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sheet {
    /// The filled sheet, relative to the manifest.
    #[schemars(length(min = 1))]
    pub path: String,
    /// The sheet's column with the answers.
    #[schemars(length(min = 1))]
    pub column: String,
    /// What may be answered.
    #[schemars(length(min = 1))]
    pub choices: Vec<String>,
    /// What the answers are called in the rows: as in the sheet where it is not said.
    #[serde(default)]
    #[schemars(length(min = 1))]
    pub into: Option<String>,
}

impl Sheet {
    fn into(&self) -> &str {
        self.into.as_deref().unwrap_or(&self.column)
    }
}

impl Operator for Sheet {
    const NAME: &'static str = "source.sheet";
    const VERSION: u32 = 1;

    fn inputs() -> Vec<InputPort> {
        vec![InputPort::one("rows", "The rows that people were asked about.", identified())]
    }

    fn outputs() -> Vec<OutputPort> {
        let gives = OutputType::Derived("As `rows`, with the answers.");
        vec![OutputPort::new("rows", "The rows with their answers.", gives).may_be_empty()]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let answer = || vec![Field::new(self.into(), DataType::Utf8, false)];
        let rows = complaints::port_type(inputs, "rows").map(|rows| with_columns(&rows, answer()));
        Ok([("rows".to_owned(), rows)].into())
    }

    fn files(&self) -> Vec<FileParameter> {
        vec![FileParameter::awaited("path", self.path.clone())]
    }
}

impl TableOperator for Sheet {
    fn run(&self, inputs: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let question = Question { column: &self.column, choices: &self.choices };
        let answers = Answers::read(context.files("path")?, &question)?;
        let table = inputs.table("rows")?;
        let mut answered: Vec<RecordBatch> = Vec::new();
        let mut open: Vec<String> = Vec::new();
        for batch in table.batches() {
            context.check_cancelled()?;
            let batch = Arc::new(batch?);
            let ids: Vec<String> =
                (0..batch.num_rows()).map(|index| Row::new(batch.clone(), index).id().to_owned()).collect();
            open.extend(ids.iter().filter(|id| answers.of(id).is_none()).cloned());
            let column: ArrayRef =
                Arc::new(ids.iter().map(|id| Some(answers.of(id).unwrap_or_default())).collect::<StringArray>());
            answered.push(self.with_answers(&batch, column, outputs)?);
        }
        if let Some(first) = open.first() {
            return Err(Fault::awaited(self.wanted(open.len(), table.rows, first, answers.is_there())));
        }
        answered.iter().try_for_each(|batch| outputs.write("rows", batch))
    }
}

impl Sheet {
    /// A batch with one more column, or another one of that name.
    fn with_answers(
        &self,
        batch: &RecordBatch,
        answers: ArrayRef,
        outputs: &Outputs<'_>,
    ) -> Result<RecordBatch, Fault> {
        let schema = outputs.schema("rows")?;
        let column = |field: &Arc<Field>| match field.name() == self.into() {
            true => Some(answers.clone()),
            false => batch.column_by_name(field.name()).cloned(),
        };
        let columns: Option<Vec<ArrayRef>> = schema.fields().iter().map(column).collect();
        let columns = columns.ok_or_else(|| Fault::node("the rows lack a column that they were said to have"))?;
        Ok(RecordBatch::try_new(schema, columns)?)
    }

    /// What somebody has to do.
    fn wanted(&self, open: usize, rows: u64, first: &str, is_there: bool) -> String {
        let Self { path, column, choices, .. } = self;
        let choices = choices.join(", ");
        match is_there {
            false => format!(
                "`{path}` is not there: fill in the column `{column}` ({choices}) of a copy of the sheet, {rows} rows, and \
                 save it under that name"
            ),
            true => format!(
                "`{path}` has no answer to {open} of {rows} rows: fill in the column `{column}` ({choices}); the first of \
                 them is `{first}`"
            ),
        }
    }
}

engine::operator!(table Sheet);
