//! An output in the making: held by one worker, kept when the worker dies.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use serde::{Deserialize, Serialize};

use super::commit::{CommittedPart, HeldCommit, PartCommit};
use super::layout::{self, COMMITS, Layout, PROGRESS};
use super::ledger::RowLedger;
use super::lock::Lock;
use super::sealed::{self, in_new_folder};
use super::stamp::Stamp;
use super::{CacheError, Entry};
use crate::plan::Fingerprint;
use crate::table::{PartRecord, TableWriter, write_part};

/// An output in the making, ours until this is dropped or published. Journals and saved states may lie in its folder
/// beside what is written here; they are gone once it is published.
#[derive(Debug)]
pub struct Unfinished {
    pub(super) layout: Layout,
    pub(super) fingerprint: Fingerprint,
    pub(super) folder: PathBuf,
    pub(super) tables: Mutex<BTreeMap<String, Vec<PartRecord>>>,
    commits: Mutex<BTreeMap<usize, HeldCommit>>,
    _lock: Lock,
}

/// A port's rows of one input range.
#[derive(Clone, Debug)]
pub struct PortPart<'a> {
    /// The port.
    pub port: &'a str,
    /// Its columns.
    pub schema: &'a SchemaRef,
    /// The rows, in any number of batches.
    pub batches: Vec<RecordBatch>,
}

/// How far an unfinished output is: input rows or steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Done.
    pub done: u64,
    /// Of how many, where that was known.
    pub of: Option<u64>,
}

/// The answer to a claim.
#[derive(Debug)]
pub enum Claim {
    /// It is finished.
    Done(Entry),
    /// It is ours to make or to go on with.
    Ours(Unfinished),
    /// Someone else makes it; ask again later.
    Theirs,
}

impl Unfinished {
    /// Finds what earlier holders committed and still is as they committed it.
    pub(super) fn open(layout: &Layout, fingerprint: Fingerprint, lock: Lock) -> Result<Self, CacheError> {
        let folder = layout.partial(&fingerprint);
        fs::create_dir_all(folder.join(COMMITS)).map_err(|error| CacheError::write(&folder, error))?;
        let mut commits = BTreeMap::new();
        for index in commit_indices(&folder) {
            match PartCommit::read(&folder, index).filter(|commit| commit.holds(&folder, index)) {
                Some(commit) => drop(commits.insert(index, commit.held())),
                None => remove_file(&layout::commit(&folder, index))?,
            }
        }
        let (tables, commits) = (Mutex::default(), Mutex::new(commits));
        Ok(Self { layout: layout.clone(), fingerprint, folder, tables, commits, _lock: lock })
    }

    /// The output's identity.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// Where everything of it lies until it is published.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where a part lies until the output is published; readers ask [`super::Cache::part_path`].
    #[must_use]
    pub fn part_path(&self, port: &str, index: usize) -> PathBuf {
        layout::part(&self.folder, port, index)
    }

    /// As [`Unfinished::commit`], each port's rows in one batch of its own schema.
    ///
    /// # Errors
    /// As there.
    pub fn commit_parts(
        &self,
        index: usize,
        ports: &[(&str, RecordBatch)],
        ledger: RowLedger,
        note: &[u8],
    ) -> Result<(), CacheError> {
        let schemas: Vec<_> = ports.iter().map(|(_, batch)| batch.schema()).collect();
        let parts = ports.iter().zip(&schemas);
        let parts = parts.map(|((port, batch), schema)| PortPart { port, schema, batches: vec![batch.clone()] });
        self.commit(index, &parts.collect::<Vec<_>>(), ledger, note)
    }

