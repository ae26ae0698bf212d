//! The commit of one input range: a file that is there only when all ports' parts of the range are.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::ledger::RowLedger;
use super::stamp::Stamp;
use super::{CacheError, digest, layout, sealed};
use crate::table::PartRecord;

/// What was committed for one input range.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PartCommit {
    pub(super) parts: Vec<CommittedPart>,
    pub(super) ledger: RowLedger,
    pub(super) note: Vec<u8>,
}

/// What is held of a commit while its output is made: its ledger, some bytes for every row, stays on disk.
#[derive(Clone, Debug)]
pub(super) struct HeldCommit {
    pub(super) parts: Vec<CommittedPart>,
    /// Input rows without a result.
    pub(super) failed: u64,
}

/// A port's part, and what the file system said when it was written.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct CommittedPart {
    pub(super) port: String,
    pub(super) record: PartRecord,
    pub(super) stamp: Stamp,
}

impl PartCommit {
    /// The part of a port.
    #[must_use]
    pub fn part(&self, port: &str) -> Option<&PartRecord> {
        self.parts.iter().find(|part| part.port == port).map(|part| &part.record)
    }

    /// Every port with its part, in the order they were committed.
    pub fn parts(&self) -> impl Iterator<Item = (&str, &PartRecord)> {
        self.parts.iter().map(|part| (part.port.as_str(), &part.record))
    }

    /// What became of every input row.
    #[must_use]
    pub fn ledger(&self) -> &RowLedger {
        &self.ledger
    }

    /// What the committer wrote beside the rows.
    #[must_use]
    pub fn note(&self) -> &[u8] {
        &self.note
    }

    /// Makes the commit, and with it the parts, exist.
    pub(super) fn write(&self, folder: &Path, index: usize) -> Result<(), CacheError> {
        let bytes = postcard::to_stdvec(self).expect("a commit is plain data");
        let path = layout::commit(folder, index);
        sealed::write_owned(&path, &sealed::seal_bytes(bytes))
    }

    /// A commit as written, its parts not looked at; none where there is none, or not a whole one.
    pub(super) fn read(folder: &Path, index: usize) -> Option<Self> {
        let sealed = fs::read(layout::commit(folder, index)).ok()?;
        let commit: Self = postcard::from_bytes(sealed::unseal_bytes(&sealed)?).ok()?;
        commit.ledger.is_consistent().then_some(commit)
    }

    /// What is held of it while its output is made.
    pub(super) fn held(self) -> HeldCommit {
        HeldCommit { failed: self.ledger.failures().len() as u64, parts: self.parts }
    }

    /// Whether the parts below `folder` are the ones that were committed.
    pub(super) fn holds(&self, folder: &Path, index: usize) -> bool {
        hold(&self.parts, folder, index)
    }
}

impl HeldCommit {
    /// The part of a port.
    pub(super) fn part(&self, port: &str) -> Option<&PartRecord> {
        self.parts.iter().find(|part| part.port == port).map(|part| &part.record)
    }

    /// As [`PartCommit::holds`].
    pub(super) fn holds(&self, folder: &Path, index: usize) -> bool {
        hold(&self.parts, folder, index)
    }
}

fn hold(parts: &[CommittedPart], folder: &Path, index: usize) -> bool {
    parts.iter().all(|part| part.holds(&layout::part(folder, &part.port, index)))
}

impl CommittedPart {
    /// Believes the stamp where it is the same and could not be the same after a change; else reads the file.
    pub(super) fn holds(&self, path: &Path) -> bool {
        match Stamp::at(path) {
            Ok(stamp) if stamp == self.stamp && stamp.settled() => true,
            Ok(stamp) if stamp.size == self.record.bytes => {
                digest::of_file(path).is_ok_and(|(_, digest)| digest == self.record.digest)
            }
            _ => false,
        }
    }
}
