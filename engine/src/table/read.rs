//! Reading a table part by part.

use std::fs::File;
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use arrow::datatypes::SchemaRef;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};

use super::{Part, TableError};

/// How many rows are read at a time.
const BATCH: usize = 4096;

/// Rows on disk: Parquet files of one schema, in order. Holds no row in memory.
#[derive(Clone, Debug)]
pub struct Table {
    /// The columns.
    pub schema: SchemaRef,
    /// The files, in order.
    pub parts: Vec<PathBuf>,
    /// Rows in all of them.
    pub rows: u64,
}

impl Table {
    /// Parts that exist; the columns are those of the first.
    ///
    /// # Errors
    /// A first part that is missing or cannot be read.
    pub fn open(parts: Vec<PathBuf>, rows: u64) -> Result<Self, TableError> {
        let first = parts.first().ok_or_else(|| TableError::Schema("a table has at least one part".to_owned()))?;
        let file = File::open(first).map_err(|error| TableError::io(first, error))?;
        let metadata = ArrowReaderMetadata::load(&file, ArrowReaderOptions::default())
            .map_err(|error| TableError::format(first, &error))?;
        Ok(Self { schema: metadata.schema().clone(), parts, rows })
    }

    /// The rows in order, some thousand at a time.
    #[must_use]
    pub fn batches(&self) -> Batches<'_> {
        Batches { parts: self.parts.iter(), columns: None, open: None }
    }

    /// The rows in order, of which only these columns are read; a column that is not there is left out.
    #[must_use]
    pub fn columns<'a>(&'a self, columns: &'a [&'a str]) -> Batches<'a> {
        Batches { parts: self.parts.iter(), columns: Some(columns), open: None }
    }

    /// At most so many rows from a row on; of the others as little is decoded as the files allow.
    ///
    /// # Errors
    /// A part that cannot be read.
    pub fn slice(&self, skipped: u64, wanted: usize) -> Result<RecordBatch, TableError> {
        let (mut skipped, mut left) = (skipped, wanted);
        let mut found = Vec::new();
        for path in &self.parts {
            if left == 0 {
                break;
            }
            let part = Part::open(path)?;
            let rows = part.rows();
            if skipped >= rows {
                skipped -= rows;
                continue;
            }
            for batch in part.read(skipped, left.min(BATCH))? {
                let batch = batch?;
                let batch = batch.slice(0, left.min(batch.num_rows()));
                left -= batch.num_rows();
                found.push(batch);
                if left == 0 {
                    break;
                }
            }
            skipped = 0;
        }
        concat_batches(&self.schema, &found).map_err(|error| TableError::Schema(error.to_string()))
    }

    /// All rows in one batch: for tables that an operator must hold whole.
    ///
    /// # Errors
    /// A part that cannot be read.
    pub fn read(&self) -> Result<RecordBatch, TableError> {
        let batches = self.batches().collect::<Result<Vec<_>, _>>()?;
        concat_batches(&self.schema, &batches).map_err(|error| TableError::Schema(error.to_string()))
    }
}

/// The batches of a [`Table`].
pub struct Batches<'a> {
    parts: std::slice::Iter<'a, PathBuf>,
    columns: Option<&'a [&'a str]>,
    open: Option<(&'a Path, ParquetRecordBatchReader)>,
}

impl Iterator for Batches<'_> {
    type Item = Result<RecordBatch, TableError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((path, reader)) = &mut self.open
                && let Some(batch) = reader.next()
            {
                return Some(batch.map_err(|error| TableError::format(path, &error)));
            }
            let path = self.parts.next()?;
            match open(path, self.columns) {
                Ok(reader) => self.open = Some((path, reader)),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

fn open(path: &Path, columns: Option<&[&str]>) -> Result<ParquetRecordBatchReader, TableError> {
    let file = File::open(path).map_err(|error| TableError::io(path, error))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| TableError::format(path, &error))?;
    let mask = match columns {
        None => ProjectionMask::all(),
        Some(columns) => ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied()),
    };
    let builder = builder.with_projection(mask).with_batch_size(BATCH);
    builder.build().map_err(|error| TableError::format(path, &error))
}
