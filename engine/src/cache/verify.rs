//! Reading everything again: whether what is stored still is what was stored.

use std::fs;

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use serde::Serialize;

use super::layout::STAMPS;
use super::record::EntryRecord;
use super::runs::{self, History};
use super::{Cache, commit::PartCommit, digest, find, survey};
use crate::plan::Fingerprint;

/// What a verification found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// Entries read.
    pub entries: usize,
    /// The damaged ones. Those whose outputs are damaged count as missing from now on: they are never served, and
    /// computed again when needed. Where only a ledger is, its rows are remembered no more.
    pub damages: Vec<Damage>,
}

/// A damaged entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Damage {
    /// Its identity.
    pub fingerprint: Fingerprint,
    /// `pipeline: node` for every node known to have had this output.
    pub nodes: Vec<String>,
    /// What was found.
    pub message: String,
}

impl Cache {
    /// Takes the digest of every stored file anew, on all cores.
    #[must_use]
    pub fn verify(&self) -> Verification {
        let all = survey::entries(&self.layout);
        let entries = all.len();
        let check = |fingerprint: Fingerprint| Some((fingerprint, self.check(&fingerprint).err()?));
        let damaged: Vec<_> = all.into_par_iter().filter_map(check).collect();
        let histories = if damaged.is_empty() { Vec::new() } else { runs::histories(&self.layout) };
        let damage = |(fingerprint, message)| Damage { fingerprint, nodes: nodes(&histories, &fingerprint), message };
        Verification { entries, damages: damaged.into_iter().map(damage).collect() }
    }

    /// Forgets the stamps of a damaged entry: its bytes may have changed behind the file system's back.
    fn check(&self, fingerprint: &Fingerprint) -> Result<(), String> {
        let folder = self.layout.entry(fingerprint);
        let Some(record) = find::record(&folder, fingerprint)? else { return Ok(()) };
        check_files(&folder, &record).inspect_err(|_| {
            let _ = fs::remove_file(folder.join(STAMPS));
        })
    }
}

fn check_files(folder: &std::path::Path, record: &EntryRecord) -> Result<(), String> {
    for (port, given) in &record.ports {
        for (name, _, stored) in given.files() {
            let path = folder.join(port).join(&name);
            let (_, found) = digest::of_file(&path).map_err(|error| format!("{port}/{name}: {error}"))?;
            if found != stored {
                return Err(format!("{port}/{name} is not as it was stored"));
            }
        }
    }
    let broken = (0..record.commits).find(|index| PartCommit::read(folder, *index).is_none());
    broken.map_or(Ok(()), |index| Err(format!("the ledger of part {index} is not as it was written")))
}

fn nodes(histories: &[History], fingerprint: &Fingerprint) -> Vec<String> {
    let mut found: Vec<String> = histories
        .iter()
        .flat_map(|history| history.nodes.values().flatten().map(move |(node, seen)| (history, node, seen)))
        .filter(|(_, _, seen)| seen.fingerprint == *fingerprint)
        .map(|(history, node, _)| format!("{}: {node}", history.pipeline))
        .collect();
    found.sort();
    found.dedup();
    found
}
