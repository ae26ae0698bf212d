//! `source.jsonl`: rows from files with one JSON object a line.

mod decode;
mod infer;

use std::path::PathBuf;

use arrow::array::RecordBatch;
use arrow::datatypes::DataType;
use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, FileParameter, Inputs, Operator, Outputs, TableOperator,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes};
use indexmap::IndexMap;
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(super) use self::decode::syntax_error;

use self::decode::Decoding;
use super::identify::{Identify, digest};
use super::input_file::{LineReader, Lines};
use super::projection::{BadValue, Projection, Wishes};
use crate::complaints;

/// How many rows the columns are taken from where `infer` does not say.
const INFERRED_ROWS: u64 = 1000;

/// Lines in a batch, and batches that are decoded at once.
const BATCH_LINES: usize = 4096;
const BATCHES_AT_ONCE: usize = 4;

/// Files of a folder that hold rows.
const EXTENSIONS: [&str; 3] = ["jsonl", "ndjson", "json"];

/// Reads rows from files with one JSON object a line.
///
/// # What it does
/// Reads a file, the files that a glob matches, or those of a folder (`.jsonl`, `.ndjson`, `.json`), in the order of
/// their names; `.gz` and `.zst` are unpacked. Columns and their types are taken from the first `infer` rows, an equal
/// share of each file. A later row that has another type in a column, or a column that was not met, is a fault that
/// names file, line and column: `types`, `omit` and a larger `infer` answer it.
///
/// `columns` renames, and takes fields out of mappings; columns that it does not name keep their names, and where two
/// would be called the same the renamed one stays. `rows` declares a row type: its columns come first, those that may
/// be null are added, and a missing one is a fault of the manifest.
///
/// A row without `id` gets one made of its line, so that it stays when lines are added, moved or removed; equal lines
/// are counted. Ids that the file brings must differ.
///
/// # Why
/// JSONL is what most tools write. Types that are known before anything runs are what the nodes behind are checked
/// against.
///
/// # Example
/// ```yaml
/// problems:
///   op: source.jsonl
///   with:
///     path: data/problems/*.jsonl.gz
///     rows: Problem
///     columns: {statement: question.text, id: task_id}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Jsonl {
    /// A file, a glob or a folder, relative to the manifest.
    #[schemars(length(min = 1))]
    pub path: String,
    /// New names of columns with the old ones; dots lead into mappings: `{statement: content.text}`.
    #[serde(default)]
    pub columns: IndexMap<String, String>,
    /// Types of columns, by their new names, where what the first rows show is not what is meant.
    #[serde(default)]
    pub types: IndexMap<String, ColumnType>,
    /// Columns to leave out, by the names that they have in the file.
    #[serde(default)]
    pub omit: Vec<String>,
    /// The row type that the rows are to have, such as `Problem`.
    #[serde(default)]
    pub rows: Option<String>,
    /// How many rows to read; all where it is not said.
    #[serde(default)]
    #[schemars(range(min = 1))]
    pub limit: Option<u64>,
    /// How many rows the columns and their types are taken from.
    #[serde(default = "default_infer")]
    #[schemars(range(min = 1, max = 1_000_000))]
    pub infer: u64,
}

/// The type of a column's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    /// Text; numbers and booleans become what they print as.
    Text,
    /// Whole numbers of 64 bits.
    Integer,
    /// Numbers.
    Float,
    /// True or false.
    Boolean,
}

/// What the files are read as.
struct Reading {
    decoding: Decoding,
    projection: Projection,
}

fn default_infer() -> u64 {
    INFERRED_ROWS
}

impl Operator for Jsonl {
    const NAME: &'static str = "source.jsonl";
    const VERSION: u32 = 1;

    fn inputs() -> Vec<InputPort> {
        Vec::new()
    }

    fn outputs() -> Vec<OutputPort> {
        let gives = "`id`, the columns of the row type `rows`, then what else the files have.";
        vec![OutputPort::new("rows", "The rows of all files.", OutputType::Derived(gives))]
    }

    fn types(&self, _inputs: &InputTypes, files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let Ok(found) = files.resolve(&self.path) else { return Ok([("rows".to_owned(), None)].into()) };
        let reading = self.reading(&with_rows(&self.path, found)?)?;
        Ok([("rows".to_owned(), Some(reading.projection.port_type))].into())
    }

    fn files(&self) -> Vec<FileParameter> {
        vec![FileParameter::required("path", self.path.clone())]
    }
}

