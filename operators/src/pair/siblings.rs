//! `pair.siblings`: preferences between steps that follow the same beginning.

use engine::operator::{Complaint, Context, ExternalFiles, Fault, Inputs, Operator, Outputs, TableOperator};
use engine::port::{InputPort, InputTypes, OutputPort, OutputTypes, PortType};
use rand_chacha::rand_core::RngCore;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::trees::{Node, Pair, Tree, outputs, types, write};
use crate::search::contrast::{Place, extremes};

/// Makes preferences between steps of reasoning that follow the same beginning.
///
/// # What it does
/// Looks in each tree for the nodes whose best and worst step differ most in value, and gives for the first `top_m` of them a
/// `Preference` of these two: of equal differences the node next to the root comes first, then the one with the lower number;
/// of equal steps the first. The pair has what was said before both as `prefix`, which `train.dpo` with `per: step` takes,
/// and the values, their difference `delta`, and the `depth` of the steps.
///
/// `require: value` wants a chosen step that is worth more than nothing, `require: pass` one over which a path passed all
/// tests. A difference must be greater than `least`. Trees without such a node give no pair, and are counted in a warning.
///
/// With `sides: answers` the pair is of whole answers, the best over the chosen step and the worst over the rejected one, and
/// `prefix` is empty: what `per: sequence` learns from the same trees. `full_chosen` and `full_rejected` have them in any case.
///
/// `select: random` takes any nodes whose steps differ, for comparison.
///
/// `metrics` has the number of `trees` and of `pairs`, the share of `trees_with_pair`, the mean `delta`, and `tokens_per_pair`:
/// all that the model wrote for these trees, for each pair that came of it.
///
/// # Why
/// Where two steps behind the same beginning lead to different ends, the difference is theirs: no judge has to say which step
/// was wrong (CRPE, <https://arxiv.org/abs/2505.10594>, stage 3).
///
/// # Example
/// ```yaml
/// pairs: {op: pair.siblings, inputs: explore, with: {top_m: 1, require: pass}}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Siblings {
    /// How many pairs a tree gives at most.
    #[serde(default = "one")]
    #[schemars(range(min = 1))]
    pub top_m: usize,
    /// What a chosen step must have.
    #[serde(default)]
    pub require: Require,
    /// What differences must exceed.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub least: f64,
    /// Which nodes' steps are compared.
    #[serde(default)]
    pub select: Select,
    /// What is compared.
    #[serde(default)]
    pub sides: Sides,
    /// For `select: random`: another number takes other nodes under the same seed of the manifest.
    #[serde(default)]
    pub seed: u64,
}

/// What a chosen step must have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Require {
    /// A value above 0.
    #[default]
    Value,
    /// A path over it that passed every test.
    Pass,
}

/// Which nodes' steps are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Select {
    /// Those with the greatest difference.
    #[default]
    Greatest,
    /// Any.
    Random,
}

/// What is compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sides {
    /// The steps.
    #[default]
    Steps,
    /// The answers that they are part of.
    Answers,
}

fn one() -> usize {
    1
}

/// A node's best and worst step, and where it stands among the nodes.
struct Contrast {
    id: String,
    place: Place,
    chosen: i64,
    rejected: i64,
}

impl Operator for Siblings {
    const NAME: &'static str = "pair.siblings";
    /// 2: metrics.
    const VERSION: u32 = 2;
    const RANDOM: bool = true;

    fn inputs() -> Vec<InputPort> {
        vec![InputPort::one("nodes", "The trees.", PortType::rows("SearchNode"))]
    }

    fn outputs() -> Vec<OutputPort> {
        outputs()
    }

    fn types(&self, _inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        Ok(types())
    }
}

impl TableOperator for Siblings {
    fn run(&self, inputs: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let why = "no steps behind a node differ enough";
        write(inputs, context, outputs, why, |tree| self.pairs(tree, context))
    }
}

impl Siblings {
    /// The pairs of a tree.
    fn pairs(&self, tree: &Tree, context: &Context) -> Vec<Pair> {
        let mut contrasts: Vec<Contrast> =
            tree.nodes().filter_map(|(number, node)| self.contrast(tree, number, node)).collect();
        match self.select {
            Select::Greatest => contrasts.sort_by(|one, other| one.place.order(&other.place)),
            Select::Random => {
                contrasts.sort_by_cached_key(|contrast| context.random(&contrast.id, self.seed).next_u64());
            }
        }
        let best = contrasts.into_iter().take(self.top_m);
        let pairs = best.filter_map(|contrast| tree.pair(contrast.chosen, contrast.rejected, context));
        match self.sides {
            Sides::Steps => pairs.collect(),
            Sides::Answers => pairs.map(Pair::whole).collect(),
        }
    }

    /// What a node's steps differ in, if it is enough.
    fn contrast(&self, tree: &Tree, number: i64, node: &Node) -> Option<Contrast> {
        let (steps, values): (Vec<i64>, Vec<f64>) = tree.steps(number).into_iter().unzip();
        let (best, worst) = extremes(&values)?;
        let difference = values[best] - values[worst];
        let enough = match self.require {
            Require::Value => values[best] > 0.0,
            Require::Pass => tree.passes(steps[best]),
        };
        let number = usize::try_from(number).ok()?;
        let place = Place { difference, depth: usize::try_from(node.depth).ok()?, number };
        let contrast = || Contrast { id: node.id.clone(), place, chosen: steps[best], rejected: steps[worst] };
        (difference > self.least && enough).then(contrast)
    }
}

engine::operator!(table Siblings);
