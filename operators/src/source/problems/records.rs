//! The records of a collection's file, as JSON objects, whichever way it is stored.
//!
//! Owns the kinds of files: a JSON object a line, one JSON list, Parquet. Knows no collection.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use arrow::json::LineDelimitedWriter;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use serde_json::Value;

use crate::source::input_file::LineReader;

/// Rows of Parquet that are held at once: problems carry many tests.
const BATCH_ROWS: usize = 64;

/// What files with records end in.
const EXTENSIONS: [&str; 5] = ["jsonl", "json", "parquet", "gz", "zst"];

/// A record.
#[derive(Debug)]
pub(super) struct Record {
    /// A JSON object.
    pub(super) bytes: Vec<u8>,
    /// Where it stands, for messages.
    pub(super) place: String,
}

/// A file's records in their order.
pub(super) struct Records {
    path: PathBuf,
    form: Form,
    /// How many were given.
    number: u64,
}

enum Form {
    Lines(LineReader),
    List(std::vec::IntoIter<Value>),
    /// Rows that were read and not yet given, and the others.
    Parquet(std::vec::IntoIter<Vec<u8>>, ParquetRecordBatchReader),
}

/// Of the files that a folder or a glob has, those with records; a file that is named is one, whatever it is called.
pub(super) fn with_records(files: &[PathBuf]) -> impl Iterator<Item = &PathBuf> {
    let is_one = |file: &PathBuf| {
        let extension = file.extension().and_then(|extension| extension.to_str());
        extension.is_some_and(|extension| EXTENSIONS.contains(&extension))
    };
    files.iter().filter(move |file| files.len() == 1 || is_one(file))
}

impl Records {
    /// Opens a file.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let extension = path.extension().and_then(|extension| extension.to_str());
        let form = match extension {
            Some("parquet") => {
                let builder =
                    ParquetRecordBatchReaderBuilder::try_new(File::open(path).map_err(|error| at(path, error))?);
                let reader = builder.and_then(|builder| builder.with_batch_size(BATCH_ROWS).build());
                Form::Parquet(Vec::new().into_iter(), reader.map_err(|error| at(path, error))?)
            }
            Some("json") if is_list(path)? => {
                let file = BufReader::new(File::open(path).map_err(|error| at(path, error))?);
                let values: Vec<Value> = serde_json::from_reader(file).map_err(|error| at(path, error))?;
                Form::List(values.into_iter())
            }
            _ => Form::Lines(LineReader::open(path)?),
        };
        Ok(Self { path: path.to_owned(), form, number: 0 })
    }

    /// The next records, at most `count`; none at the end.
    pub(super) fn next(&mut self, count: usize) -> io::Result<Vec<Record>> {
        let path = self.path.display().to_string();
        if let Form::Lines(reader) = &mut self.form {
            let lines = reader.next(count)?;
            let record =
                |lines: &super::Lines, line| Record { bytes: lines.line(line).to_vec(), place: lines.place(line) };
            return Ok(lines.map_or_else(Vec::new, |lines| (0..lines.len()).map(|line| record(&lines, line)).collect()));
        }
        let mut records = Vec::new();
        while records.len() < count {
            let Some(bytes) = self.one()? else { break };
            self.number += 1;
            records.push(Record { bytes, place: format!("{path}:{}", self.number) });
        }
        Ok(records)
    }

    fn one(&mut self) -> io::Result<Option<Vec<u8>>> {
        match &mut self.form {
            Form::Lines(_) => Ok(None),
            Form::List(values) => Ok(values.next().map(|value| value.to_string().into_bytes())),
            Form::Parquet(rows, reader) => loop {
                if let Some(row) = rows.next() {
                    return Ok(Some(row));
                }
                let Some(batch) = reader.next() else { return Ok(None) };
                let batch = batch.map_err(|error| at(&self.path, error))?;
                *rows = objects(&batch).map_err(|error| at(&self.path, error))?.into_iter();
            },
        }
    }
}

/// Each row as a JSON object.
fn objects(batch: &RecordBatch) -> Result<Vec<Vec<u8>>, arrow::error::ArrowError> {
    let mut writer = LineDelimitedWriter::new(Vec::new());
    writer.write(batch)?;
    writer.finish()?;
    Ok(writer.into_inner().split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(<[u8]>::to_vec).collect())
}

fn is_list(path: &Path) -> io::Result<bool> {
    let mut file = BufReader::new(File::open(path).map_err(|error| at(path, error))?);
    let first =
        file.fill_buf().map_err(|error| at(path, error))?.iter().find(|byte| !byte.is_ascii_whitespace()).copied();
    Ok(first == Some(b'['))
}

fn at(path: &Path, error: impl std::fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("{}: {error}", path.display()))
}
