//! `source.problems`: programming problems from the collections that publish them.

mod big_code_bench;
mod deep_coder;
mod eval_plus;
mod human_eval;
mod live_code_bench;
mod mathematics;
mod mbpp;
mod packed;
mod practice;
mod problem;
mod records;
mod reward_bench;
mod window;

use std::collections::HashMap;
use std::path::Path;

use arrow::datatypes::{DataType, Field};
use arrow::json::ReaderBuilder;
use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, FileParameter, Inputs, Operator, Outputs, TableOperator,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::problem::Item;
use self::records::{Record, Records, with_records};
use self::window::Window;
use super::identify::digest;
use super::input_file::Lines;
use super::jsonl::syntax_error;
use crate::row::with_columns;

/// Records in a batch: problems carry many tests.
const BATCH: usize = 512;

/// Records that a check reads; the others are read when the node runs.
const CHECKED: usize = 100;

/// Reads programming problems, whatever their collection calls things.
///
/// # What it does
/// Reads the files of one collection and gives each problem as a `Problem`: statement, what code begins with, a solution
/// that is a complete program, and tests. Files hold a JSON object a line, one JSON list (`.json`) or Parquet.
///
/// - `practice`: the fields of `Problem` under their own names.
/// - `deepcoder`: DeepCoder-Preview-Dataset, each of its four parts. Ids are made of the content.
/// - `livecodebench`: `code_generation_lite`. The private tests, a packed pickle, are read without running it. `date` is
///   the contest's, and `entry` of a functional problem `Solution().name`.
/// - `human_eval`, `human_eval_plus`: HumanEval as OpenAI publishes it, and HumanEval+ as EvalPlus does, on Hugging Face
///   or in its releases. The statement is the prompt; the one test, of the kind `assert`, is the check function with its
///   call. A release's tests are two, over HumanEval's inputs and over the others, which a program has to give the same
///   for as the reference solution. Where there is no numpy, EvalPlus's tests are given what they use of it.
/// - `mbpp`, `mbpp_plus`: MBPP, whole or sanitized, with a test for each assertion; MBPP+ as on Hugging Face, with one
///   for all. The statement ends in the first assertion, which names the function.
/// - `big_code_bench`: the statement is the prompt that is to be completed; the one test runs its `unittest` cases.
/// - `dapo_math`, `math500`: DAPO-Math-17k and MATH-500. They have no tests, and a column `answer`. What DAPO's prompts
///   say of how to answer is left out.
/// - `reward_bench`: RewardBench, whose rows are a `Preference` with its `subset`.
///
/// A problem that stands in the files more than once, as all of DAPO's do, is read once; two that have one id are a
/// fault.
///
/// `after` and `before` keep problems of a time: of both days too. A problem of the day `before` that was published
/// later than at midnight is left out, as LiveCodeBench's own selection does.
///
/// # Why
/// Collections differ in what they call things and in how they write tests. Here they become one type, once, and no
/// node behind knows where a problem came from.
///
/// # Example
/// ```yaml
/// heldout:
///   op: source.problems
///   with: {path: data/livecodebench, format: livecodebench, after: 2024-10-01, before: 2025-02-01}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Problems {
    /// A file, a glob or a folder, relative to the manifest; `.gz` and `.zst` are unpacked.
    #[schemars(length(min = 1))]
    pub path: String,
    /// The collection.
    pub format: Format,
    /// The first day of publication, as YYYY-MM-DD.
    #[serde(default)]
    #[schemars(regex(pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"))]
    pub after: Option<String>,
    /// The last day.
    #[serde(default)]
    #[schemars(regex(pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"))]
    pub before: Option<String>,
    /// How many problems to read; all where it is not said.
    #[serde(default)]
    #[schemars(range(min = 1))]
    pub limit: Option<u64>,
}

/// A collection of problems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// The fields of `Problem`.
    Practice,
    /// DeepCoder-Preview-Dataset.
    Deepcoder,
    /// LiveCodeBench's `code_generation_lite`.
    Livecodebench,
    /// HumanEval, as OpenAI publishes it.
    HumanEval,
    /// HumanEval+, as EvalPlus publishes it.
    HumanEvalPlus,
    /// MBPP, whole or sanitized.
    Mbpp,
    /// MBPP+, as EvalPlus publishes it on Hugging Face.
    MbppPlus,
    /// BigCodeBench.
    BigCodeBench,
    /// DAPO-Math-17k.
    DapoMath,
    /// MATH-500.
    Math500,
    /// RewardBench.
    RewardBench,
}

/// Makes a row of a record.
type Parse = fn(&[u8]) -> Result<Item, serde_json::Error>;

