//! `filter.decontaminate`: rows that share no long run of words with a benchmark.

mod benchmarks;
mod contamination;

use std::num::NonZeroUsize;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use arrow::datatypes::Schema;
use engine::operator::{Complaint, Context, ExternalFiles, Fault, Inputs, Operator, Outputs, TableOperator};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes};
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::benchmarks::Benchmarks;
use super::removed;
use crate::complaints;
use crate::row::identified;
use crate::texts;

/// Batches that are searched at once: enough for every core to have some, few enough to be held.
const BATCHES_AT_ONCE: usize = 16;

/// Removes rows that share a run of words with a benchmark.
///
/// # What it does
/// Cuts texts into words (lowercase; letters, numbers and underscores) and compares every run of `ngram` words of a row
/// with those of all benchmark rows. A row that shares at least `min_overlap` different runs with one benchmark row goes
/// to `removed`, with a column `contamination`: for every benchmark row that it met, the input's name (`benchmark`), the
/// row's id (`benchmark_id`), the first shared run as the row has it (`ngram`), and how many different runs are shared
/// (`overlap`). No run spans two texts. Benchmark rows with fewer than `ngram` words cannot be met; they are reported as
/// a warning.
///
/// Each input other than `rows` is a benchmark, under the name that the manifest gives it. Benchmarks are held in
/// memory, rows are not.
///
/// # Why
/// A policy that saw the test in training measures nothing. Ten words are the usual length: shorter runs meet by
/// chance, above all in the phrases that problem statements share.
///
/// # Example
/// ```yaml
/// clean:
///   op: filter.decontaminate
///   inputs: {rows: problems, human_eval: heldout}
///   with: {ngram: 10}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Decontaminate {
    /// How many words make a run.
    #[serde(default = "default_ngram")]
    #[schemars(range(min = 1, max = 1000))]
    pub ngram: NonZeroUsize,
    /// How many different runs a row must share with one benchmark row to be removed.
    #[serde(default = "default_min_overlap")]
    #[schemars(range(min = 1))]
    pub min_overlap: NonZeroUsize,
    /// The columns of the rows that are compared. Default: the first there is of `statement`, `prompt`, `text`,
    /// `content`, `messages`.
    #[serde(default)]
    pub columns: Vec<String>,
    /// The columns of the benchmarks that are compared, where they have other names than those of the rows. Default: as
    /// for the rows, for each benchmark on its own.
    #[serde(default)]
    pub benchmark_columns: Vec<String>,
}

fn default_ngram() -> NonZeroUsize {
    const { NonZeroUsize::new(10).expect("not zero") }
}

fn default_min_overlap() -> NonZeroUsize {
    NonZeroUsize::MIN
}

impl Operator for Decontaminate {
    const NAME: &'static str = "filter.decontaminate";
    const VERSION: u32 = 1;

    fn inputs() -> Vec<InputPort> {
        vec![
            InputPort::one("rows", "The rows to clean.", identified()),
            InputPort::named(
                "benchmarks",
                "Rows that must not be met, each input under a name of yours.",
                identified(),
            ),
        ]
    }

    fn outputs() -> Vec<OutputPort> {
        let removed = "The input's columns and `contamination`, a list of {benchmark, benchmark_id, ngram, overlap}.";
        vec![
            OutputPort::new("rows", "The rows that met no benchmark.", OutputType::Same("rows")),
            OutputPort::new("removed", "The rows that met one.", OutputType::Derived(removed)).may_be_empty(),
        ]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let mut complaints = Vec::new();
        for port in inputs.keys() {
            let Some(schema) = complaints::columns(inputs, port) else { continue };
            match port.as_str() {
                "rows" => complaints.extend(texts::check(&self.columns, "columns", port, schema)),
                _ if self.benchmark_columns.is_empty() => complaints.extend(self.unnamed(port, schema)),
                _ => complaints.extend(texts::check(&self.benchmark_columns, "benchmark_columns", port, schema)),
            }
        }
        if !complaints.is_empty() {
            return Err(complaints);
        }
        let rows = complaints::port_type(inputs, "rows");
        let removed = rows.as_ref().map(|rows| removed::port_type(rows, vec![contamination::field()]));
        Ok([("rows".to_owned(), rows), ("removed".to_owned(), removed)].into())
    }
}

impl TableOperator for Decontaminate {
    fn run(&self, inputs: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let table = inputs.table("rows")?;
        let benchmarks = Benchmarks::read(self.ngram, inputs, context, &|schema| self.benchmark_columns(schema))?;
        benchmarks.warn_of_short(self.ngram, context);
        let columns = texts::columns(&self.columns, &table.schema);
        let removed_schema = outputs.schema("removed")?;
        let mut batches = table.batches();
        let mut done = 0;
        loop {
            context.check_cancelled()?;
            let some = batches.by_ref().take(BATCHES_AT_ONCE).collect::<Result<Vec<_>, _>>()?;
            if some.is_empty() {
                return Ok(());
            }
            let found: Vec<ArrayRef> = some
                .par_iter()
                .map(|batch| contamination::of_batch(&benchmarks, batch, &columns, self.min_overlap))
                .collect::<Result<_, _>>()?;
            for (batch, contamination) in some.iter().zip(found) {
                write(batch, contamination, &removed_schema, outputs)?;
                done += batch.num_rows() as u64;
            }
            context.progress(done, Some(table.rows));
        }
    }
}

impl Decontaminate {
    /// The compared columns of a benchmark: named for it, or named for the rows and there, or the natural one.
    fn benchmark_columns(&self, schema: &Schema) -> Vec<String> {
        let named = if self.benchmark_columns.is_empty() { &self.columns } else { &self.benchmark_columns };
        let there = named.iter().all(|name| schema.field_with_name(name).is_ok());
        texts::columns(if there { named } else { &[] }, schema)
    }

    /// Where no columns are named for benchmarks, those of the rows count if they are there, else the natural one.
    fn unnamed(&self, port: &str, schema: &Schema) -> Vec<Complaint> {
        let columns = self.benchmark_columns(schema);
        if columns.is_empty() {
            return texts::check(&[], "benchmark_columns", port, schema);
        }
        texts::check(&columns, "columns", port, schema)
    }
}

fn write(
    batch: &RecordBatch,
    contamination: ArrayRef,
    removed_schema: &Arc<Schema>,
    outputs: &mut Outputs<'_>,
) -> Result<(), Fault> {
    let stays: BooleanArray = (0..batch.num_rows()).map(|index| Some(contamination.is_null(index))).collect();
    outputs.write("rows", &filter_record_batch(batch, &stays)?)?;
    outputs.write("removed", &removed::rows(batch, &stays, &[(contamination::COLUMN, contamination)], removed_schema)?)
}

engine::operator!(table Decontaminate);
