//! What is written down about an output.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::plan::{Fingerprint, Ingredients};
use crate::port::PortType;
use crate::table::{Digest, PartRecord};

/// `entry.json`: everything about a finished output but what it was made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct EntryRecord {
    pub(super) fingerprint: Fingerprint,
    pub(super) operator: String,
    /// Digest of `ingredients.json` as it lies beside.
    pub(super) ingredients: Digest,
    pub(super) ports: BTreeMap<String, PortRecord>,
    /// How many parts have a commit with a ledger.
    pub(super) commits: usize,
    /// Input rows without a result for a reason of their own.
    pub(super) failed: u64,
    pub(super) provenance: Provenance,
}

/// What a port gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PortRecord {
    /// Rows.
    Rows {
        /// The nominal row type, if it has one.
        row_type: Option<String>,
        /// The parts in order, at least one.
        parts: Vec<PartRecord>,
    },
    /// Files.
    Artifact {
        /// The artifact type.
        artifact: String,
        /// The files by path below the port's folder.
        files: BTreeMap<String, FileRecord>,
    },
}

/// A file of an artifact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRecord {
    /// Its size.
    pub bytes: u64,
    /// Its digest.
    pub digest: Digest,
}

/// Where an output comes from: true of this making of it, and no part of its identity.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    /// The pipeline whose run made it.
    pub pipeline: String,
    /// The node's name there.
    pub node: String,
    /// The run's id.
    pub run: String,
    /// When, in milliseconds since 1970.
    pub made: u64,
    /// How long it took, over all runs that worked on it as far as they know.
    pub seconds: f64,
    /// Calls of the operator.
    pub calls: u64,
    /// Rows taken from earlier work.
    pub remembered: u64,
    /// The node's `run` settings.
    pub settings: Value,
    /// What it was adopted from, where it was not computed.
    pub adopted: Option<Adoption>,
}

/// The source of an adopted output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adoption {
    /// The paths as given, by port.
    pub from: BTreeMap<String, Vec<String>>,
    /// Over the contents of the sources, in order.
    pub digest: Digest,
    /// When, in milliseconds since 1970.
    pub when: u64,
}

/// What a publication says about the output as a whole.
#[derive(Clone, Debug)]
pub struct Summary {
    /// What it is made of.
    pub ingredients: Ingredients,
    /// The promised types of all ports.
    pub ports: BTreeMap<String, PortType>,
    /// Where it comes from.
    pub provenance: Provenance,
}

impl PortRecord {
    /// Rows, none for an artifact.
    #[must_use]
    pub fn rows(&self) -> Option<u64> {
        match self {
            Self::Rows { parts, .. } => Some(parts.iter().map(|part| part.rows).sum()),
            Self::Artifact { .. } => None,
        }
    }

    /// Bytes stored.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        match self {
            Self::Rows { parts, .. } => parts.iter().map(|part| part.bytes).sum(),
            Self::Artifact { files, .. } => files.values().map(|file| file.bytes).sum(),
        }
    }

    /// Every file below the port's folder with size and digest.
    pub(super) fn files(&self) -> Vec<(String, u64, Digest)> {
        match self {
            Self::Rows { parts, .. } => {
                let numbered = parts.iter().enumerate();
                numbered.map(|(index, part)| (crate::table::part_name(index), part.bytes, part.digest)).collect()
            }
            Self::Artifact { files, .. } => {
                files.iter().map(|(path, file)| (path.clone(), file.bytes, file.digest)).collect()
            }
        }
    }
}
