//! Taking away what no pipeline reaches any more.
//!
//! Decides what is garbage and, separately, removes it: what is shown before is what goes afterwards. Never takes
//! what someone works on, nor what a living run set out to read.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;

use super::layout::Layout;
use super::lock::{Lock, is_held};
use super::sealed::in_new_folder;
use super::{Cache, CacheError, runs, survey, time, usage};
use crate::plan::Fingerprint;

/// How old something must be to be taken away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ages {
    /// Finished outputs that nothing named reaches, since they were made.
    pub entries: Duration,
    /// What stopped runs left, since anything of it changed.
    pub unfinished: Duration,
}

/// Something to be taken away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Garbage {
    /// What it is.
    pub kind: GarbageKind,
    /// The output that it is, or belongs to.
    pub fingerprint: Option<Fingerprint>,
    /// For people: `pipeline: node` where that is known, else the file's name.
    pub label: String,
    /// Where it lies.
    pub path: PathBuf,
    /// Its bytes.
    pub bytes: u64,
}

/// What can be garbage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GarbageKind {
    /// A finished output.
    Entry,
    /// What a stopped run left.
    Unfinished,
    /// A promise of remembered rows by an output that is gone.
    RowMarker,
    /// A state that was left for longer runs by an output that is gone.
    State,
    /// A lock that no one holds.
    Lock,
    /// A temporary file of a process that died.
    Temporary,
}

/// Temporary files live for the length of one write; nothing takes a day.
const TEMPORARY: Duration = Duration::from_secs(24 * 60 * 60);

impl Cache {
    /// What is not kept: neither in `keep`, nor read by a living run, nor too young.
    #[must_use]
    pub fn garbage(&self, keep: &BTreeSet<Fingerprint>, ages: Ages) -> Vec<Garbage> {
        let layout = &self.layout;
        let read = runs::live(layout).into_iter().flat_map(|run| run.tasks).map(|task| task.fingerprint);
        let keep: BTreeSet<Fingerprint> = keep.iter().copied().chain(read).collect();
        let mut garbage = entries(layout, &keep, ages.entries);
        garbage.extend(unfinished(layout, &keep, ages.unfinished));
        let going: BTreeSet<PathBuf> = garbage.iter().map(|garbage| garbage.path.clone()).collect();
        garbage.extend(row_markers(layout, &going));
        garbage.extend(states(layout, &going));
        garbage.extend(locks(layout));
        garbage.extend(temporaries(layout));
        garbage
    }

    /// Takes garbage away, and gives back what is gone; what someone began to work on meanwhile stays.
    ///
    /// # Errors
    /// A cache that cannot be written.
    pub fn collect(&self, garbage: &[Garbage]) -> Result<Vec<Garbage>, CacheError> {
        let mut gone = Vec::new();
        for piece in garbage {
            if remove(&self.layout, piece)? == Removal::Gone {
                gone.push(piece.clone());
            }
        }
        Ok(gone)
    }
}

#[derive(PartialEq, Eq)]
enum Removal {
    Gone,
    Held,
}

fn entries(layout: &Layout, keep: &BTreeSet<Fingerprint>, age: Duration) -> Vec<Garbage> {
    let unreached = survey::entries(layout).into_iter().filter(|fingerprint| !keep.contains(fingerprint));
    let described = unreached.map(|fingerprint| usage::entry(layout, fingerprint));
    let old = described.filter(|entry| {
        let made = entry.provenance.as_ref().map_or(0, |provenance| provenance.made);
        is_older(made, age)
    });
    let garbage = old.map(|entry| {
        let provenance = entry.provenance.map(|provenance| format!("{}: {}", provenance.pipeline, provenance.node));
        let path = layout.entry(&entry.fingerprint);
        Garbage {
            kind: GarbageKind::Entry,
            fingerprint: Some(entry.fingerprint),
            label: provenance.unwrap_or_else(|| name(&path)),
            path,
            bytes: entry.bytes,
        }
    });
    garbage.collect()
}

