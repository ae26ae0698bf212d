//! `pair.first_error`: preferences between the first wrong step and what was right in its place.

use std::collections::BTreeSet;

use engine::operator::{Complaint, Context, ExternalFiles, Fault, Inputs, Operator, Outputs, TableOperator};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::trees::{PAIR, Pair, Tree, pair_type, write};

/// Makes preferences between the first wrong step of an answer and right ones in its place.
///
/// # What it does
/// Follows each path of a tree that failed from the root to its first wrong step: the first over which no path has a value
/// above 0, although one over the node before it has (a step's value by Monte Carlo, as OmegaPRM has it,
/// <https://arxiv.org/abs/2406.06592>). That step is `rejected`; `chosen` is each different step behind the same node over
/// which a path passed every test, and each gives a `Preference`. What was said before is its `prefix`; other columns as those
/// of `pair.siblings`.
///
/// A step that several paths have is wrong once. `per_error` bounds how many right steps a wrong one is held to.
///
/// # Why
/// Behind the first error all further steps are judged for what they were given. To learn of that step alone is what Step-DPO
/// does (<https://arxiv.org/abs/2406.18629>), with a judge in place of the tree.
///
/// # Example
/// ```yaml
/// pairs: {op: pair.first_error, inputs: explore}
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
    const VERSION: u32 = 1;

    fn inputs() -> Vec<InputPort> {
        vec![InputPort::one("nodes", "The trees.", PortType::rows("SearchNode"))]
    }

    fn outputs() -> Vec<OutputPort> {
        vec![OutputPort::new("pairs", "The pairs.", OutputType::Derived(PAIR))]
    }

    fn types(&self, _inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        Ok([("pairs".to_owned(), Some(pair_type()))].into())
    }
}

impl TableOperator for FirstError {
    fn run(&self, inputs: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let why = "they have no wrong step with a right one beside it";
        write(inputs, context, outputs, why, |tree| self.pairs(tree, context))
    }
}

impl FirstError {
    fn pairs(&self, tree: &Tree, context: &Context) -> Vec<Pair> {
        let failed = tree.nodes().filter(|(_, node)| node.status.is_some() && node.value == Some(0.0));
        let wrong: BTreeSet<(i64, i64)> = failed.filter_map(|(leaf, _)| first_error(tree, leaf)).collect();
        let pairs = wrong.into_iter().flat_map(|(parent, wrong)| {
            let right = tree.steps(parent).into_iter().filter(|(step, _)| tree.passes(*step));
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

engine::operator!(table FirstError);
