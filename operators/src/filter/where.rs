//! `filter.where`: rows for which an expression is true.

mod evaluate;

use async_trait::async_trait;
use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, Inputs, Operator, RowOperator, RowWorker, declared_types,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes};
use engine::row::{Emit, Row};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::evaluate::Condition;
use crate::complaints;
use crate::jinja::{against, complaint};
use crate::row::identified;

/// Keeps the rows for which an expression is true.
///
/// # What it does
/// Evaluates a Jinja expression over the columns of each row. Rows for which it is true go to `rows`, the others to
/// `removed`; both keep the input's order, columns and type.
///
/// Columns stand under their own names; one whose name is no identifier stands in `row["pass@1"]`. Truth is Jinja's:
/// zero, the empty text, the empty list and `none` are false. A null is `none`, which equals only itself and is smaller
/// than every number and text: to leave rows without a score out, write `score is not none and score < 0.5`. A name
/// that is no column is a fault of the manifest, found before anything runs. A row for which the expression fails, or
/// gives nothing because it looks into a list or mapping for what is not there, has no result; the node goes on and
/// reports it.
///
/// # Why
/// Most choices between rows are one line. An expression is checked against the columns beforehand, where a script
/// would fail hours into a run.
///
/// # Example
/// ```yaml
/// hard:
///   op: filter.where
///   inputs: problems
///   with: {where: "difficulty == 'hard' and tests | length >= 3"}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Where {
    /// The expression: Jinja over the row's columns, such as `solved > 0 and "graph" in tags`.
    #[serde(rename = "where")]
    #[schemars(length(min = 1))]
    pub condition: String,
}

/// The parameter with the expression.
const CONDITION: &str = "where";

impl Operator for Where {
    const NAME: &'static str = "filter.where";
    const VERSION: u32 = 1;

    fn inputs() -> Vec<InputPort> {
        vec![InputPort::one("rows", "The rows to choose from.", identified())]
    }

    fn outputs() -> Vec<OutputPort> {
        vec![
            OutputPort::new("rows", "The rows for which the expression is true.", OutputType::Same("rows")),
            OutputPort::new("removed", "The other rows.", OutputType::Same("rows")).may_be_empty(),
        ]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let complaints = match (Condition::new(&self.condition), complaints::columns(inputs, "rows")) {
            (Err(error), _) => vec![complaint(&[CONDITION], &error)],
            (Ok(condition), Some(schema)) => against(&condition, &[CONDITION], schema),
            (Ok(_), None) => Vec::new(),
        };
        if complaints.is_empty() { Ok(declared_types(&Self::outputs(), inputs)) } else { Err(complaints) }
    }
}

impl RowOperator for Where {
    const ROWS: &'static str = "rows";
    /// Evaluating an expression is cheaper than looking a row up.
    const REMEMBERED: bool = false;
    type Worker = Condition;

    fn open(&self, _inputs: &Inputs, _context: &Context) -> Result<Condition, Fault> {
        Condition::new(&self.condition).map_err(|error| Fault::node(error.to_string()))
    }
}

#[async_trait]
impl RowWorker for Condition {
    async fn run(&self, row: &Row, _context: &Context, emit: &mut Emit<'_>) -> Result<(), Fault> {
        emit.keep(if self.holds(row)? { "rows" } else { "removed" });
        Ok(())
    }
}

engine::operator!(row Where);
