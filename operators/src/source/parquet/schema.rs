//! The columns of Parquet files, in the types that rows have everywhere else.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Fields, Schema};
use arrow::error::ArrowError;
use engine::operator::Complaint;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};

use crate::complaints::type_name;

/// How files are opened.
pub(super) fn reading() -> ArrowReaderOptions {
    ArrowReaderOptions::new()
}

/// The columns that all files have, or what each file has else.
pub(super) fn common(files: &[PathBuf]) -> Result<Schema, Vec<Complaint>> {
    let mut complaints = Vec::new();
    let mut common: Option<(&PathBuf, Schema)> = None;
    for file in files {
        match (of_file(file), &common) {
            (Err(message), _) => complaints.push(complaint("operator::unreadable_file", message).help(OTHER_SOURCES)),
            (Ok(schema), None) => common = Some((file, schema)),
            (Ok(schema), Some((first, wanted))) => complaints.extend(difference(first, wanted, file, &schema)),
        }
    }
    if !complaints.is_empty() {
        return Err(complaints);
    }
    Ok(common.map_or_else(Schema::empty, |(_, schema)| schema))
}

fn of_file(path: &Path) -> Result<Schema, String> {
    let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let metadata = ArrowReaderMetadata::load(&file, reading());
    let metadata = metadata.map_err(|error| format!("{}: not readable as Parquet: {error}", path.display()))?;
    let fields = metadata.schema().fields().iter().map(|field| plain_field(field));
    Ok(Schema::new(fields.collect::<Vec<_>>()))
}

/// The first column in which a file differs.
fn difference(first: &Path, wanted: &Schema, file: &Path, found: &Schema) -> Option<Complaint> {
    let (first, file) = (first.display(), file.display());
    let lacks = |one: &Schema, other: &Schema| {
        one.fields().iter().find(|field| other.field_with_name(field.name()).is_err()).map(|field| field.name().clone())
    };
    if let Some(column) = lacks(wanted, found) {
        let message = format!("{file} lacks the column `{column}` that {first} has");
        return Some(complaint("operator::unlike_files", message));
    }
    if let Some(column) = lacks(found, wanted) {
        let message = format!("{file} has a column `{column}` that {first} lacks");
        return Some(complaint("operator::unlike_files", message));
    }
    wanted.fields().iter().find_map(|field| {
        let other = found.field_with_name(field.name()).ok()?;
        (other.data_type() != field.data_type()).then(|| {
            let (own, theirs) = (type_name(field.data_type()), type_name(other.data_type()));
            let message = format!("column `{}` is {theirs} in {file} and {own} in {first}", field.name());
            complaint("operator::unlike_files", message)
        })
    })
}

const OTHER_SOURCES: &str = "the file is damaged or no Parquet; `source.jsonl` reads JSON lines";

fn complaint(code: &'static str, message: String) -> Complaint {
    Complaint::parameter(code, &["path"], message, "these files")
}

/// A batch in the types of [`plain_type`].
pub(super) fn plain(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let fields: Fields = batch.schema().fields().iter().map(|field| plain_field(field)).collect();
    let columns = fields.iter().zip(batch.columns()).map(|(field, column)| match column.data_type() {
        own if own == field.data_type() => Ok(column.clone()),
        _ => cast(column, field.data_type()),
    });
    let columns = columns.collect::<Result<_, _>>()?;
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}

/// Files need not promise that values are there, nor keep what their writer noted beside.
fn plain_field(field: &Field) -> Field {
    Field::new(field.name(), plain_type(field.data_type()), true)
}

/// One type for every storage of the same values: text is text, whole numbers have 64 bits, a list is a list.
fn plain_type(data_type: &DataType) -> DataType {
    let item = |field: &Field| Arc::new(Field::new_list_field(plain_type(field.data_type()), true));
    match data_type {
        DataType::LargeUtf8 | DataType::Utf8View => DataType::Utf8,
        DataType::UInt64 => DataType::UInt64,
        whole if whole.is_integer() => DataType::Int64,
        number if number.is_floating() => DataType::Float64,
        DataType::LargeBinary | DataType::BinaryView => DataType::Binary,
        DataType::Dictionary(_, values) => plain_type(values),
        DataType::List(field) | DataType::LargeList(field) | DataType::FixedSizeList(field, _) => {
            DataType::List(item(field))
        }
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(|field| plain_field(field)).collect::<Fields>()),
        other => other.clone(),
    }
}
