//! `filter.dedup`: one row of those that repeat each other.

mod exact;
mod near;

use std::collections::{BTreeSet, HashMap};
use std::num::NonZeroUsize;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float64Array, StringArray};
use arrow::compute::{filter_record_batch, is_null};
use arrow::datatypes::{DataType, Field};
use engine::operator::{Complaint, Context, ExternalFiles, Fault, Inputs, Operator, Outputs, TableOperator};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use engine::table::{Table, within};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::removed;
use crate::complaints;
use crate::row::identified;
use crate::texts;

/// Removes rows that repeat an earlier one.
///
/// # What it does
/// Compares rows by some of their columns and keeps the first of those that are alike, in the input's order. The others
/// go to `removed`, with the id of the row that they repeat in `duplicate_of` and how alike the two are in `similarity`.
///
/// `method: exact` removes rows whose columns have equal values, of any type. `method: minhash` removes rows whose texts
/// are nearly the same: their sets of `shingle`-word runs, lowercase and without punctuation, have a Jaccard similarity
/// of at least `threshold` with those of a row that was kept. Signatures of `permutations` places find the pairs to
/// compare; the similarity itself is computed exactly, so that nothing below the threshold is removed, and a pair at
/// the threshold is found with high probability. Rows without words are kept.
///
/// `exact` keeps 24 bytes a row in memory; `minhash` keeps the compared texts and their signatures' keys.
///
/// # Why
/// A problem that occurs twice counts twice in training, and may stand on both sides of a split.
///
/// # Example
/// ```yaml
/// unique:
///   op: filter.dedup
///   inputs: problems
///   with: {method: minhash, columns: [statement], threshold: 0.7}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dedup {
    /// When two rows are alike.
    #[serde(default)]
    pub method: Method,
    /// The columns that are compared. Default: the first there is of `statement`, `prompt`, `text`, `content`,
    /// `messages`.
    #[serde(default)]
    pub columns: Vec<String>,
    /// For `minhash`: the Jaccard similarity from which rows are duplicates, above 0 and at most 1.
    #[serde(default = "default_threshold")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub threshold: f64,
    /// For `minhash`: the length of a signature; longer ones miss fewer pairs and cost more.
    #[serde(default = "default_permutations")]
    #[schemars(range(min = 1, max = 4096))]
    pub permutations: NonZeroUsize,
    /// For `minhash`: how many words make a shingle.
    #[serde(default = "default_shingle")]
    #[schemars(range(min = 1, max = 64))]
    pub shingle: NonZeroUsize,
}

/// When two rows are alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Equal values in all compared columns.
    #[default]
    Exact,
    /// Similar texts: MinHash finds the pairs, their shingles decide.
    Minhash,
}

/// The earlier row that a row repeats.
#[derive(Clone, Copy)]
struct Repeats {
    /// Its number.
    row: usize,
    /// From 0 to 1.
    similarity: f64,
}

fn default_threshold() -> f64 {
    0.7
}

fn default_permutations() -> NonZeroUsize {
    const { NonZeroUsize::new(128).expect("not zero") }
}

fn default_shingle() -> NonZeroUsize {
    const { NonZeroUsize::new(3).expect("not zero") }
}

impl Operator for Dedup {
    const NAME: &'static str = "filter.dedup";
    const VERSION: u32 = 1;

    fn inputs() -> Vec<InputPort> {
        vec![InputPort::one("rows", "The rows to compare.", identified())]
    }

    fn outputs() -> Vec<OutputPort> {
        let removed = "The input's columns, `duplicate_of` (text) and `similarity` (float).";
        vec![
            OutputPort::new("rows", "The rows that repeat none before them.", OutputType::Same("rows")),
            OutputPort::new("removed", "The duplicates.", OutputType::Derived(removed)).may_be_empty(),
        ]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let mut complaints = Vec::new();
        if !(self.threshold > 0.0 && self.threshold <= 1.0) {
            let message = "`threshold` must be above 0 and at most 1";
            complaints.push(Complaint::parameter("operator::parameters", &["threshold"], message, "out of range"));
        }
        let port_type = complaints::port_type(inputs, "rows");
        if let Some(schema) = port_type.as_ref().and_then(PortType::schema) {
            complaints.extend(match self.method {
                Method::Exact => exact::check(&self.columns, schema),
                Method::Minhash => texts::check(&self.columns, "columns", "rows", schema),
            });
        }
        if !complaints.is_empty() {
            return Err(complaints);
        }
        let removed = port_type.as_ref().map(|rows| removed::port_type(rows, mark_fields()));
        Ok([("rows".to_owned(), port_type), ("removed".to_owned(), removed)].into())
    }
}

impl TableOperator for Dedup {
    fn run(&self, inputs: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let table = inputs.table("rows")?;
        let columns = texts::columns(&self.columns, &table.schema);
        let repeats = match self.method {
            Method::Exact => exact::find(table, &columns, context)?,
            Method::Minhash => near::find(table, &columns, self, context)?,
        };
        write(table, &repeats, context, outputs)
    }
}

fn mark_fields() -> Vec<Field> {
    vec![
        Field::new("duplicate_of", DataType::Utf8, false),
        within(Field::new("similarity", DataType::Float64, false), &(0.0..=1.0)),
    ]
}

/// Sends every row to its port. The first of a group stands before its duplicates, so that its id is known when they
/// come.
fn write(
    table: &Table,
    repeats: &[Option<Repeats>],
    context: &Context,
    outputs: &mut Outputs<'_>,
) -> Result<(), Fault> {
    let originals: BTreeSet<usize> = repeats.iter().flatten().map(|repeats| repeats.row).collect();
    let removed_schema = outputs.schema("removed")?;
    let mut ids: HashMap<usize, String> = HashMap::new();
    let mut start = 0;
    for batch in table.batches() {
        context.check_cancelled()?;
        let batch = batch?;
        let rows = start..start + batch.num_rows();
        let id = batch.column_by_name("id").ok_or_else(|| Fault::node("there is no column `id`"))?;
        for original in originals.range(rows.clone()) {
            ids.insert(*original, id.as_string::<i32>().value(original - start).to_owned());
        }
        let of = &repeats[rows.clone()];
        let duplicate_of: StringArray =
            of.iter().map(|repeats| repeats.and_then(|repeats| ids.get(&repeats.row).map(String::as_str))).collect();
        let similarity: Float64Array = of.iter().map(|repeats| repeats.map(|repeats| repeats.similarity)).collect();
        let stays = is_null(&duplicate_of)?;
        outputs.write("rows", &filter_record_batch(&batch, &stays)?)?;
        let marks: [(&str, ArrayRef); 2] =
            [("duplicate_of", Arc::new(duplicate_of)), ("similarity", Arc::new(similarity))];
        outputs.write("removed", &removed::rows(&batch, &stays, &marks, &removed_schema)?)?;
        start = rows.end;
    }
    Ok(())
}

engine::operator!(table Dedup);
