//! What a running operator writes.

use std::path::PathBuf;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::json::ReaderBuilder;
use serde::Serialize;

use super::Fault;

/// Where an operator's outputs go; the run implements it over unfinished cache entries.
pub trait OutputSink: Send {
    /// Appends rows to a port.
    ///
    /// # Errors
    /// A batch that does not fit the port's schema, or a disk that takes no more.
    fn write(&mut self, port: &str, batch: &RecordBatch) -> Result<(), Fault>;

    /// The columns that the port promised at check time.
    ///
    /// # Errors
    /// [`Fault::Node`] where there is no such port.
    fn schema(&self, port: &str) -> Result<SchemaRef, Fault>;

    /// The empty folder that an artifact's files go to.
    ///
    /// # Errors
    /// A folder that cannot be made.
    fn artifact(&mut self, port: &str) -> Result<PathBuf, Fault>;
}

/// The outputs of a node.
pub struct Outputs<'a> {
    sink: &'a mut dyn OutputSink,
}

impl<'a> Outputs<'a> {
    /// Over a sink.
    pub fn new(sink: &'a mut dyn OutputSink) -> Self {
        Self { sink }
    }

    /// Appends rows to a port; columns are matched by name.
    ///
    /// # Errors
    /// As [`OutputSink::write`].
    pub fn write(&mut self, port: &str, batch: &RecordBatch) -> Result<(), Fault> {
        self.sink.write(port, batch)
    }

    /// Appends rows that are made one by one: the fields of `T` are the columns, and columns without a field are null.
    ///
    /// # Errors
    /// Rows that do not fit the port's schema; as [`OutputSink::write`].
    pub fn write_rows<T: Serialize>(&mut self, port: &str, rows: &[T]) -> Result<(), Fault> {
        let mut decoder = ReaderBuilder::new(self.schema(port)?).build_decoder()?;
        decoder.serialize(rows)?;
        decoder.flush()?.map_or(Ok(()), |batch| self.write(port, &batch))
    }

    /// The columns that the port promised at check time.
    ///
    /// # Errors
    /// As [`OutputSink::schema`].
    pub fn schema(&self, port: &str) -> Result<SchemaRef, Fault> {
        self.sink.schema(port)
    }

    /// The empty folder that an artifact's files go to.
    ///
    /// # Errors
    /// As [`OutputSink::artifact`].
    pub fn artifact(&mut self, port: &str) -> Result<PathBuf, Fault> {
        self.sink.artifact(port)
    }
}
