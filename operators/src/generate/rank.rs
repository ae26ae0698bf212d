//! `generate.rank`: the best of a group, or what most of it agree on.

mod choose;

use std::sync::Arc;

use self::choose::{Candidate, Placed, choose};
use crate::complaints;
use crate::row::{identified, with_columns};
use arrow::array::{Array, ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch};
use arrow::compute::{cast, filter_record_batch, not};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use engine::operator::{Complaint, Context, ExternalFiles, Fault, Inputs, Operator, Outputs, TableOperator};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use engine::row::RowDigest;
use engine::table::Table;
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Chooses among the answers to a problem.
///
/// # What it does
/// Groups rows by a column and keeps `keep` of each group, with their place in `rank`, beginning at 1; the others go to
/// `removed`. Rows keep the input's order.
///
/// - `method: best` ranks by `score`, greatest first (best of n). Rows without a score come last; of equals, the earlier
///   row is first.
/// - `method: majority` ranks the different values of `answer` by how many rows have them (self-consistency), and keeps
///   a row of each: the one with the greatest `score` where there is one, otherwise the first. `share` has the part of
///   the group's answers.
/// - `method: weighted` ranks the different values by the sum of their rows' scores instead, and `share` is the part of
///   the group's sum.
///
/// Rows whose `answer` is null have no vote. Any number will do as a score, and a truth as well.
///
/// # Why
/// Best of n and majority vote are the baselines that every search and every reward model is measured against.
///
/// # Example
/// ```yaml
/// best:
///   op: generate.rank
///   inputs: scored
///   with: {by: problem_id, score: score}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rank {
    /// The column whose equal values make a group.
    #[serde(default = "default_by")]
    pub by: String,
    /// How rows are compared.
    #[serde(default)]
    pub method: Method,
    /// The column with the scores; for `best` and `weighted`, and to choose among equal answers for `majority`.
    #[serde(default)]
    pub score: Option<String>,
    /// The column with the answers that are counted; for `majority` and `weighted`.
    #[serde(default)]
    pub answer: Option<String>,
    /// How many of a group stay.
    #[serde(default = "one")]
    #[schemars(range(min = 1))]
    pub keep: usize,
}

/// How the rows of a group are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// By their scores.
    #[default]
    Best,
    /// By how many give the same answer.
    Majority,
    /// By the sum of scores of those that give the same answer.
    Weighted,
}

fn default_by() -> String {
    "problem_id".to_owned()
}

fn one() -> usize {
    1
}

impl Operator for Rank {
    const NAME: &'static str = "generate.rank";
    const VERSION: u32 = 1;

    fn inputs() -> Vec<InputPort> {
        vec![InputPort::one("rows", "The rows to choose from.", identified())]
    }

    fn outputs() -> Vec<OutputPort> {
        let gives = "As `rows`, with `rank`, and `share` where answers are counted.";
        vec![
            OutputPort::new("rows", "The chosen rows.", OutputType::Derived(gives)),
            OutputPort::new("removed", "The other rows.", OutputType::Same("rows")).may_be_empty(),
        ]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let schema = complaints::columns(inputs, "rows");
        let mut complaints = self.lacking();
        complaints.extend(schema.into_iter().flat_map(|schema| self.misnamed(schema)));
        if !complaints.is_empty() {
            return Err(complaints);
        }
        let rows = complaints::port_type(inputs, "rows");
        let chosen = rows.as_ref().map(|rows| self.chosen(rows));
        Ok([("rows".to_owned(), chosen), ("removed".to_owned(), rows)].into())
    }
}

impl Rank {
    /// Columns that the method needs and the manifest does not name.
    fn lacking(&self) -> Vec<Complaint> {
        let needs = |name: &str, given: &Option<String>, by: &[Method]| {
            let message = format!("`method: {}` needs the parameter `{name}`", self.method.name());
            let complaint = || Complaint::parameter("operator::parameters", &[], message, "not given");
            (given.is_none() && by.contains(&self.method)).then(complaint)
        };
        let score = needs("score", &self.score, &[Method::Best, Method::Weighted]);
        score.into_iter().chain(needs("answer", &self.answer, &[Method::Majority, Method::Weighted])).collect()
    }

