//! What a running operator reads.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Fault, Origin};
use crate::table::Table;

/// One input.
#[derive(Clone, Debug)]
pub enum InputData {
    /// Rows.
    Table(Table),
    /// A folder of files.
    Artifact(PathBuf),
}

/// The inputs of a node, by port name.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    ports: BTreeMap<String, InputData>,
    origins: BTreeMap<String, Origin>,
}

impl Inputs {
    /// Inputs by port.
    #[must_use]
    pub fn new(ports: BTreeMap<String, InputData>) -> Self {
        Self { ports, origins: BTreeMap::new() }
    }

    /// With what is known of the nodes that artifacts come from, by port.
    #[must_use]
    pub fn with_origins(mut self, origins: BTreeMap<String, Origin>) -> Self {
        self.origins = origins;
        self
    }

    /// The rows of a port.
    ///
    /// # Errors
    /// [`Fault::Node`] where the port is open or holds an artifact.
    pub fn table(&self, port: &str) -> Result<&Table, Fault> {
        match self.ports.get(port) {
            Some(InputData::Table(table)) => Ok(table),
            _ => Err(Fault::node(format!("input `{port}` has no rows"))),
        }
    }

    /// The folder of an artifact's port.
    ///
    /// # Errors
    /// [`Fault::Node`] where the port is open or holds rows.
    pub fn artifact(&self, port: &str) -> Result<&Path, Fault> {
        match self.ports.get(port) {
            Some(InputData::Artifact(path)) => Ok(path),
            _ => Err(Fault::node(format!("input `{port}` has no artifact"))),
        }
    }

    /// What is known of the node that a port's artifact comes from.
    ///
    /// # Errors
    /// [`Fault::Node`] where the port is open or holds rows.
    pub fn origin(&self, port: &str) -> Result<&Origin, Fault> {
        self.origins.get(port).ok_or_else(|| Fault::node(format!("input `{port}` has no artifact")))
    }

    /// Every port with rows other than the ones named: the user's own names, in their order.
    pub fn named_tables<'a>(&'a self, except: &'a [&str]) -> impl Iterator<Item = (&'a str, &'a Table)> {
        self.ports.iter().filter_map(move |(name, data)| match data {
            InputData::Table(table) if !except.contains(&name.as_str()) => Some((name.as_str(), table)),
            _ => None,
        })
    }

    /// Whether an optional port is wired.
    #[must_use]
    pub fn has(&self, port: &str) -> bool {
        self.ports.contains_key(port)
    }
}
