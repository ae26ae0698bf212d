//! A split as files.

use std::fs::{self, File};
use std::path::Path;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use engine::operator::{Context, Fault};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

/// What is to be written of a split.
pub(in crate::export) struct Rows<'a> {
    /// The split's name.
    pub(in crate::export) split: &'static str,
    /// The columns.
    pub(in crate::export) schema: &'a SchemaRef,
    /// How many there are.
    pub(in crate::export) count: u64,
    /// How many a file has at most.
    pub(in crate::export) shard_rows: u64,
}

/// What was written of a split.
pub(in crate::export) struct Split {
    /// Its name.
    pub(super) name: &'static str,
    /// Its rows.
    pub(super) rows: u64,
    /// The bytes that its values take, unpacked.
    pub(super) bytes: u64,
    /// The bytes of its files.
    pub(super) packed: u64,
}

/// The files of one split, one after the other.
struct Shards<'a> {
    split: &'static str,
    folder: &'a Path,
    schema: &'a SchemaRef,
    count: u64,
    next: u64,
    open: Option<(ArrowWriter<File>, u64)>,
    written: Split,
}

/// Writes the batches of a split in as many files as it takes.
pub(in crate::export) fn write(
    rows: &Rows<'_>,
    batches: impl Iterator<Item = Result<RecordBatch, Fault>>,
    folder: &Path,
    context: &Context,
) -> Result<Split, Fault> {
    fs::create_dir_all(folder.join("data"))?;
    let Rows { split, schema, count, shard_rows } = *rows;
    let mut shards = Shards {
        split,
        folder,
        schema,
        count: count.div_ceil(shard_rows).max(1),
        next: 0,
        open: None,
        written: Split { name: split, rows: 0, bytes: 0, packed: 0 },
    };
    for batch in batches {
        context.check_cancelled()?;
        let batch = batch?;
        let mut start = 0;
        while start < batch.num_rows() {
            start += shards.write(&batch.slice(start, batch.num_rows() - start), shard_rows)?;
        }
        context.progress(shards.written.rows, Some(count));
    }
    shards.finish()
}

impl Shards<'_> {
    /// Writes as many rows as the open file still takes; says how many.
    fn write(&mut self, batch: &RecordBatch, shard_rows: u64) -> Result<usize, Fault> {
        let (mut writer, rows) = match self.open.take() {
            Some(open) => open,
            None => (self.create()?, 0),
        };
        let room = usize::try_from(shard_rows - rows).unwrap_or(usize::MAX);
        let piece = batch.slice(0, batch.num_rows().min(room));
        writer.write(&piece).map_err(|error| failed(&error))?;
        let rows = rows + piece.num_rows() as u64;
        self.written.rows += piece.num_rows() as u64;
        if rows == shard_rows {
            self.close(writer)?
        } else {
            self.open = Some((writer, rows))
        }
        Ok(piece.num_rows())
    }

    fn create(&mut self) -> Result<ArrowWriter<File>, Fault> {
        let name = format!("{}-{:05}-of-{:05}.parquet", self.split, self.next, self.count);
        self.next += 1;
        let file = File::create(self.folder.join("data").join(name))?;
        let packed = Compression::ZSTD(ZstdLevel::default());
        let properties = WriterProperties::builder().set_compression(packed).build();
        ArrowWriter::try_new(file, self.schema.clone(), Some(properties)).map_err(|error| failed(&error))
    }

    fn close(&mut self, mut writer: ArrowWriter<File>) -> Result<(), Fault> {
        let metadata = writer.finish().map_err(|error| failed(&error))?;
        let bytes: i64 = metadata.row_groups().iter().map(|group| group.total_byte_size()).sum();
        self.written.bytes += bytes.unsigned_abs();
        self.written.packed += writer.bytes_written() as u64;
        Ok(())
    }

    fn finish(mut self) -> Result<Split, Fault> {
        let last = match self.open.take() {
            Some((writer, _)) => Some(writer),
            // A split without rows is still a file, which says what the columns are.
            None if self.next == 0 => Some(self.create()?),
            None => None,
        };
        last.map_or(Ok(()), |writer| self.close(writer))?;
        Ok(self.written)
    }
}

fn failed(error: &parquet::errors::ParquetError) -> Fault {
    Fault::infrastructure(error.to_string())
}