impl Format {
    fn parse(self) -> Parse {
        match self {
            Self::Practice => practice::parse,
            Self::Deepcoder => deep_coder::parse,
            Self::Livecodebench => live_code_bench::parse,
            Self::HumanEval => human_eval::parse,
            Self::HumanEvalPlus => human_eval::parse_plus,
            Self::Mbpp => mbpp::parse,
            Self::MbppPlus => mbpp::parse_plus,
            Self::BigCodeBench => big_code_bench::parse,
            Self::DapoMath => mathematics::parse_dapo,
            Self::Math500 => mathematics::parse_math,
            Self::RewardBench => reward_bench::parse,
        }
    }

    /// The type of its rows.
    fn rows(self) -> PortType {
        let text = |name: &str| vec![Field::new(name, DataType::Utf8, false)];
        match self {
            Self::RewardBench => with_columns(&PortType::rows("Preference"), text("subset")),
            Self::DapoMath | Self::Math500 => with_columns(&PortType::rows("Problem"), text("answer")),
            _ => PortType::rows("Problem"),
        }
    }

    fn has_dates(self) -> bool {
        matches!(self, Self::Practice | Self::Livecodebench)
    }
}

impl Operator for Problems {
    const NAME: &'static str = "source.problems";
    /// 2: what stands in for numpy in EvalPlus's tests outlives the first of them.
    const VERSION: u32 = 2;

    fn inputs() -> Vec<InputPort> {
        Vec::new()
    }

    fn outputs() -> Vec<OutputPort> {
        let gives =
            "`Problem`, with `answer` where it is of mathematics; `Preference` with `subset` for `reward_bench`.";
        vec![OutputPort::new("rows", "The problems of all files.", OutputType::Derived(gives))]
    }

    fn types(&self, _inputs: &InputTypes, files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let mut complaints = self.window().complaints();
        if !self.format.has_dates() {
            let message = "problems of this format have no dates";
            let given = [("after", &self.after), ("before", &self.before)].into_iter().filter(|(_, day)| day.is_some());
            let complaint = |(name, _)| Complaint::parameter("operator::parameters", &[name], message, "leave it out");
            complaints.extend(given.map(complaint));
        }
        if let Ok(found) = files.resolve(&self.path)
            && let Some(Err(message)) = with_records(&found).next().map(|file| self.check(file))
        {
            let complaint = Complaint::parameter("operator::unreadable_file", &["path"], message, "not in this format");
            complaints.push(complaint.help("`format` says whose fields the file has; `source.jsonl` reads any"));
        }
        if complaints.is_empty() { Ok([("rows".to_owned(), Some(self.format.rows()))].into()) } else { Err(complaints) }
    }

    fn files(&self) -> Vec<FileParameter> {
        vec![FileParameter::required("path", self.path.clone())]
    }
}

impl TableOperator for Problems {
    fn run(&self, _inputs: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let schema = outputs.schema("rows")?;
        let (window, mut seen, mut read) = (self.window(), Seen::default(), 0);
        let limit = self.limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
        for file in with_records(context.files("path")?) {
            let mut records = Records::open(file)?;
            while read < limit {
                context.check_cancelled()?;
                let batch = records.next(BATCH)?;
                if batch.is_empty() {
                    break;
                }
                let mut items = Vec::new();
                for (item, record) in self.parse(&batch).map_err(Fault::Node)?.into_iter().zip(&batch) {
                    if window.has(item.published()) && seen.is_new(&item, record)? {
                        items.push(item);
                    }
                }
                items.truncate(limit - read);
                read += items.len();
                let mut decoder = ReaderBuilder::new(schema.clone()).build_decoder()?;
                decoder.serialize(&items)?;
                if let Some(batch) = decoder.flush()? {
                    outputs.write("rows", &batch)?;
                }
            }
        }
        Ok(())
    }
}

/// The ids that were read, and of what.
#[derive(Default)]
struct Seen(HashMap<String, u128>);

impl Seen {
    /// Whether nothing with this id was read; a fault where that was something else.
    fn is_new(&mut self, item: &Item, record: &Record) -> Result<bool, Fault> {
        let content = digest(&record.bytes);
        match self.0.insert(item.id().to_owned(), content) {
            None => Ok(true),
            Some(before) if before == content => Ok(false),
            Some(_) => {
                let message = format!("{}: the id `{}` was another problem's before", record.place, item.id());
                Err(Fault::node(message))
            }
        }
    }
}

impl Problems {
    fn window(&self) -> Window<'_> {
        Window { after: self.after.as_deref(), before: self.before.as_deref() }
    }

    /// Whether the first records are in the format.
    fn check(&self, file: &Path) -> Result<(), String> {
        let records = Records::open(file).and_then(|mut records| records.next(CHECKED));
        self.parse(&records.map_err(|error| error.to_string())?).map(drop)
    }

    fn parse(&self, records: &[Record]) -> Result<Vec<Item>, String> {
        let parse = self.format.parse();
        let one = |record: &Record| parse(&record.bytes).map_err(|error| syntax_error(&record.place, &error));
        records.iter().map(one).collect()
    }
}

engine::operator!(table Problems);
