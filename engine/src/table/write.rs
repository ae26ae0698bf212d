//! One part as one Parquet file: the same rows and columns give the same bytes.
//!
//! Owns how Parquet is written. Where files go and what they mean is the caller's business.

use std::fs::File;
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use parquet::arrow::{ArrowSchemaConverter, ArrowWriter};
use parquet::basic::{Compression, Encoding, Type, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use serde::{Deserialize, Serialize};

use super::conform::{bare, conform};
use super::digest::HashingWriter;
use super::range::Ranges;
use super::slices::Slices;
use super::{Digest, TableError};

/// A stored part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartRecord {
    /// Its rows.
    pub rows: u64,
    /// The file's size.
    pub bytes: u64,
    /// The file's digest.
    pub digest: Digest,
}

/// Writes rows to a file that appears under its name only when it is whole. The bytes depend on the rows and the
/// schema alone, not on how the rows are cut into batches.
///
/// # Errors
/// A batch that does not fit the schema, or a disk that takes no more; nothing is left behind then.
pub fn write_part(path: &Path, schema: &SchemaRef, batches: &[RecordBatch]) -> Result<PartRecord, TableError> {
    let mut part = PartWriter::create(path, schema)?;
    let mut slices = Slices::default();
    for batch in batches {
        for slice in slices.push(conform(batch, &part.schema)?) {
            part.write(&slice?)?;
        }
    }
    if let Some(rest) = slices.rest() {
        part.write(&rest?)?;
    }
    part.finish()
}

/// A part in the making. Dropped unfinished, it leaves nothing.
pub(super) struct PartWriter {
    pub(super) schema: SchemaRef,
    path: PathBuf,
    temporary: TemporaryFile,
    writer: ArrowWriter<HashingWriter<File>>,
    rows: u64,
    ranges: Ranges,
}

impl PartWriter {
    pub(super) fn create(path: &Path, schema: &SchemaRef) -> Result<Self, TableError> {
        let (schema, ranges) = (bare(schema), Ranges::of(schema));
        let mut name = path.as_os_str().to_owned();
        name.push(".tmp");
        let temporary = TemporaryFile(PathBuf::from(name));
        let file = File::create(&temporary.0).map_err(|error| TableError::io(&temporary.0, error))?;
        let writer = properties(&schema)
            .and_then(|properties| ArrowWriter::try_new(HashingWriter::new(file), schema.clone(), Some(properties)))
            .map_err(|error| failure(path, error))?;
        Ok(Self { schema, path: path.to_owned(), temporary, writer, rows: 0, ranges })
    }

    /// Appends rows; a caller that wants reproducible bytes cuts them reproducibly.
    pub(super) fn write(&mut self, slice: &RecordBatch) -> Result<(), TableError> {
        self.ranges.check(slice)?;
        self.rows += slice.num_rows() as u64;
        self.writer.write(slice).map_err(|error| failure(&self.path, error))
    }

    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    pub(super) fn finish(mut self) -> Result<PartRecord, TableError> {
        self.writer.finish().map_err(|error| failure(&self.path, error))?;
        let (bytes, digest) = self.writer.inner().written();
        std::fs::rename(&self.temporary.0, &self.path).map_err(|error| TableError::io(&self.path, error))?;
        Ok(PartRecord { rows: self.rows, bytes, digest })
    }
}

/// Removed when dropped, unless it was renamed by then.
struct TemporaryFile(PathBuf);

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        // After the rename there is nothing of that name; if removing fails, the next writer of the part overwrites.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Values of a dictionary, in bytes, above which a column stops having one: enough for labels, while unique texts
/// leave it after a few hundred rows instead of being hashed to the end.
const DICTIONARY_BYTES: usize = 32 << 10;

/// zstd's second level stores problem-like text in 1.0 to 1.1 times the size of the same rows as zstd-3 JSONL, at
/// nine tenths of the first level's speed. Statistics would cost a comparison a value and no one here asks for them.
fn properties(schema: &SchemaRef) -> Result<WriterProperties, ParquetError> {
    let mut builder = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(2)?))
        .set_created_by("millrace".to_owned())
        .set_statistics_enabled(EnabledStatistics::None)
        .set_offset_index_disabled(true)
        .set_write_batch_size(256)
        .set_dictionary_page_size_limit(DICTIONARY_BYTES);
    for column in ArrowSchemaConverter::new().convert(schema)?.columns() {
        // Lengths apart from texts and differences of numbers compress better, and cost no more.
        let encoding = match column.physical_type() {
            Type::BYTE_ARRAY => Encoding::DELTA_LENGTH_BYTE_ARRAY,
            Type::INT32 | Type::INT64 => Encoding::DELTA_BINARY_PACKED,
            _ => continue,
        };
        builder = builder.set_column_encoding(column.path().clone(), encoding);
    }
    Ok(builder.build())
}

/// A full disk must stay recognisable as one: Parquet wraps it.
fn failure(path: &Path, error: ParquetError) -> TableError {
    match error {
        ParquetError::External(source) => match source.downcast::<std::io::Error>() {
            Ok(source) => TableError::io(path, *source),
            Err(source) => TableError::format(path, &source),
        },
        other => TableError::format(path, &other),
    }
}
