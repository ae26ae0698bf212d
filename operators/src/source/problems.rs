//! `source.problems`: programming problems from the collections that publish them.

mod human_eval;
mod practice;
mod problem;

use std::path::Path;

use arrow::json::ReaderBuilder;
use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, FileParameter, Inputs, Operator, Outputs, TableOperator, declared_types,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::problem::Problem;
use super::input_file::{LineReader, Lines};
use super::jsonl::syntax_error;

/// Lines in a batch: problems carry many tests.
const BATCH_LINES: usize = 512;

/// Lines that a check reads; the others are read when the node runs.
const CHECKED_LINES: usize = 100;

/// Reads programming problems, whatever their collection calls things.
///
/// # What it does
/// Reads the files of one collection and gives each problem as a `Problem`: statement, what code begins with, a solution
/// that is a complete program, and tests.
///
/// - `practice`: one JSON object a line with the fields of `Problem` under their own names.
/// - `human_eval`: HumanEval as published, `HumanEval.jsonl.gz`. The statement is the prompt; the solution is the prompt
///   with the canonical body; the one test, of the kind `assert`, is the check function with its call.
///
/// # Why
/// Collections differ in what they call things and in how they write tests. Here they become one type, once, and no
/// node behind knows where a problem came from.
///
/// # Example
/// ```yaml
/// heldout:
///   op: source.problems
///   with: {path: data/HumanEval.jsonl.gz, format: human_eval}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Problems {
    /// A file, a glob or a folder, relative to the manifest; `.gz` and `.zst` are unpacked.
    #[schemars(length(min = 1))]
    pub path: String,
    /// The collection.
    pub format: Format,
    /// How many problems to read; all where it is not said.
    #[serde(default)]
    #[schemars(range(min = 1))]
    pub limit: Option<u64>,
}

/// A collection of problems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// The fields of `Problem`, one object a line.
    Practice,
    /// HumanEval, as OpenAI publishes it.
    HumanEval,
}

impl Operator for Problems {
    const NAME: &'static str = "source.problems";
    const VERSION: u32 = 1;

    fn inputs() -> Vec<InputPort> {
        Vec::new()
    }

    fn outputs() -> Vec<OutputPort> {
        vec![OutputPort::new("rows", "The problems of all files.", OutputType::Is(PortType::rows("Problem")))]
    }

    fn types(&self, inputs: &InputTypes, files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let types = declared_types(&Self::outputs(), inputs);
        let Ok(found) = files.resolve(&self.path) else { return Ok(types) };
        let checked = found.first().map_or(Ok(()), |file| self.check(file));
        checked.map(|()| types).map_err(|message| {
            let complaint = Complaint::parameter("operator::unreadable_file", &["path"], message, "not in this format");
            vec![complaint.help("`format` says whose fields the file has; `source.jsonl` reads any")]
        })
    }

    fn files(&self) -> Vec<FileParameter> {
        vec![FileParameter { parameter: "path", pattern: self.path.clone() }]
    }
}

impl TableOperator for Problems {
    fn run(&self, _inputs: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let schema = outputs.schema("rows")?;
        let mut left = self.limit.unwrap_or(u64::MAX);
        for file in context.files("path")? {
            let mut reader = LineReader::open(file)?;
            while left > 0 {
                context.check_cancelled()?;
                let count = BATCH_LINES.min(usize::try_from(left).unwrap_or(BATCH_LINES));
                let Some(lines) = reader.next(count)? else { break };
                left -= lines.len() as u64;
                let problems = self.parse(&lines).map_err(Fault::Node)?;
                let mut decoder = ReaderBuilder::new(schema.clone()).build_decoder()?;
                decoder.serialize(&problems)?;
                if let Some(batch) = decoder.flush()? {
                    outputs.write("rows", &batch)?;
                }
            }
        }
        Ok(())
    }
}

impl Problems {
    /// Whether the first lines are in the format.
    fn check(&self, file: &Path) -> Result<(), String> {
        let mut reader = LineReader::open(file).map_err(|error| error.to_string())?;
        let lines = reader.next(CHECKED_LINES).map_err(|error| error.to_string())?;
        lines.map_or(Ok(()), |lines| self.parse(&lines).map(drop))
    }

    fn parse(&self, lines: &Lines) -> Result<Vec<Problem>, String> {
        let parse = match self.format {
            Format::Practice => practice::parse,
            Format::HumanEval => human_eval::parse,
        };
        let one = |index| parse(lines.line(index)).map_err(|error| syntax_error(&lines.place(index), &error));
        (0..lines.len()).map(one).collect()
    }
}

engine::operator!(table Problems);
