//! A table of any length as parts of bounded size.

use std::path::{Path, PathBuf};

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, SchemaRef};

use super::TableError;
use super::conform::{bare, conform};
use super::slices::Slices;
use super::write::{PartRecord, PartWriter};

/// A part is closed at so many rows, or at so many bytes of values.
const PART_ROWS: u64 = 65_536;
const PART_BYTES: u64 = 64 << 20;

/// Writes batches of any size as parts `part-00000.parquet` and so on, at least one. Where a part ends depends on
/// the rows alone; memory is bounded by one part's compressed pages.
pub struct TableWriter {
    folder: PathBuf,
    schema: SchemaRef,
    /// The schema with the ranges that its columns promise.
    promised: SchemaRef,
    slices: Slices,
    part: Option<PartWriter>,
    part_bytes: u64,
    first: usize,
    records: Vec<PartRecord>,
}

impl TableWriter {
    /// Into a folder that exists, with the promised columns.
    #[must_use]
    pub fn new(folder: &Path, schema: &SchemaRef) -> Self {
        Self {
            folder: folder.to_owned(),
            schema: bare(schema),
            promised: schema.clone(),
            slices: Slices::default(),
            part: None,
            part_bytes: 0,
            first: 0,
            records: Vec::new(),
        }
    }

    /// Numbers the parts from `first` on, after others that are there.
    #[must_use]
    pub fn starting_at(self, first: usize) -> Self {
        Self { first, ..self }
    }

    /// Appends rows, fitted to the promised columns by name.
    ///
    /// # Errors
    /// [`TableError::Schema`] naming the column that does not fit, or a disk that takes no more.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), TableError> {
        let mut slices = std::mem::take(&mut self.slices);
        for slice in slices.push(conform(batch, &self.schema)?) {
            self.append(&slice?)?;
        }
        self.slices = slices;
        Ok(())
    }

    /// Rows taken so far that stand in finished parts or in the open one.
    #[must_use]
    pub fn rows(&self) -> u64 {
        let open = self.part.as_ref().map_or(0, PartWriter::rows);
        self.records.iter().map(|record| record.rows).sum::<u64>() + open + self.slices.rows() as u64
    }

    /// The parts, in order.
    ///
    /// # Errors
    /// As for [`TableWriter::write`].
    pub fn finish(mut self) -> Result<Vec<PartRecord>, TableError> {
        if let Some(rest) = self.slices.rest() {
            self.append(&rest?)?;
        }
        if self.part.is_none() && self.records.is_empty() {
            self.part = Some(self.open()?);
        }
        self.close()?;
        Ok(self.records)
    }

    fn append(&mut self, slice: &RecordBatch) -> Result<(), TableError> {
        let mut part = match self.part.take() {
            Some(part) => part,
            None => self.open()?,
        };
        part.write(slice)?;
        self.part_bytes += slice.columns().iter().map(|column| value_bytes(column)).sum::<u64>();
        let full = part.rows() >= PART_ROWS || self.part_bytes >= PART_BYTES;
        self.part = Some(part);
        if full { self.close() } else { Ok(()) }
    }

    fn open(&self) -> Result<PartWriter, TableError> {
        PartWriter::create(&self.folder.join(part_name(self.first + self.records.len())), &self.promised)
    }

    fn close(&mut self) -> Result<(), TableError> {
        if let Some(part) = self.part.take() {
            self.records.push(part.finish()?);
        }
        self.part_bytes = 0;
        Ok(())
    }
}

/// The file name of a part.
#[must_use]
pub fn part_name(index: usize) -> String {
    format!("part-{index:05}.parquet")
}

/// The size of the values themselves, the same for equal values however their buffers lie.
fn value_bytes(array: &dyn Array) -> u64 {
    let rows = array.len() as u64;
    match array.data_type() {
        DataType::Utf8 => valid_bytes(array.as_string::<i32>().iter().map(|text| text.map(str::len))),
        DataType::LargeUtf8 => valid_bytes(array.as_string::<i64>().iter().map(|text| text.map(str::len))),
        DataType::Binary => valid_bytes(array.as_binary::<i32>().iter().map(|bytes| bytes.map(<[u8]>::len))),
        DataType::LargeBinary => valid_bytes(array.as_binary::<i64>().iter().map(|bytes| bytes.map(<[u8]>::len))),
        DataType::Struct(_) => array.as_struct().columns().iter().map(|child| value_bytes(child)).sum(),
        DataType::List(_) => array.as_list::<i32>().iter().flatten().map(|items| 4 + value_bytes(&items)).sum(),
        DataType::LargeList(_) => array.as_list::<i64>().iter().flatten().map(|items| 8 + value_bytes(&items)).sum(),
        fixed => rows * fixed.primitive_width().unwrap_or(1) as u64,
    }
}

fn valid_bytes(lengths: impl Iterator<Item = Option<usize>>) -> u64 {
    lengths.map(|length| 4 + length.unwrap_or(0) as u64).sum()
}
