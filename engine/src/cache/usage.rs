//! What the room is used for.

use serde::Serialize;

use super::layout::Layout;
use super::record::Provenance;
use super::{Cache, find, survey};
use crate::plan::Fingerprint;

/// Bytes below the cache's root, by what they are.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Usage {
    /// Finished outputs.
    pub entries: Vec<EntryUsage>,
    /// Outputs in the making, and what stopped runs left of them.
    pub unfinished: Vec<UnfinishedUsage>,
    /// Answers that must not be paid for twice.
    pub memo: u64,
    /// Records of runs.
    pub runs: u64,
}

/// A finished output.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EntryUsage {
    /// Its identity.
    pub fingerprint: Fingerprint,
    /// The operator; none where the entry is damaged.
    pub operator: Option<String>,
    /// Which pipeline and node it was made for, and when; none where the entry is damaged.
    pub provenance: Option<Provenance>,
    /// All its bytes.
    pub bytes: u64,
}

/// An output in the making.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnfinishedUsage {
    /// Its identity.
    pub fingerprint: Fingerprint,
    /// All its bytes.
    pub bytes: u64,
    /// When anything of it changed last, in milliseconds since 1970.
    pub changed: u64,
}

impl Usage {
    /// All of it.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let entries = self.entries.iter().map(|entry| entry.bytes).sum::<u64>();
        entries + self.unfinished.iter().map(|unfinished| unfinished.bytes).sum::<u64>() + self.memo + self.runs
    }
}

impl Cache {
    /// What the room is used for.
    #[must_use]
    pub fn usage(&self) -> Usage {
        let layout = &self.layout;
        Usage {
            entries: survey::entries(layout).into_iter().map(|fingerprint| entry(layout, fingerprint)).collect(),
            unfinished: unfinished(layout),
            memo: survey::bytes(&layout.memo()),
            runs: survey::bytes(&layout.runs()) + survey::bytes(&layout.histories()),
        }
    }
}

pub(super) fn entry(layout: &Layout, fingerprint: Fingerprint) -> EntryUsage {
    let folder = layout.entry(&fingerprint);
    let record = find::record(&folder, &fingerprint).ok().flatten();
    EntryUsage {
        fingerprint,
        operator: record.as_ref().map(|record| record.operator.clone()),
        provenance: record.map(|record| record.provenance),
        bytes: survey::bytes(&folder),
    }
}

pub(super) fn unfinished(layout: &Layout) -> Vec<UnfinishedUsage> {
    let usage = |fingerprint: Fingerprint| {
        let folder = layout.partial(&fingerprint);
        UnfinishedUsage { fingerprint, bytes: survey::bytes(&folder), changed: survey::last_change(&folder) }
    };
    survey::fingerprints(&layout.partials()).into_iter().map(usage).collect()
}