    /// Stores one input range: a part for every port, what became of every row, and a note for the committer's own
    /// use. It exists as a whole or, after a crash or an error, not at all. Ranges may be committed from several
    /// threads and in any order.
    ///
    /// # Errors
    /// Rows that do not fit their schema, or a disk that takes no more.
    pub fn commit(
        &self,
        index: usize,
        ports: &[PortPart<'_>],
        ledger: RowLedger,
        note: &[u8],
    ) -> Result<(), CacheError> {
        let parts = ports.iter().map(|part| self.write(part, index)).collect::<Result<_, _>>()?;
        let commit = PartCommit { parts, ledger, note: note.to_owned() };
        commit.write(&self.folder, index)?;
        self.commits().insert(index, commit.held());
        Ok(())
    }

    fn write(&self, part: &PortPart<'_>, index: usize) -> Result<CommittedPart, CacheError> {
        let path = self.part_path(part.port, index);
        self.port_folder(part.port)?;
        let record = write_part(&path, part.schema, &part.batches)?;
        let stamp = Stamp::at(&path).map_err(|error| CacheError::io(&path, error))?;
        Ok(CommittedPart { port: part.port.to_owned(), record, stamp })
    }

    /// How many ranges are committed without a gap, from 0.
    #[must_use]
    pub fn committed(&self) -> usize {
        let commits = self.commits();
        commits.keys().enumerate().take_while(|(place, index)| place == *index).count()
    }

    /// What was committed for a range, be it by this holder or an earlier one; read from disk.
    #[must_use]
    pub fn committed_part(&self, index: usize) -> Option<PartCommit> {
        self.commits().get(&index)?;
        PartCommit::read(&self.folder, index)
    }

    /// Forgets the ranges from `index` on, so that they can be committed anew.
    ///
    /// # Errors
    /// A commit that cannot be removed.
    pub fn truncate(&self, index: usize) -> Result<(), CacheError> {
        let dropped = self.commits().split_off(&index);
        dropped.keys().try_for_each(|index| remove_file(&layout::commit(&self.folder, *index)))
    }

    /// Forgets everything that was made, for operators that start from the beginning.
    ///
    /// # Errors
    /// A folder that cannot be emptied.
    pub fn restart(&self) -> Result<(), CacheError> {
        self.commits().clear();
        self.tables.lock().unwrap_or_else(PoisonError::into_inner).clear();
        fs::remove_dir_all(&self.folder).map_err(|error| CacheError::write(&self.folder, error))?;
        let commits = self.folder.join(COMMITS);
        fs::create_dir_all(&commits).map_err(|error| CacheError::write(&commits, error))
    }

    /// A writer of a port's rows, after the parts that were committed; its records go to [`Unfinished::add_table`].
    ///
    /// # Errors
    /// A folder that cannot be made.
    pub fn table_writer(&self, port: &str, schema: &SchemaRef) -> Result<TableWriter, CacheError> {
        let folder = self.port_folder(port)?;
        Ok(TableWriter::new(&folder, schema).starting_at(self.committed()))
    }

    /// Takes the parts of a finished [`TableWriter`] as a port's rows.
    pub fn add_table(&self, port: &str, parts: Vec<PartRecord>) {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner).insert(port.to_owned(), parts);
    }

    /// The folder of an artifact, emptied.
    ///
    /// # Errors
    /// A folder that cannot be made.
    pub fn artifact_folder(&self, port: &str) -> Result<PathBuf, CacheError> {
        let folder = self.folder.join(port);
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(|error| CacheError::write(&folder, error))?;
        }
        self.port_folder(port)
    }

    /// Notes how far the work is, for plans to show; cheap enough for every row.
    ///
    /// # Errors
    /// A disk that takes no more.
    pub fn note_progress(&self, progress: Progress) -> Result<(), CacheError> {
        let path = self.folder.join(PROGRESS);
        // Fixed width and written in one piece: readers see one state or another.
        let text = format!("{:>20} {:>20}\n", progress.done, progress.of.map_or("-".to_owned(), |of| of.to_string()));
        write_in_place(&path, text.as_bytes()).map_err(|error| CacheError::write(&path, error))
    }

    /// Lets later outputs with the same work on single rows take their results from this one.
    ///
    /// # Errors
    /// A disk that takes no more.
    pub fn remember_rows(&self, identity: &Fingerprint) -> Result<(), CacheError> {
        let marker = self.layout.row_markers(identity).join(self.fingerprint.to_string());
        in_new_folder(&marker, || fs::write(&marker, [])).map_err(|error| CacheError::write(&marker, error))
    }

    pub(super) fn commits(&self) -> MutexGuard<'_, BTreeMap<usize, HeldCommit>> {
        self.commits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn port_folder(&self, port: &str) -> Result<PathBuf, CacheError> {
        let folder = self.folder.join(port);
        fs::create_dir_all(&folder).map_err(|error| CacheError::write(&folder, error))?;
        Ok(folder)
    }
}

/// How far an output is without holding it; none where nothing was begun.
pub(super) fn progress(layout: &Layout, fingerprint: &Fingerprint) -> Option<Progress> {
    let folder = layout.partial(fingerprint);
    let indices = commit_indices(&folder);
    let noted = fs::read_to_string(folder.join(PROGRESS)).ok().and_then(|text| parse_progress(&text));
    if noted.is_none() && !folder.exists() {
        return None;
    }
    let commits = indices.into_iter().filter_map(|index| PartCommit::read(&folder, index));
    let committed: u64 = commits.map(|commit| commit.ledger.rows() as u64).sum();
    let noted = noted.unwrap_or_default();
    Some(Progress { done: noted.done.max(committed), of: noted.of })
}

/// The indices of the commits in a folder, ascending.
pub(super) fn commit_indices(folder: &Path) -> Vec<usize> {
    let Ok(entries) = fs::read_dir(folder.join(COMMITS)) else { return Vec::new() };
    let names = entries.flatten().map(|entry| entry.file_name());
    let mut indices: Vec<usize> = names.filter_map(|name| name.to_str()?.strip_prefix("part-")?.parse().ok()).collect();
    indices.sort_unstable();
    indices
}

fn parse_progress(text: &str) -> Option<Progress> {
    let mut words = text.split_whitespace();
    let done = words.next()?.parse().ok()?;
    Some(Progress { done, of: words.next()?.parse().ok() })
}

fn write_in_place(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
    file.write_all(bytes)
}

fn remove_file(path: &Path) -> Result<(), CacheError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(CacheError::write(path, error)),
        _ => Ok(()),
    }
}

/// Writes a small file of the unfinished entry.
pub(super) fn write_beside(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), CacheError> {
    sealed::write_owned(&folder.join(name), bytes)
}
