//! `score.data_value`: what problems are worth before anything is trained on them.

mod attempts;
mod novelty;
mod parts;
mod problems;
mod report;
mod shapes;
mod worth;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use arrow::datatypes::{DataType, Field, Schema};
use engine::operator::{Complaint, Context, ExternalFiles, Fault, Inputs, Operator, Outputs, TableOperator};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::attempts::{Attempts, Gathered};
use self::parts::{Counts, Parts};
use self::problems::Problems;
use crate::python::{Engine, code, interpreter};
use crate::row::{identified, of_problems, with_columns};
use crate::verify::{Extract, Programs};
use crate::{complaints, texts};

/// Says what problems are worth to a policy before it is trained on them.
///
/// # What it does
/// Takes a few attempts of the policy at each problem, with their verdicts, and gives every problem a
///
/// ```text
/// value = signal * soundness * novelty
/// ```
///
/// - `signal` is how likely a group of `rollouts` attempts teaches anything: `1 - p^n - (1-p)^n`, where p is how often
///   the policy solves the problem. Where all attempts of a group end alike, their advantages are nothing, and so is what
///   is learned. It is estimated from all attempts without bias, as pass@k is, and from 0 to 1.
/// - `soundness` is how far passing can be believed: of the attempts that pass half of the tests, drawn at random, the
///   share that passes all. Half of the tests does where each wrong attempt fails many of them; where one test decides
///   alone, as many again may be missing, and what passes may well be wrong. A single test confirms nothing: its
///   soundness is the pass rate. Needs `results` with every test (`verify.execute` with `run: all`); where there are
///   none, it takes nothing away.
/// - `novelty` is what the statement says that no other of its set does: the mean over its different runs of `ngram`
///   words of 1/m, where m statements of the set have the run. A problem that is there m times is worth together what it
///   is once.
///
/// `problems` gets these, with `answers` and `solved` (how many attempts there are, and how many passed), `pass@k` for
/// each `k`, and three that are no part of the value: `agreement`, the share of the attempts on which all tests agree;
/// `shape_diversity`, how many different syntax trees the attempts have for each that is Python (Python's own `ast`,
/// without names, constants and docstrings); and `log_probability`, the mean of that column over the attempts. They tell
/// why a value is what it is: few shapes say that the policy has one idea, low log-probabilities that it is out of its
/// depth. Between models neither can be compared, which is why no value is made of them.
///
/// `report` has for each set (each value of `by`, else all) the mean of every column, and `problems`, how many there are;
/// `value.sum`; `learnable`, the share of the attempted problems that are solved sometimes but not always; and
/// `distinct_ngrams`, different runs of words for each that there is. A problem that nobody attempted has no value, and
/// one with fewer attempts than `rollouts` or the greatest `k` fails the node. Rows of `failed` count as attempts that
/// did not pass.
///
/// # Why
/// Whether a set of problems teaches a model is mostly found out by training on it. But problems that are always or never
/// solved teach nothing (DAPO, <https://arxiv.org/abs/2503.14476>, draws them again; Foster et al.,
/// <https://arxiv.org/abs/2502.12272>, rank problems by p(1-p), half of the `signal` of two rollouts), weak tests reward
/// wrong programs (EvalPlus, <https://arxiv.org/abs/2305.01210>), and copies teach once. A few attempts at each
/// problem cost little beside a training. Halving tests to see how far they confirm each other is Spearman's and Brown's
/// (1910); distinct-n is Li et al.'s (<https://arxiv.org/abs/1510.03055>).
///
/// # Example
/// ```yaml
/// worth:
///   op: score.data_value
///   inputs: {problems: tested, verdicts: verdicts}
///   with: {k: [1, 8], rollouts: 8, by: method}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DataValue {
    /// The sample counts that pass rates are given for.
    #[serde(default = "default_k")]
    #[schemars(length(min = 1), inner(range(min = 1)), extend("uniqueItems" = true))]
    pub k: Vec<u64>,
    /// How many attempts at a problem the training will compare with each other.
    #[serde(default = "default_rollouts")]
    #[schemars(range(min = 2))]
    pub rollouts: u64,
    /// The column of `problems` whose values are sets, each valued by itself, such as `method` or `source`.
    #[serde(default)]
    pub by: Option<String>,
    /// The columns of `problems` that novelty is taken of. Default: the first there is of `statement`, `prompt`, `text`,
    /// `content`, `messages`.
    #[serde(default)]
    pub columns: Vec<String>,
    /// How many words make a run.
    #[serde(default = "default_ngram")]
    #[schemars(range(min = 1, max = 1000))]
    pub ngram: NonZeroUsize,
    /// The column of `verdicts` with the program. Default: the first there is of `code`, `completion`, `solution`; where
    /// there is none of these, shapes are not compared.
    #[serde(default)]
    pub code: Option<String>,
    /// What of that text is the program.
    #[serde(default)]
    pub extract: Extract,
    /// The column of `verdicts` with how likely the policy finds its attempt, such as `mean_log_probability`.
    #[serde(default)]
    pub log_probability: Option<String>,
}

fn default_k() -> Vec<u64> {
    vec![1, 8]
}

fn default_rollouts() -> u64 {
    8
}

fn default_ngram() -> NonZeroUsize {
    const { NonZeroUsize::new(3).expect("not zero") }
}

impl Operator for DataValue {
    const NAME: &'static str = "score.data_value";
    const VERSION: u32 = 1;

