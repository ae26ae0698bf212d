//! Outputs kept in memory, held to what was promised at check time.

use std::collections::BTreeMap;
use std::path::PathBuf;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use serde_json::Value;

use super::json_rows;
use crate::operator::{Fault, OutputSink};
use crate::port::{OutputTypes, PortType};

/// The outputs of one run.
pub(super) struct MemorySink {
    promised: OutputTypes,
    folder: PathBuf,
    rows: BTreeMap<String, Vec<Value>>,
    artifacts: BTreeMap<String, PathBuf>,
}

impl MemorySink {
    /// Nothing written yet; artifacts go below `folder`.
    pub(super) fn new(promised: OutputTypes, folder: PathBuf) -> Self {
        let with_rows = promised.iter().filter(|(_, given)| !matches!(given, Some(PortType::Artifact { .. })));
        let rows = with_rows.map(|(port, _)| (port.clone(), Vec::new())).collect();
        Self { promised, folder, rows, artifacts: BTreeMap::new() }
    }

    /// Rows and artifact folders by port.
    pub(super) fn into_parts(self) -> (BTreeMap<String, Vec<Value>>, BTreeMap<String, PathBuf>) {
        (self.rows, self.artifacts)
    }
}

impl OutputSink for MemorySink {
    fn write(&mut self, port: &str, batch: &RecordBatch) -> Result<(), Fault> {
        let schema = self.schema(port)?;
        let mut columns = Vec::with_capacity(schema.fields().len());
        for field in schema.fields() {
            let column = batch.column_by_name(field.name());
            let column = column.ok_or_else(|| Fault::node(format!("`{port}` lacks the column `{}`", field.name())))?;
            columns.push(column.clone());
        }
        // This refuses other types, and nulls where the schema has none.
        let batch = RecordBatch::try_new(schema, columns)?;
        self.rows.entry(port.to_owned()).or_default().extend(json_rows::values(&batch));
        Ok(())
    }

    fn schema(&self, port: &str) -> Result<SchemaRef, Fault> {
        let promised = self.promised.get(port).and_then(Option::as_ref).and_then(PortType::schema);
        promised.cloned().ok_or_else(|| Fault::node(format!("`types` promised no rows on `{port}`")))
    }

    fn artifact(&mut self, port: &str) -> Result<PathBuf, Fault> {
        if !matches!(self.promised.get(port), Some(Some(PortType::Artifact { .. }))) {
            return Err(Fault::node(format!("`types` promised no artifact on `{port}`")));
        }
        let folder = self.folder.join(port);
        std::fs::create_dir_all(&folder)?;
        self.artifacts.insert(port.to_owned(), folder.clone());
        Ok(folder)
    }
}
