//! `table.join`: the columns of two tables side by side.

mod columns;
mod pairs;

use engine::operator::{Complaint, Context, ExternalFiles, Fault, Inputs, Operator, Outputs, TableOperator};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::pairs::Right;
use crate::complaints;
use crate::row::identified;

/// Brings together the rows of two tables that have equal values.
///
/// # What it does
/// For each row of `left`, in order, finds the rows of `right` whose values are equal in the columns that `on` pairs.
/// Null equals nothing.
///
/// - `inner` gives a row for each partner: the left's columns, then the right's.
/// - `left` does too, and keeps rows without a partner, the right's columns being null.
/// - `semi` keeps the left rows that have a partner, as they are.
/// - `anti` keeps those that have none.
///
/// Of the right's columns those of `on` are left out, since they repeat the left's; others whose name the left has too
/// get the `suffix`. A row with one partner, or none, keeps the left's `id`; a row with several becomes several, each
/// with an id made of both. `right` is held in memory, `left` is not. The output has the left's row type.
///
/// # Why
/// What belongs to a row is often in another table: the problem of an answer, the score of a problem.
///
/// # Example
/// ```yaml
/// scored:
///   op: table.join
///   inputs: {left: answers, right: scores}
///   with: {on: {id: answer_id}, how: left}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Join {
    /// Columns that must be equal: of the left, and of the right. `{id: id}` where both are called the same.
    #[schemars(extend("minProperties" = 1))]
    pub on: IndexMap<String, String>,
    /// Which rows come out.
    #[serde(default)]
    pub how: How,
    /// What is added to the name of a column of the right that the left has too.
    #[serde(default = "default_suffix")]
    #[schemars(length(min = 1))]
    pub suffix: String,
}

/// Which rows come out of a join.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// A row for each pair of partners.
    #[default]
    Inner,
    /// A row for each pair of partners, and the left rows without one.
    Left,
    /// The left rows with a partner.
    Semi,
    /// The left rows without a partner.
    Anti,
}

fn default_suffix() -> String {
    "_right".to_owned()
}

impl Operator for Join {
    const NAME: &'static str = "table.join";
    const VERSION: u32 = 1;

    fn inputs() -> Vec<InputPort> {
        vec![
            InputPort::one("left", "The rows whose order and row type the output has.", identified()),
            InputPort::one("right", "The rows that are looked up.", identified()),
        ]
    }

    fn outputs() -> Vec<OutputPort> {
        let gives = "The left's columns; for `inner` and `left` also the right's.";
        vec![OutputPort::new("rows", "The joined rows.", OutputType::Derived(gives))]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let left = complaints::port_type(inputs, "left");
        let (Some(left), Some(right)) = (left, complaints::columns(inputs, "right")) else {
            return Ok([("rows".to_owned(), None)].into());
        };
        let schema = left.schema().expect("the port takes rows only");
        let complaints = columns::check(self, schema, right);
        if !complaints.is_empty() {
            return Err(complaints);
        }
        let joined = left.with_schema(columns::joined(self, schema, right));
        Ok([("rows".to_owned(), Some(joined))].into())
    }
}

impl TableOperator for Join {
    fn run(&self, inputs: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let right = Right::read(inputs.table("right")?, self.on.values().map(String::as_str))?;
        let schema = outputs.schema("rows")?;
        for batch in inputs.table("left")?.batches() {
            context.check_cancelled()?;
            let batch = batch?;
            let pairs = right.pairs(&batch, self.on.keys().map(String::as_str), self.how)?;
            outputs.write("rows", &columns::assemble(self, &batch, &right, &pairs, &schema, context)?)?;
        }
        Ok(())
    }
}

engine::operator!(table Join);