impl TableOperator for Jsonl {
    fn run(&self, _inputs: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let files = with_rows(&self.path, context.files("path")?.to_vec()).map_err(complaints::fault)?;
        let reading = self.reading(&files).map_err(complaints::fault)?;
        if reading.projection.port_type.schema() != Some(&outputs.schema("rows")?) {
            return Err(Fault::node("the files have other columns than when the run was checked: check it again"));
        }
        let mut identify = Identify::new(context);
        let mut left = self.limit.unwrap_or(u64::MAX);
        for file in &files {
            let mut reader = LineReader::open(file)?;
            while left > 0 {
                context.check_cancelled()?;
                let some = next_batches(&mut reader, &mut left)?;
                if some.is_empty() {
                    break;
                }
                for (lines, decoded) in decode_all(&reading.decoding, &some) {
                    outputs.write("rows", &reading.project(lines, &decoded?, &mut identify)?)?;
                }
            }
        }
        Ok(())
    }
}

impl Jsonl {
    /// How to read files with these columns, or everything that is wrong with them.
    fn reading(&self, files: &[PathBuf]) -> Result<Reading, Vec<Complaint>> {
        let found = infer::columns(files, self.infer, &self.settled())?;
        let called = files.first().map(|file| format!("`{}`", file.display())).unwrap_or_default();
        let projection = Projection::new(&self.wishes(), &found, &called)?;
        Ok(Reading { decoding: Decoding::new(&found, &projection, &self.wishes()), projection })
    }

    /// Columns of the file whose type need not be found: they are left out, or `types` says it.
    fn settled(&self) -> Vec<&str> {
        let typed = self.types.keys().map(|name| self.columns.get(name).unwrap_or(name));
        self.omit.iter().chain(typed).map(String::as_str).collect()
    }

    fn wishes(&self) -> Wishes<'_> {
        Wishes {
            columns: &self.columns,
            omit: &self.omit,
            types: self.types.iter().map(|(name, wished)| (name.as_str(), wished.data_type())).collect(),
            rows: self.rows.as_deref(),
        }
    }
}

impl Reading {
    /// A decoded batch as rows of the source.
    fn project(&self, lines: &Lines, decoded: &RecordBatch, identify: &mut Identify<'_>) -> Result<RecordBatch, Fault> {
        let content = |row| digest(lines.line(row));
        self.projection.apply(decoded, identify, Some(&content)).map_err(|BadValue { row, message }| {
            let place = lines.place(row.unwrap_or(0));
            Fault::node(format!("{place}: {message}"))
        })
    }
}

impl ColumnType {
    /// As Arrow stores it.
    #[must_use]
    pub fn data_type(self) -> DataType {
        match self {
            Self::Text => DataType::Utf8,
            Self::Integer => DataType::Int64,
            Self::Float => DataType::Float64,
            Self::Boolean => DataType::Boolean,
        }
    }
}

/// Of several files those that hold rows; one that is named is read whatever it is called.
fn with_rows(pattern: &str, files: Vec<PathBuf>) -> Result<Vec<PathBuf>, Vec<Complaint>> {
    if let [_] = files.as_slice() {
        return Ok(files);
    }
    let packed = |name: &str| name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(name).to_owned();
    let holds_rows = |file: &PathBuf| {
        let name = file.file_name().map(|name| packed(&name.to_string_lossy())).unwrap_or_default();
        name.rsplit_once('.').is_some_and(|(_, extension)| EXTENSIONS.contains(&extension))
    };
    let chosen: Vec<_> = files.into_iter().filter(holds_rows).collect();
    if chosen.is_empty() {
        let message = format!("`{pattern}` has no file that ends in .jsonl, .ndjson or .json");
        return Err(vec![Complaint::parameter("operator::unreadable_file", &["path"], message, "no such file")]);
    }
    Ok(chosen)
}

fn next_batches(reader: &mut LineReader, left: &mut u64) -> Result<Vec<Lines>, Fault> {
    let mut some = Vec::new();
    while some.len() < BATCHES_AT_ONCE && *left > 0 {
        let count = BATCH_LINES.min(usize::try_from(*left).unwrap_or(BATCH_LINES));
        let Some(lines) = reader.next(count)? else { break };
        *left -= lines.len() as u64;
        some.push(lines);
    }
    Ok(some)
}

fn decode_all<'a>(decoding: &Decoding, some: &'a [Lines]) -> Vec<(&'a Lines, Result<RecordBatch, Fault>)> {
    some.par_iter().map(|lines| (lines, decoding.decode(lines).map_err(Fault::Node))).collect()
}

engine::operator!(table Jsonl);
