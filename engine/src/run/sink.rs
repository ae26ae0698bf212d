//! What an operator writes, on its way into an unfinished entry.

use std::collections::BTreeMap;
use std::path::PathBuf;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

use crate::cache::Unfinished;
use crate::operator::{Fault, OutputSink};
use crate::port::PortType;
use crate::table::{TableError, TableWriter};

/// The outputs of a node.
pub(super) struct Sink<'a> {
    unfinished: &'a Unfinished,
    ports: &'a [(&'static str, PortType)],
    writers: BTreeMap<&'static str, TableWriter>,
}

impl<'a> Sink<'a> {
    /// Empty outputs.
    pub(super) fn new(unfinished: &'a Unfinished, ports: &'a [(&'static str, PortType)]) -> Self {
        Self { unfinished, ports, writers: BTreeMap::new() }
    }

    /// Ends every table; rows by port, artifacts left out.
    pub(super) fn finish(mut self) -> Result<BTreeMap<&'static str, u64>, Fault> {
        let mut rows = BTreeMap::new();
        for (port, _) in self.ports.iter().filter(|(_, port_type)| port_type.schema().is_some()) {
            let Some(writer) = self.writers.remove(port) else {
                rows.insert(*port, 0);
                continue;
            };
            rows.insert(*port, writer.rows());
            self.unfinished.add_table(port, writer.finish().map_err(|error| at_port(port, error))?);
        }
        Ok(rows)
    }

    fn port(&self, name: &str) -> Result<(&'static str, Option<&'a SchemaRef>), Fault> {
        let found = self.ports.iter().find(|(port, _)| *port == name);
        let (port, port_type) = found.ok_or_else(|| Fault::node(format!("there is no output `{name}`")))?;
        Ok((port, port_type.schema()))
    }
}

impl OutputSink for Sink<'_> {
    fn write(&mut self, port: &str, batch: &RecordBatch) -> Result<(), Fault> {
        let (port, schema) = self.port(port)?;
        let schema = schema.ok_or_else(|| Fault::node(format!("output `{port}` is an artifact and takes no rows")))?;
        if !self.writers.contains_key(port) {
            self.writers.insert(port, self.unfinished.table_writer(port, schema)?);
        }
        let Some(writer) = self.writers.get_mut(port) else { return Ok(()) };
        writer.write(batch).map_err(|error| at_port(port, error))
    }

    fn schema(&self, port: &str) -> Result<SchemaRef, Fault> {
        let (port, schema) = self.port(port)?;
        schema.cloned().ok_or_else(|| Fault::node(format!("output `{port}` is an artifact and has no columns")))
    }

    fn artifact(&mut self, port: &str) -> Result<PathBuf, Fault> {
        let (port, schema) = self.port(port)?;
        if schema.is_some() {
            return Err(Fault::node(format!("output `{port}` has rows and is no artifact")));
        }
        Ok(self.unfinished.artifact_folder(port)?)
    }
}

fn at_port(port: &str, error: TableError) -> Fault {
    match error {
        TableError::Schema(message) => Fault::node(format!("output `{port}`: {message}")),
        other => other.into(),
    }
}
