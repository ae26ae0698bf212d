//! Reading one part from a row on.

use std::fs::File;
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use super::TableError;

/// An opened part.
pub(crate) struct Part {
    path: PathBuf,
    builder: ParquetRecordBatchReaderBuilder<File>,
}

impl Part {
    /// Opens a part and reads what it says of itself.
    ///
    /// # Errors
    /// A file that is not there or is no Parquet.
    pub(crate) fn open(path: &Path) -> Result<Self, TableError> {
        let file = File::open(path).map_err(|error| TableError::io(path, error))?;
        let builder = ParquetRecordBatchReaderBuilder::try_new(file);
        let builder = builder.map_err(|error| TableError::format(path, &error))?;
        Ok(Self { path: path.to_owned(), builder })
    }

    /// Its rows.
    pub(crate) fn rows(&self) -> u64 {
        u64::try_from(self.builder.metadata().file_metadata().num_rows()).unwrap_or(0)
    }

    /// Its rows but the first `skipped`, at most `batch_rows` at a time; what is skipped is not decoded.
    ///
    /// # Errors
    /// Columns that cannot be read.
    pub(crate) fn read(self, skipped: u64, batch_rows: usize) -> Result<PartRows, TableError> {
        let Self { path, builder } = self;
        let skipped = usize::try_from(skipped).unwrap_or(usize::MAX);
        let reader = builder.with_offset(skipped).with_batch_size(batch_rows).build();
        let reader = reader.map_err(|error| TableError::format(&path, &error))?;
        Ok(PartRows { path, reader })
    }
}

/// The rows of a part.
pub(crate) struct PartRows {
    path: PathBuf,
    reader: ParquetRecordBatchReader,
}

impl Iterator for PartRows {
    type Item = Result<RecordBatch, TableError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.reader.next().map(|batch| batch.map_err(|error| TableError::format(&self.path, &error)))
    }
}