    fn inputs() -> Vec<InputPort> {
        let passed = PortType::Columns(Schema::new(vec![Field::new("passed", DataType::Boolean, true)]).into());
        vec![
            InputPort::one("problems", "The problems.", identified()),
            InputPort::one("verdicts", "The policy's attempts, and whether they passed.", passed.over(&of_problems())),
            InputPort::optional("failed", "Attempts that count as not passed.", of_problems()),
        ]
    }

    fn outputs() -> Vec<OutputPort> {
        let gives = "As `problems`, with the parts of each problem's `value`.";
        vec![
            OutputPort::new("problems", "The problems with their values.", OutputType::Derived(gives)),
            OutputPort::new("report", "What each set is worth.", OutputType::Is(PortType::rows("Metric"))),
        ]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let complaints = self.misnamed(inputs);
        if !complaints.is_empty() {
            return Err(complaints);
        }
        let problems = complaints::port_type(inputs, "problems");
        let problems = problems.map(|problems| with_columns(&problems, parts::fields(self.counts())));
        let report = Some(PortType::rows("Metric"));
        Ok([("problems".to_owned(), problems), ("report".to_owned(), report)].into())
    }

    fn warnings(&self, inputs: &InputTypes) -> Vec<Complaint> {
        let schema = complaints::columns(inputs, "verdicts");
        let unknown = schema.is_some_and(|schema| schema.field_with_name("results").is_err());
        let message = "`verdicts` has no `results`: how far the tests can be believed is no part of the values";
        let warning = || Complaint::input("operator::no_column", "verdicts", message, "no results of single tests");
        unknown.then(warning).into_iter().collect()
    }

    fn prepare(&self, context: &Context) -> Result<(), Fault> {
        Engine::Sandbox.prepare(context)
    }

    fn identities(&self, _files: &ExternalFiles) -> BTreeMap<String, String> {
        interpreter::identities()
    }
}

impl DataValue {
    fn counts(&self) -> Counts<'_> {
        Counts { k: &self.k, rollouts: self.rollouts }
    }

    fn programs(&self) -> Programs {
        let Self { code, extract, .. } = self.clone();
        Programs { code, extract, continues_starter: false }
    }

    fn misnamed(&self, inputs: &InputTypes) -> Vec<Complaint> {
        let mut complaints = Vec::new();
        if let Some(schema) = complaints::columns(inputs, "problems") {
            complaints.extend(texts::check(&self.columns, "columns", "problems", schema));
            let by = self.by.as_deref().filter(|by| schema.field_with_name(by).is_err());
            complaints.extend(by.map(|by| complaints::unknown_column(&["by"], by, "problems", schema)));
        }
        if let Some(schema) = complaints::columns(inputs, "verdicts") {
            let likely = self.log_probability.as_deref().and_then(|column| {
                let wanted = (complaints::is_number, "a number");
                complaints::misfit(&["log_probability"], column, "verdicts", schema, wanted)
            });
            let program = self.code.as_deref().and_then(|name| code::complaint(Some(name), "verdicts", schema));
            complaints.extend(likely.into_iter().chain(program));
        }
        complaints
    }

    fn attempts(&self, inputs: &Inputs, context: &Context) -> Result<Gathered, Fault> {
        let mut gathered = Gathered::default();
        let programs = self.programs();
        let reading = attempts::Reading { programs: &programs, log_probability: self.log_probability.as_deref() };
        gathered.add(inputs.table("verdicts")?, &reading, context)?;
        if inputs.has("failed") {
            gathered.add_failed(inputs.table("failed")?, context)?;
        }
        Ok(gathered)
    }

    fn parts(&self, problems: &Problems, gathered: &Gathered, context: &Context) -> Result<Vec<Parts>, Fault> {
        let shapes = gathered.programs.shapes(context)?;
        let least = self.k.iter().copied().fold(self.rollouts, u64::max);
        let parts = problems.problems.iter().map(|problem| {
            let novelty = problems.novelty(problem);
            match gathered.problems.get(&problem.id) {
                None => Ok(Parts::unattempted(novelty, self.counts())),
                Some(Attempts { answers, .. }) if *answers < least => Err(self.too_few(&problem.id, *answers, least)),
                Some(attempts) => Ok(Parts::of(attempts, novelty, &shapes, self.counts())),
            }
        });
        parts.collect()
    }

    fn too_few(&self, problem: &str, answers: u64, least: u64) -> Fault {
        let advice = format!("sample {least}, or lower `rollouts` ({}) and `k` ({:?})", self.rollouts, self.k);
        Fault::node(format!("`{problem}` has {answers} attempts where {least} are needed: {advice}"))
    }
}

impl TableOperator for DataValue {
    fn run(&self, inputs: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let table = inputs.table("problems")?;
        let columns = texts::columns(&self.columns, &table.schema);
        let reading = problems::Reading { columns: &columns, ngram: self.ngram, by: self.by.as_deref() };
        let problems = Problems::read(table, &reading, context)?;
        let parts = self.parts(&problems, &self.attempts(inputs, context)?, context)?;
        let unattempted = parts.iter().filter(|parts| parts.answers == 0).count();
        if unattempted > 0 {
            context.warn(format!("{unattempted} of {} problems have no attempts, and so no value", parts.len()));
        }
        let schema = outputs.schema("problems")?;
        let mut start = 0;
        for batch in table.batches() {
            context.check_cancelled()?;
            let batch = batch?;
            let own = &parts[start..start + batch.num_rows()];
            outputs.write("problems", &parts::with_parts(&batch, own, self.counts(), &schema)?)?;
            start += batch.num_rows();
        }
        let id = |parts: [&str; 2]| context.child_id(parts, 0);
        outputs.write_rows("report", &report::metrics(&problems, &parts, self.counts(), self.by.is_some(), &id))
    }
}

engine::operator!(table DataValue);
