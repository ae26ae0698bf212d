//! `verify.math`: answers of mathematics, held to the right ones.

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, Inputs, Operator, RowOperator, RowWorker, declared_types,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use engine::row::{Base, Cell, Emit, Row};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::execute::entry;
use super::judge::TestResult;
use super::problems::{Problems, problem_id};
use super::status::Status;
use super::verdict;
use crate::complaints;
use crate::mathematics::{Found, Sameness, in_completion, reference};
use crate::row::identified;

/// Holds answers of mathematics to the right ones.
///
/// # What it does
/// Finds the final answer of each text, the last `\boxed{}` or what stands behind `the answer is`, and otherwise the
/// last formula or number of all, and gives the row on with a verdict: `passed` where that is the right answer, however
/// it is written. `\frac{1}{2}`, `0.5` and `50\%` are the same, and so are `2\sqrt{2}` and `\sqrt{8}`, `(x+1)^2` and
/// `x^2+2x+1`, `x > 3` and `3 < x`, `\{1, 2\}` and `2, 1`. Units, degrees and signs of currencies do not count, six
/// decimals of what is written with a point do. Verdicts are held to math-verify's, with its settings in verl, on six
/// hundred pairs; the few that differ are listed beside them.
///
/// Fractions are compared exactly, everything else by its value, at twelve points where there are letters. All of this is
/// bounded work, so that no answer can stop a run: one that cannot be read, or for which too great a number or too much would
/// have to be computed, has the status `undecided` and a reason in `message`, and whether it passed is null. Sums, products,
/// integrals and matrices in formulas are not computed.
///
/// The right answer stands in the column `answer` of the rows, or of `problems`, whose `id` the column `problem_id`
/// names; `reference` names another column. `results` has one entry, in which `actual` is the answer that was found.
///
/// # Why
/// The same number is written in many ways, and comparing texts finds fault with the ones that a model has not been taught.
///
/// # Example
/// ```yaml
/// verdicts: {op: verify.math, inputs: {answers: answers, problems: heldout}}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Math {
    /// The column with the text that ends in an answer.
    #[serde(default = "default_completion")]
    pub completion: String,
    /// The column with the right answer.
    #[serde(default = "default_reference")]
    pub reference: String,
}

fn default_completion() -> String {
    "completion".to_owned()
}

fn default_reference() -> String {
    "answer".to_owned()
}

/// Where right answers are found.
pub struct Marker {
    config: Math,
    problems: Option<Problems>,
}

/// A right answer.
#[derive(Clone, Debug)]
pub(crate) struct Right {
    text: String,
    found: Found,
}

impl Operator for Math {
    const NAME: &'static str = "verify.math";
    /// 2: steps are counted, values that stand in one another too often are undecided, and `passed` is null where an answer is.
    const VERSION: u32 = 2;

    fn inputs() -> Vec<InputPort> {
        vec![
            InputPort::one("answers", "Texts that end in an answer.", identified()),
            InputPort::optional("problems", "Problems with the right answers.", identified()),
        ]
    }

    fn outputs() -> Vec<OutputPort> {
        let verdicts = OutputType::Extends("answers", PortType::rows("Verdict"));
        vec![OutputPort::new("verdicts", "Each answer with its verdict, in order.", verdicts)]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let with_problems = inputs.contains_key("problems");
        let complaints = [
            is_text(inputs, "answers", &self.completion, "completion"),
            is_text(inputs, if with_problems { "problems" } else { "answers" }, &self.reference, "reference"),
            complaints::columns(inputs, "answers").filter(|_| with_problems).and_then(names_problems),
        ];
        let complaints: Vec<_> = complaints.into_iter().flatten().collect();
        if complaints.is_empty() { Ok(declared_types(&Self::outputs(), inputs)) } else { Err(complaints) }
    }
}

/// What is wrong with a column that is to hold text.
fn is_text(inputs: &InputTypes, port: &str, column: &str, parameter: &str) -> Option<Complaint> {
    let schema = complaints::columns(inputs, port)?;
    complaints::misfit(&[parameter], column, port, schema, (complaints::is_text, "text"))
}

fn names_problems(schema: &SchemaRef) -> Option<Complaint> {
    let message = "`answers` has no column `problem_id`: it names the problem whose answer is the right one";
    let lacking = || Complaint::input("operator::no_column", "answers", message, "whose answers");
    schema.column_with_name("problem_id").is_none().then(lacking)
}

impl RowOperator for Math {
    const ROWS: &'static str = "answers";
    const PART_ROWS: usize = 4096;
    type Worker = Marker;

    fn open(&self, inputs: &Inputs, _context: &Context) -> Result<Marker, Fault> {
        Ok(Marker { config: self.clone(), problems: Problems::of(inputs)? })
    }
}

#[async_trait]
impl RowWorker for Marker {
    async fn run(&self, row: &Row, _context: &Context, emit: &mut Emit<'_>) -> Result<(), Fault> {
        let named = self.problems.as_ref().map(|problems| problems.named_by(row)).transpose()?;
        let right = Right::of(named.as_ref().unwrap_or(row), &self.config.reference);
        let right = right.ok_or_else(|| match named {
            Some(_) => Fault::row(format!("the problem `{}` has no answer", problem_id(row).unwrap_or_default())),
            None => Fault::row(format!("the column `{}` is null", self.config.reference)),
        })?;
        let result = right.result(row.text(&self.config.completion).unwrap_or_default());
        let mut cells = verdict::cells(std::iter::once(&result), 1);
        cells.push(("results".to_owned(), Cell::List(vec![entry(&result)])));
        emit.push("verdicts", Base::Input, cells);
        Ok(())
    }
}

impl Right {
    /// The answer in a column; nothing where it is null.
    pub(crate) fn of(row: &Row, column: &str) -> Option<Self> {
        let text = row.text(column)?.to_owned();
        Some(Self { found: reference(&text), text })
    }

    /// What a text is worth.
    fn result(&self, completion: &str) -> TestResult {
        let said = in_completion(completion);
        let actual = said.text.as_deref();
        match (self.found.is_said_by(&said), actual) {
            (Sameness::Same, _) => TestResult::passed(),
            (Sameness::Different, Some(actual)) => TestResult::wrong(&self.text, actual),
            (Sameness::Different, None) => {
                TestResult::failure(Status::Failed, "there is no answer in the text".to_owned())
            }
            (Sameness::Undecided(why), actual) => TestResult::undecided(why, actual),
        }
    }
}

/// What a text's answer is, held to the right one.
pub(crate) fn status_of(right: &Right, completion: &str) -> Status {
    right.result(completion).status
}

engine::operator!(row Math);
