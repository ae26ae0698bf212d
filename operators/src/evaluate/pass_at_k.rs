//! `evaluate.pass_at_k`: how often one of k answers passes.

mod estimate;
mod tallies;

use arrow::datatypes::{DataType, Field, Schema};
use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, Inputs, Operator, Outputs, TableOperator, declared_types,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::estimate::Estimates;
pub(crate) use self::estimate::pass_at_k;
use self::tallies::Tallies;
use super::Metric;
use crate::complaints;
use crate::row::identified;

/// Estimates how often at least one of k answers to a problem passes.
///
/// # What it does
/// Counts for each problem its `n` answers and the `c` that passed, and gives pass@k, the probability that k answers
/// drawn from the n without putting any back have one that passed: `1 - C(n-c, k) / C(n, k)`. This is unbiased, where
/// `1 - (1 - c/n)^k` is not (Chen et al. 2021, <https://arxiv.org/abs/2107.03374>, equation 1).
///
/// Every answer has to count. Those that could not even be parsed are no verdicts: wire them to `failed`, and they
/// count as not passed. A problem in `problems` that has no answer at all is not passed either; without `problems` it
/// is not known. A problem with fewer answers than k fails the node, since its pass@k cannot be known. There may be no
/// verdict at all: where no answer can be parsed, `run: {allow_empty: true}` lets what makes and runs them go on, and
/// nothing has passed.
///
/// `metrics` has a row for each k, named `pass@k`: the mean over all problems, in which each counts the same. With `by`
/// there is a row for each value of that column before it, which stands in `group`, and `pass@k.mean_of_groups`, the
/// mean of these. `problems` has each problem's n and c.
///
/// Where verdicts have a `status`, `misnamed` is the share of all answers whose program defines nothing of the name that the
/// tests ask for, and `unsupported`, `undecided` and `invalid_test` are the shares of those of which nothing can be said.
/// They too count as not passed; a warning says how many there are, since pass@k is too low by up to as much.
///
/// # Why
/// A metric computed beside sampling and execution cannot be recomputed, split by difficulty or checked without paying
/// for both again.
///
/// # Example
/// ```yaml
/// pass:
///   op: evaluate.pass_at_k
///   inputs: {verdicts: verdicts, failed: answers.unparsed, problems: heldout}
///   with: {k: [1, 10], by: difficulty}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PassAtK {
    /// How many answers are drawn; several give several metrics.
    #[serde(default = "once")]
    #[schemars(length(min = 1), inner(range(min = 1)))]
    pub k: Vec<u64>,
    /// A column whose values are measured each on their own too, such as `difficulty`: of `problems` where it is wired,
    /// otherwise of `verdicts`.
    #[serde(default)]
    pub by: Option<String>,
    /// The column of `verdicts` and `failed` that names the problem.
    #[serde(default = "default_problem")]
    pub problem: String,
}

fn once() -> Vec<u64> {
    vec![1]
}

fn default_problem() -> String {
    "problem_id".to_owned()
}

impl Operator for PassAtK {
    const NAME: &'static str = "evaluate.pass_at_k";
    /// 2: the metric `misnamed`. 3: the metrics `unsupported`, `undecided` and `invalid_test`; of no answers at all there are
    /// none.
    const VERSION: u32 = 3;

    fn inputs() -> Vec<InputPort> {
        let verdicts = PortType::Columns(Schema::new(vec![Field::new("passed", DataType::Boolean, true)]).into());
        vec![
            InputPort::one("verdicts", "Answers, and whether they passed.", verdicts),
            InputPort::optional("failed", "Answers that count as not passed.", PortType::any_rows()),
            InputPort::optional("problems", "All problems that there are, answered or not.", identified()),
        ]
    }

    fn outputs() -> Vec<OutputPort> {
        let problem = [("id", DataType::Utf8), ("answers", DataType::Int64), ("passed", DataType::Int64)];
        let mut problem: Vec<Field> = problem.map(|(name, data_type)| Field::new(name, data_type, false)).into();
        problem.push(Field::new("group", DataType::Utf8, true));
        let problem = PortType::Columns(Schema::new(problem).into());
        vec![
            OutputPort::new("metrics", "What was estimated.", OutputType::Is(PortType::rows("Metric"))),
            OutputPort::new(
                "problems",
                "How many answers each problem has, and how many passed.",
                OutputType::Is(problem),
            ),
        ]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let lacks = |port: &str, column: &str, parameter: &str| {
            let schema = complaints::columns(inputs, port)?;
            let lacking = schema.field_with_name(column).is_err();
            lacking.then(|| complaints::unknown_column(&[parameter], column, port, schema))
        };
        let grouped = if inputs.contains_key("problems") { "problems" } else { "verdicts" };
        let complaints = [
            lacks("verdicts", &self.problem, "problem"),
            lacks("failed", &self.problem, "problem"),
            self.by.as_ref().and_then(|by| lacks(grouped, by, "by")),
        ];
        let complaints: Vec<_> = complaints.into_iter().flatten().collect();
        if complaints.is_empty() { Ok(declared_types(&Self::outputs(), inputs)) } else { Err(complaints) }
    }
}

impl TableOperator for PassAtK {
    fn run(&self, inputs: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let tallies = Tallies::count(self, inputs, context)?;
        let estimates = Estimates::new(&tallies, &self.k)?;
        let id = |parts: [&str; 2]| context.child_id(parts, 0);
        let mut metrics = estimates.metrics(self.by.is_some(), id);
        let answers = tallies.answers();
        for (status, count) in tallies.told(inputs.table("verdicts")?)? {
            if count > 0 && status.verdict().is_none() {
                let what = format!("{count} of {answers} answers are `{}`", status.name());
                context.warn(format!("{what}: they count as not passed, which nobody knows"));
            }
            metrics.push(Metric::new(status.name(), None, count as f64 / answers.max(1) as f64, &id));
        }
        outputs.write_rows("metrics", &metrics)?;
        outputs.write_rows("problems", &tallies.rows())
    }
}

engine::operator!(table PassAtK);