    fn misnamed(&self, schema: &Schema) -> Vec<Complaint> {
        let named = [("by", Some(&self.by)), ("score", self.score.as_ref()), ("answer", self.answer.as_ref())];
        let named = named.into_iter().filter_map(|(parameter, column)| Some((parameter, column?)));
        let complaints = named.filter_map(|(parameter, column)| {
            let fits = |data_type: &DataType| parameter != "score" || is_number(data_type);
            complaints::misfit(&[parameter], column, "rows", schema, (fits, "a number"))
        });
        complaints.collect()
    }

    fn chosen(&self, rows: &PortType) -> PortType {
        let mut fields = vec![Field::new("rank", DataType::Int64, false)];
        if self.method != Method::Best {
            fields.push(Field::new("share", DataType::Float64, false));
        }
        with_columns(rows, fields)
    }
}

impl Method {
    fn name(self) -> &'static str {
        match self {
            Self::Best => "best",
            Self::Majority => "majority",
            Self::Weighted => "weighted",
        }
    }
}

fn is_number(data_type: &DataType) -> bool {
    data_type.is_numeric() || *data_type == DataType::Boolean
}

impl TableOperator for Rank {
    fn run(&self, inputs: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let table = inputs.table("rows")?;
        let placed = self.placed(table, context)?;
        let schema = outputs.schema("rows")?;
        let mut start = 0;
        for batch in table.batches() {
            context.check_cancelled()?;
            let batch = batch?;
            let placed = &placed[start..start + batch.num_rows()];
            start += batch.num_rows();
            let stays: BooleanArray = placed.iter().map(|placed| Some(placed.is_some())).collect();
            outputs.write("removed", &filter_record_batch(&batch, &not(&stays)?)?)?;
            outputs.write("rows", &self.with_places(&filter_record_batch(&batch, &stays)?, placed, &schema)?)?;
        }
        Ok(())
    }
}

impl Rank {
    /// Where each row comes in its group; none for those that do not stay.
    fn placed(&self, table: &Table, context: &Context) -> Result<Vec<Option<Placed>>, Fault> {
        let mut groups: IndexMap<u128, Vec<Candidate>> = IndexMap::new();
        let mut rows = 0;
        for batch in table.batches() {
            context.check_cancelled()?;
            let batch = batch?;
            let column = |name: &str| {
                batch.column_by_name(name).ok_or_else(|| Fault::node(format!("there is no column `{name}`")))
            };
            let group = RowDigest::new(Some(column(&self.by)?));
            let answer = self.answer.as_deref().map(column).transpose()?;
            let score = self.score.as_deref().map(column).transpose()?;
            let score = score.map(|score| cast(score, &DataType::Float64)).transpose()?;
            let score = score.as_ref().and_then(|score| score.as_any().downcast_ref::<Float64Array>());
            let answers = RowDigest::new(answer);
            for index in 0..batch.num_rows() {
                let score = score.filter(|score| score.is_valid(index)).map(|score| score.value(index));
                let answer = answer.filter(|answer| answer.is_valid(index)).map(|_| answers.of(index));
                groups.entry(group.of(index)).or_default().push(Candidate { row: rows + index, score, answer });
            }
            rows += batch.num_rows();
        }
        let mut placed = vec![None; rows];
        for candidates in groups.into_values() {
            for (row, place) in choose(candidates, self.method, self.keep) {
                placed[row] = Some(place);
            }
        }
        Ok(placed)
    }

    /// The rows that stay, with their places, in the columns of the output.
    fn with_places(
        &self,
        batch: &RecordBatch,
        placed: &[Option<Placed>],
        schema: &SchemaRef,
    ) -> Result<RecordBatch, Fault> {
        let ranks: Int64Array = placed.iter().flatten().map(|placed| Some(placed.rank)).collect();
        let mut own: Vec<(&str, ArrayRef)> = vec![("rank", Arc::new(ranks))];
        if self.method != Method::Best {
            let shares: Float64Array = placed.iter().flatten().map(|placed| Some(placed.share)).collect();
            own.push(("share", Arc::new(shares)));
        }
        let columns = schema.fields().iter().map(|field| {
            let own = own.iter().find(|(name, _)| name == field.name()).map(|(_, column)| column);
            let column = own.or_else(|| batch.column_by_name(field.name()));
            column.cloned().ok_or_else(|| Fault::node(format!("there is no column `{}`", field.name())))
        });
        Ok(RecordBatch::try_new(schema.clone(), columns.collect::<Result<_, _>>()?)?)
    }
}

engine::operator!(table Rank);