fn unfinished(layout: &Layout, keep: &BTreeSet<Fingerprint>, age: Duration) -> Vec<Garbage> {
    let unreached = usage::unfinished(layout).into_iter().filter(|partial| !keep.contains(&partial.fingerprint));
    let old = unreached.filter(|partial| is_older(partial.changed, age));
    let free = old.filter(|partial| !is_held(&layout.lock(&partial.fingerprint)));
    let garbage = free.map(|partial| {
        let path = layout.partial(&partial.fingerprint);
        let (fingerprint, label) = (Some(partial.fingerprint), name(&path));
        Garbage { kind: GarbageKind::Unfinished, fingerprint, label, path, bytes: partial.bytes }
    });
    garbage.collect()
}

/// Markers of outputs that are gone, or go now.
fn row_markers(layout: &Layout, going: &BTreeSet<PathBuf>) -> Vec<Garbage> {
    let stays = |path: PathBuf| path.exists() && !going.contains(&path);
    let mut garbage = Vec::new();
    for identity in survey::fingerprints(&layout.rows()) {
        for fingerprint in survey::fingerprints(&layout.row_markers(&identity)) {
            if !stays(layout.entry(&fingerprint)) && !stays(layout.partial(&fingerprint)) {
                let path = layout.row_markers(&identity).join(fingerprint.to_string());
                garbage.push(file(GarbageKind::RowMarker, Some(fingerprint), path));
            }
        }
    }
    garbage
}

/// States left by outputs that are gone, or go now.
fn states(layout: &Layout, going: &BTreeSet<PathBuf>) -> Vec<Garbage> {
    let all = survey::fingerprints(&layout.all_prolonged()).into_iter().map(|identity| layout.prolonged(&identity));
    let left = all.filter_map(|path| {
        let from: Option<Fingerprint> = fs::read_to_string(path.join(Cache::PROLONGED_FROM)).ok()?.parse().ok();
        let entry = from.map(|from| layout.entry(&from)).filter(|entry| entry.exists() && !going.contains(entry));
        entry.is_none().then(|| file(GarbageKind::State, from, path))
    });
    left.collect()
}

fn locks(layout: &Layout) -> Vec<Garbage> {
    let all = survey::fingerprints(&layout.locks()).into_iter();
    let free = all.filter(|fingerprint| !is_held(&layout.lock(fingerprint)));
    free.map(|fingerprint| file(GarbageKind::Lock, Some(fingerprint), layout.lock(&fingerprint))).collect()
}

fn temporaries(layout: &Layout) -> Vec<Garbage> {
    let paths = survey::names(&layout.temporaries()).into_iter().map(|name| layout.temporaries().join(name));
    let old = paths.filter(|path| is_older(survey::last_change(path), TEMPORARY));
    old.map(|path| file(GarbageKind::Temporary, None, path)).collect()
}

fn file(kind: GarbageKind, fingerprint: Option<Fingerprint>, path: PathBuf) -> Garbage {
    Garbage { kind, fingerprint, label: name(&path), bytes: survey::bytes(&path), path }
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn is_older(since: u64, age: Duration) -> bool {
    u128::from(time::milliseconds().saturating_sub(since)) >= age.as_millis()
}

fn remove(layout: &Layout, garbage: &Garbage) -> Result<Removal, CacheError> {
    match (garbage.kind, garbage.fingerprint) {
        (GarbageKind::Entry | GarbageKind::Unfinished, Some(fingerprint)) => {
            let Some(lock) = Lock::try_take(&layout.lock(&fingerprint))? else { return Ok(Removal::Held) };
            move_away(layout, &garbage.path)?;
            drop(lock);
            Ok(Removal::Gone)
        }
        // Taking a free lock and letting go of it removes it.
        (GarbageKind::Lock, _) => Ok(Lock::try_take(&garbage.path)?.map_or(Removal::Held, |_| Removal::Gone)),
        _ => remove_path(&garbage.path).map(|()| Removal::Gone),
    }
}

/// Out of sight at once, so that no reader meets half of it; then piece by piece.
fn move_away(layout: &Layout, path: &Path) -> Result<(), CacheError> {
    let aside = layout.temporary("removed");
    match in_new_folder(&aside, || fs::rename(path, &aside)) {
        Err(_) if !path.exists() => Ok(()),
        Err(error) => Err(CacheError::write(path, error)),
        Ok(()) => remove_path(&aside),
    }
}

fn remove_path(path: &Path) -> Result<(), CacheError> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if path.exists() => Err(CacheError::write(path, error)),
        _ => Ok(()),
    }
}
