//! `pair.first_error`: preferences between the first wrong step and what was right in its place.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema};
use engine::operator::{Complaint, Context, ExternalFiles, Fault, Inputs, Operator, Outputs, TableOperator};
use engine::port::{InputPort, InputTypes, OutputPort, OutputTypes, PortType};
use engine::row::Row;
use engine::table::Table;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::trees::{Pair, Tree, outputs, types, write};

/// Makes preferences between the first wrong step of an answer and right ones in its place.
///
/// # What it does
/// Follows each path of a tree that is worth nothing from the root to its first wrong step: the first over which no path has a
/// value above 0, although one over the node before it has (a step's value by Monte Carlo, as OmegaPRM has it,
/// <https://arxiv.org/abs/2406.06592>). That step is `rejected`; `chosen` is each different step behind the same node over
/// which a path passed every test, and each gives a `Preference`. What was said before is its `prefix`; other columns as
/// those of `pair.siblings`.
///
/// With `judged` wired a judge says which step is wrong, of every path that did not pass: its rows are paths of `search.tree`,
/// with `score`, the first wrong one of a path's steps counted from 1, and 0 where none is; `generate.judge` with
/// `scale: {from: 0, to: 64}` over `explore.paths` gives them, as in `pipelines/crpe.yaml`. A path of which it says nothing,
/// or a step that the path has not, has no wrong step.
///
/// Only steps that the tree has stand beside a wrong one: a tree with a greater `branch` has more of them, where the paper
/// draws new ones behind the same beginning. A step that several paths have is wrong once. `per_error` bounds how many right
/// steps a wrong one is held to. `metrics` are those of `pair.siblings`.
///
/// # Why
/// Behind the first error all further steps are judged for what they were given. To learn of that step alone is what Step-DPO
/// does (<https://arxiv.org/abs/2406.18629>, section 3.2), where a model judges the steps; the tree's own values need none.
///
/// # Example
/// ```yaml
/// pairs: {op: pair.first_error, inputs: explore.nodes}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FirstError {
    /// How many pairs a wrong step is in at most; all where it is not said.
    #[serde(default)]
    #[schemars(range(min = 1))]
    pub per_error: Option<usize>,
}

impl Operator for FirstError {
    const NAME: &'static str = "pair.first_error";
    /// 2: metrics, and a judge is believed of every path that did not pass.
    const VERSION: u32 = 2;

    fn inputs() -> Vec<InputPort> {
        let judged = [("tree_id", DataType::Utf8), ("number", DataType::Int64), ("score", DataType::Float64)];
        let judged = judged.map(|(name, data_type)| Field::new(name, data_type, true)).to_vec();
        vec![
            InputPort::one("nodes", "The trees.", PortType::rows("SearchNode")),
            InputPort::optional(
                "judged",
                "Their paths, with their first wrong steps.",
                PortType::Columns(Arc::new(Schema::new(judged))),
            ),
        ]
    }

    fn outputs() -> Vec<OutputPort> {
        outputs()
    }

    fn types(&self, _inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        Ok(types())
    }
}

impl TableOperator for FirstError {
    fn run(&self, inputs: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let why = "they have no wrong step with a right one beside it";
        let judged = inputs.has("judged").then(|| Judged::read(inputs.table("judged")?, context)).transpose()?;
        write(inputs, context, outputs, why, |tree| self.pairs(tree, judged.as_ref(), context))
    }
}

impl FirstError {
    fn pairs(&self, tree: &Tree, judged: Option<&Judged>, context: &Context) -> Vec<Pair> {
        let wrong = tree.nodes().filter(|(_, node)| node.status.is_some()).filter_map(|(leaf, node)| match judged {
            Some(judged) if node.has_failed() => judged.first_error(tree, leaf),
            None if node.value == Some(0.0) => first_error(tree, leaf),
            _ => None,
        });
        let pairs = wrong.collect::<BTreeSet<_>>().into_iter().flat_map(|(parent, wrong)| {
            let right = tree.steps(parent).into_iter().filter(move |(step, _)| *step != wrong && tree.passes(*step));
            let right = right.take(self.per_error.unwrap_or(usize::MAX));
            right.filter_map(move |(right, _)| tree.pair(right, wrong, context))
        });
        pairs.collect()
    }
}

/// The first step on the path to a leaf over which nothing has a value, behind a node over which something has; and that node.
fn first_error(tree: &Tree, leaf: i64) -> Option<(i64, i64)> {
    let worthless = tree.above(leaf).take_while(|(_, node)| node.value == Some(0.0));
    let (first, node) = worthless.last()?;
    Some((node.parent?, first))
}

/// What a judge said: of a tree and the end of a path, which of the path's steps is the first wrong one, from 1.
struct Judged(HashMap<(String, i64), usize>);

impl Judged {
    fn read(table: &Table, context: &Context) -> Result<Self, Fault> {
        let mut said = HashMap::new();
        for batch in table.columns(&["tree_id", "number", "score"]) {
            context.check_cancelled()?;
            let batch = Arc::new(batch?);
            for row in (0..batch.num_rows()).map(|index| Row::new(batch.clone(), index)) {
                if let (Some(tree), Some(leaf), Some(step)) =
                    (row.text("tree_id"), row.integer("number"), row.float("score"))
                {
                    said.insert((tree.to_owned(), leaf), step.round().max(0.0) as usize);
                }
            }
        }
        Ok(Self(said))
    }

    /// The step of the path to a leaf that is wrong, and the node behind which it stands.
    fn first_error(&self, tree: &Tree, leaf: i64) -> Option<(i64, i64)> {
        let place = self.0.get(&(tree.id.clone(), leaf))?.checked_sub(1)?;
        let (step, node) = *tree.path(leaf).get(place)?;
        Some((node.parent?, step))
    }
}

engine::operator!(table FirstError);
