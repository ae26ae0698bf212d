//! `synthesize.practice`: practice problems without end, made by composing primitives.

mod cases;
mod catalogue;
mod check;
mod columns;
mod compose;
mod composition;
mod constants;
mod depths;
mod families;
mod inputs;
mod kind;
mod primitive;
mod probes;
mod problem;
mod reasoning;
mod sequence;
mod solution;
mod split;
mod statement;
mod topic;
mod value;

#[cfg(test)]
mod tests;

use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, Inputs, Operator, Outputs, TableOperator, declared_types,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes};
use engine::scratch::DigestMap;
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::compose::Composer;
pub use self::depths::Depth;
use self::depths::Depths;
pub use self::families::Families;
use self::families::Wanted;
use self::probes::Behaviour;
use self::problem::Problem;
use self::sequence::{Found, Random, Sequence};
pub use self::split::{Side, Split};
use super::draw;
use super::draw::Draw;

/// Rows in a batch.
const BATCH_ROWS: u64 = 1024;

/// Makes practice problems for small models, as many as you ask for.
///
/// # What it does
/// Composes primitives (`keep_even`, `add_each`, `sum`) into functions and asks for each in words. `depth` is how many
/// primitives there are, and how hard the problem is. A row is a `Problem` with tests of kind `call`, and has further:
///
/// - `family`: the names of its primitives, `keep_even > add_each > sum`. A family's problems differ in constants.
/// - `depth`: how many primitives; `difficulty` says it as a text. The `tags` are what they are about.
/// - `reasoning`: how a person would go about it, on an example: what is done, step by step, and what comes out.
/// - `steps`: the same as data. Each has its `kind` (`given`, `step`, or `return` for the last), its `text`, the lines
///   of the solution that do it (`code`) and the `value` behind it. `reasoning` is each text, a colon and its value.
/// - `example`: `input` and `output` of the example, which is none of the tests.
/// - `function`: a digest of what the function gives on 64 inputs that are the same for all problems of its signature.
///
/// No two problems have the same `function`: a composition that gives on all 64 inputs what an earlier one gives is
/// left out, and so is one that nearly always gives the same, or that has a step which changes nothing. Tests are
/// chosen so that they fail a program without one of the steps, or with a constant one off.
///
/// What a program is expected to give is computed from its primitives and not by running Python, so that 100,000
/// problems take seconds; thousands of them are held to the sandbox's CPython whenever millrace is tested. All values
/// are whole numbers below a million, truths, lower-case words, and lists of these.
///
/// The same seeds give the same problems, and a greater `count` only adds to them. At depth 1 there are some 900
/// different functions, and fewer of fewer families: when a depth has no more, the others take its place, with a
/// warning.
///
/// `split` makes the problems of one side only. A family's side depends on its name alone, whatever the seeds are: two
/// nodes with the same `hold_out`, one for each side, share no family. Some do the same all the same, as `sort > first`
/// does what `minimum` does: a tenth of the functions at depth 2, one in fifty at depth 3. Where that matters, leave
/// out what the other side has with `table.join`, `how: anti` and `on: {function: function}`; or make all in one node,
/// in which no two are the same, and let `table.split` part them `by: family`.
///
/// # Why
/// A pipeline that trains needs problems that a model of its size can learn, with execution for a reward, reasoning
/// that is true, and compositions that it has never seen to be measured on. These are without end, and nothing needs
/// to be downloaded; `source.problems` with `format: practice` reads problems that are made by hand.
///
/// # Example
/// ```yaml
/// problems:
///   op: synthesize.practice
///   with: {count: 8192, depth: {from: 1, to: 3}, split: {side: train, hold_out: 0.2}}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Practice {
    /// How many problems.
    #[schemars(range(min = 1))]
    pub count: u64,
    /// How many primitives a problem is made of.
    #[serde(default)]
    pub depth: Depth,
    /// What problems are made of: primitives by name, as they stand in `family`, and topics, as they stand in `tags`:
    /// `arithmetic`, `conditions`, `counting`, `digits`, `lists`, `recurrences`, `strings`.
    #[serde(default)]
    pub families: Families,
    /// The side of a split by family that is made; both where it is not said.
    #[serde(default)]
    pub split: Option<Split>,
    /// How many tests a problem has.
    #[serde(default = "default_tests")]
    #[schemars(range(min = 2, max = 64))]
    pub tests: usize,
    /// Another number makes other problems under the same seed of the manifest.
    #[serde(default)]
    pub seed: u64,
}

fn default_tests() -> usize {
    8
}

impl Operator for Practice {
    const NAME: &'static str = "synthesize.practice";
    const VERSION: u32 = 1;
    const RANDOM: bool = true;

    fn inputs() -> Vec<InputPort> {
        Vec::new()
    }

    fn outputs() -> Vec<OutputPort> {
        vec![OutputPort::new("rows", "The problems.", OutputType::Is(columns::port_type()))]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let complaints = check::complaints(self);
        if complaints.is_empty() { Ok(declared_types(&Self::outputs(), inputs)) } else { Err(complaints) }
    }
}

impl TableOperator for Practice {
    fn run(&self, _inputs: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let random = |purpose: &str| context.random(purpose, self.seed);
        let mut sequence = Sequence::new(self.composer(), Depths::new(&self.depth), &random);
        let mut met = DigestMap::new(context.scratch().clone());
        let mut note = |Behaviour(digest)| {
            let is_new = met.get(digest)?.is_none();
            met.insert(digest, 1)?;
            Ok(is_new)
        };
        let mut ran_out = |depth: usize, number: u64| {
            let instead = "those of other depths take their place";
            context.warn(format!("from row {number} on there are no other problems of depth {depth}: {instead}"));
        };
        let mut made = 0;
        while made < self.count {
            context.check_cancelled()?;
            let wanted = BATCH_ROWS.min(self.count - made);
            let found = sequence.take(wanted, &mut note, &mut ran_out)?;
            self.write(&found, &random, context, outputs)?;
            made += found.len() as u64;
            context.progress(made, Some(self.count));
            if (found.len() as u64) < wanted {
                let advice = "lower `count`, or allow more `families` or a greater `depth`";
                return Err(Fault::node(format!("no other problem was found after {made}: {advice}")));
            }
        }
        Ok(())
    }
}

impl Practice {
    fn composer(&self) -> Composer {
        Composer::new(Wanted { families: self.families.clone(), split: self.split }, self.depth.to)
    }

    fn write(
        &self,
        found: &[Found],
        random: &Random,
        context: &Context,
        outputs: &mut Outputs<'_>,
    ) -> Result<(), Fault> {
        let problem = |one: &Found| {
            let mut draw = Draw::new(random(&format!("problem {}", one.number)));
            Problem::new(one, self.tests, &mut draw, |texts| context.child_id(texts, 0))
        };
        let problems: Vec<Problem> = found.par_iter().map(problem).collect();
        outputs.write_rows("rows", &problems)
    }
}

engine::operator!(table Practice);
