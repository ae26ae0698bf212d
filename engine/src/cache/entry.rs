//! A finished output, to be read.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::commit::PartCommit;
use super::ledger::RowFailure;
use super::record::{EntryRecord, PortRecord, Provenance};
use super::{CacheError, layout};
use crate::plan::{Fingerprint, Ingredients};
use crate::table::{Table, TableError};

/// A finished output whose files were found as they were stored. Clones share.
#[derive(Clone, Debug)]
pub struct Entry(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    folder: PathBuf,
    record: EntryRecord,
}

/// Whether an output is there.
#[derive(Clone, Debug)]
pub enum Found {
    /// It is.
    Present(Entry),
    /// It is not.
    Missing,
    /// Something is, but not what was stored: it counts as missing and is replaced when computed again.
    Damaged {
        /// What was found.
        message: String,
    },
}

impl Found {
    /// The entry, if it is present.
    #[must_use]
    pub fn present(self) -> Option<Entry> {
        match self {
            Self::Present(entry) => Some(entry),
            Self::Missing | Self::Damaged { .. } => None,
        }
    }
}

impl Entry {
    pub(super) fn new(folder: PathBuf, record: EntryRecord) -> Self {
        Self(Arc::new(Inner { folder, record }))
    }

    /// Its identity.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.0.record.fingerprint
    }

    /// The operator that made it.
    #[must_use]
    pub fn operator(&self) -> &str {
        &self.0.record.operator
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.0.folder
    }

    /// What every port gave, by name.
    pub fn ports(&self) -> impl Iterator<Item = (&str, &PortRecord)> {
        self.0.record.ports.iter().map(|(name, port)| (name.as_str(), port))
    }

    /// Where it comes from.
    #[must_use]
    pub fn provenance(&self) -> &Provenance {
        &self.0.record.provenance
    }

    /// What it is made of.
    ///
    /// # Errors
    /// A file that was removed since the entry was found.
    pub fn ingredients(&self) -> Result<Ingredients, CacheError> {
        let path = self.0.folder.join(layout::INGREDIENTS);
        let bytes = std::fs::read(&path).map_err(|error| CacheError::io(&path, error))?;
        serde_json::from_slice(&bytes).map_err(|error| CacheError::damaged(&path, error.to_string()))
    }

    /// Rows of a port; none for an artifact, or where there is no such port.
    #[must_use]
    pub fn rows(&self, port: &str) -> Option<u64> {
        self.0.record.ports.get(port)?.rows()
    }

    /// Rows over all ports.
    #[must_use]
    pub fn total_rows(&self) -> u64 {
        self.0.record.ports.values().filter_map(PortRecord::rows).sum()
    }

    /// Bytes of all ports.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.0.record.ports.values().map(PortRecord::bytes).sum()
    }

    /// Input rows without a result for a reason of their own.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.0.record.failed
    }

    /// The rows of a port; none for an artifact, or where there is no such port.
    ///
    /// # Errors
    /// A first part whose columns cannot be read.
    pub fn table(&self, port: &str) -> Result<Option<Table>, TableError> {
        let Some(PortRecord::Rows { parts, .. }) = self.0.record.ports.get(port) else { return Ok(None) };
        let parts = (0..parts.len()).map(|index| layout::part(&self.0.folder, port, index)).collect();
        Table::open(parts, self.rows(port).unwrap_or_default()).map(Some)
    }

    /// The folder of an artifact; none for rows, or where there is no such port.
    #[must_use]
    pub fn artifact(&self, port: &str) -> Option<PathBuf> {
        match self.0.record.ports.get(port)? {
            PortRecord::Artifact { .. } => Some(self.0.folder.join(port)),
            PortRecord::Rows { .. } => None,
        }
    }

    /// How many input ranges were committed one by one; none for outputs written whole.
    #[must_use]
    pub fn commits(&self) -> usize {
        self.0.record.commits
    }

    /// What was committed for an input range.
    ///
    /// # Errors
    /// A commit that is not as it was written.
    pub fn commit(&self, index: usize) -> Result<PartCommit, CacheError> {
        PartCommit::read(&self.0.folder, index).ok_or_else(|| {
            CacheError::damaged(&layout::commit(&self.0.folder, index), "the part's ledger is not as it was written")
        })
    }

    /// The input rows without a result, in order, read part by part.
    pub fn failed_rows(&self) -> impl Iterator<Item = Result<RowFailure, CacheError>> + '_ {
        (0..self.commits()).flat_map(|index| match self.commit(index) {
            Ok(commit) => commit.ledger.failures().iter().cloned().map(Ok).collect::<Vec<_>>(),
            Err(error) => vec![Err(error)],
        })
    }
}
