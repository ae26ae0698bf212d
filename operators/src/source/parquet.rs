//! `source.parquet`: rows from Parquet files.

mod dataset;
mod schema;

use std::fs::File;
use std::path::{Path, PathBuf};

use arrow::datatypes::SchemaRef;
use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, FileParameter, Inputs, Operator, Outputs, TableOperator,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes};
use indexmap::IndexMap;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::identify::Identify;
use super::projection::{BadValue, Origin, Projection, Wishes};
use crate::complaints;

/// Rows in a batch.
const BATCH_ROWS: usize = 4096;

/// Reads rows from Parquet files.
///
/// # What it does
/// Reads a file, the files that a glob matches, or those of a folder, in the order of their names. A folder may be a
/// dataset as Hugging Face has it (`data/train-00000-of-00002.parquet`): `split` chooses one of its splits, and must
/// where there are several. All files must have the same columns and types.
///
/// `columns` renames, and takes fields out of mappings; columns that it does not name keep their names, and where two
/// would be called the same the renamed one stays. Columns under `omit` are not read. `rows` declares a row type: its
/// columns come first, those that may be null are added, narrower numbers and other storages of text are widened to
/// what it has, and a missing column is a fault of the manifest.
///
/// A row without `id` gets one made of its columns, so that it stays when other rows come and go; equal rows are
/// counted. Ids that the files bring must differ.
///
/// # Why
/// Parquet is what datasets are published in, and what another pipeline's export is.
///
/// # Example
/// ```yaml
/// pairs:
///   op: source.parquet
///   with: {path: data/preferences, split: train, rows: Preference, columns: {prompt: question}}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Parquet {
    /// A file, a glob or a folder, relative to the manifest.
    #[schemars(length(min = 1))]
    pub path: String,
    /// The split of a dataset folder, such as `train`.
    #[serde(default)]
    #[schemars(length(min = 1))]
    pub split: Option<String>,
    /// New names of columns with the old ones; dots lead into mappings: `{statement: content.text}`.
    #[serde(default)]
    pub columns: IndexMap<String, String>,
    /// Columns to leave out, by the names that they have in the files.
    #[serde(default)]
    pub omit: Vec<String>,
    /// The row type that the rows are to have, such as `Problem`.
    #[serde(default)]
    pub rows: Option<String>,
    /// How many rows to read; all where it is not said.
    #[serde(default)]
    #[schemars(range(min = 1))]
    pub limit: Option<u64>,
}

impl Operator for Parquet {
    const NAME: &'static str = "source.parquet";
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
        let files = dataset::choose(&self.path, found, self.split.as_deref())?;
        let projection = self.projection(&files)?;
        Ok([("rows".to_owned(), Some(projection.port_type))].into())
    }

    fn files(&self) -> Vec<FileParameter> {
        vec![FileParameter::required("path", self.path.clone())]
    }
}

impl TableOperator for Parquet {
    fn run(&self, _inputs: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let files = dataset::choose(&self.path, context.files("path")?.to_vec(), self.split.as_deref());
        let files = files.map_err(complaints::fault)?;
        let projection = self.projection(&files).map_err(complaints::fault)?;
        if projection.port_type.schema() != Some(&outputs.schema("rows")?) {
            return Err(Fault::node("the files have other columns than when the run was checked: check it again"));
        }
        let mut identify = Identify::new(context);
        let mut left = self.limit.unwrap_or(u64::MAX);
        for file in &files {
            if left == 0 {
                break;
            }
            left -= read(file, left, &projection, &mut identify, context, outputs)?;
        }
        Ok(())
    }
}

impl Parquet {
    /// How to read files of these columns, or everything that is wrong with them.
    fn projection(&self, files: &[PathBuf]) -> Result<Projection, Vec<Complaint>> {
        let schema = schema::common(files)?;
        let wishes =
            Wishes { columns: &self.columns, omit: &self.omit, types: IndexMap::new(), rows: self.rows.as_deref() };
        let called = files.first().map(|file| format!("`{}`", file.display())).unwrap_or_default();
        Projection::new(&wishes, &schema, &called)
    }
}

/// Gives at most `limit` rows of a file; says how many.
fn read(
    path: &Path,
    limit: u64,
    projection: &Projection,
    identify: &mut Identify<'_>,
    context: &Context,
    outputs: &mut Outputs<'_>,
) -> Result<u64, Fault> {
    let unreadable = |error: &dyn std::fmt::Display| Fault::node(format!("{}: {error}", path.display()));
    let mut done = 0;
    for batch in open(path, limit, projection).map_err(|error| unreadable(&error))? {
        context.check_cancelled()?;
        let batch = schema::plain(&batch.map_err(|error| unreadable(&error))?).map_err(|error| unreadable(&error))?;
        let rows = projection.apply(&batch, identify, None).map_err(|BadValue { row, message }| {
            let row = row.map(|row| format!(", row {}", done + row as u64 + 1)).unwrap_or_default();
            Fault::node(format!("{}{row}: {message}", path.display()))
        })?;
        outputs.write("rows", &rows)?;
        done += batch.num_rows() as u64;
    }
    Ok(done)
}

/// The columns that the projection takes, and no others.
fn open(path: &Path, limit: u64, projection: &Projection) -> parquet::errors::Result<ParquetRecordBatchReader> {
    let file = File::open(path)?;
    let metadata = ArrowReaderMetadata::load(&file, schema::reading())?;
    let wanted: Vec<&String> = projection
        .columns()
        .filter_map(|(_, origin)| match origin {
            Origin::File(path) => path.first(),
            Origin::Nowhere => None,
        })
        .collect();
    let schema: &SchemaRef = metadata.schema();
    let places = (0..schema.fields().len()).filter(|place| wanted.contains(&schema.field(*place).name()));
    let mask = ProjectionMask::roots(metadata.parquet_schema(), places);
    let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    builder.with_projection(mask).with_batch_size(BATCH_ROWS).with_limit(limit).build()
}

engine::operator!(table Parquet);
