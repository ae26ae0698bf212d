//! Results of single rows, found by the rows' content in every output of the same work.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{RecordBatch, UInt32Array};
use arrow::compute::take_record_batch;

use super::commit::PartCommit;
use super::entry::Found;
use super::layout::{self, Layout};
use super::ledger::RowKey;
use super::unfinished::commit_indices;
use super::{CacheError, find};
use crate::plan::Fingerprint;
use crate::scratch::{DigestMap, Scratch};
use crate::table::{Table, TableError};

/// An index over remembered rows, and a bounded number of decoded parts.
#[derive(Debug)]
pub struct RememberedRows {
    sources: Vec<Source>,
    /// Places by key: which of several a key has does not matter, since equal work gives equal rows.
    index: DigestMap,
    rows: u64,
    opened: Vec<(u32, Arc<OpenPart>)>,
    /// The row that was found last: rows mostly come in the order in which they were stored.
    last: Option<RowPlace>,
}

/// Where a row's result lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowPlace {
    source: u32,
    row: u32,
}

/// A committed part of an output.
#[derive(Debug)]
struct Source {
    layout: Arc<Layout>,
    fingerprint: Fingerprint,
    part: usize,
}

/// The results of some rows.
#[derive(Debug, Default)]
pub struct Remembered {
    /// By port: the batches that results point into.
    pub batches: BTreeMap<String, Vec<RecordBatch>>,
    /// The results, in the order that they were asked for.
    pub rows: Vec<RememberedRow>,
}

/// The result of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RememberedRow {
    /// The rows that it gave, by port.
    Gave(BTreeMap<String, RowRange>),
    /// Why it has none.
    Failed {
        /// The reason.
        reason: String,
    },
}

/// Rows of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowRange {
    /// The batch, by its place in [`Remembered::batches`].
    pub batch: usize,
    /// The first row.
    pub start: usize,
    /// How many.
    pub count: usize,
}

/// A part read and ready: batches by port, and where every input row's rows begin.
#[derive(Debug)]
struct OpenPart {
    commit: PartCommit,
    batches: BTreeMap<String, RecordBatch>,
    /// `ports` numbers a row: rows given before it.
    starts: Vec<u32>,
}

/// Decoded parts kept at once.
const OPEN_PARTS: usize = 4;

impl RememberedRows {
    /// Every row that outputs of this row identity have a result for, finished or committed.
    pub(super) fn open(layout: &Layout, identity: &Fingerprint) -> io::Result<Self> {
        let shared = Arc::new(layout.clone());
        let index = DigestMap::new(Scratch::at(layout.root()));
        let mut rows = Self { sources: Vec::new(), index, rows: 0, opened: Vec::new(), last: None };
        for fingerprint in marked(&layout.row_markers(identity)) {
            for (part, commit) in commits(layout, &fingerprint) {
                rows.add(Source { layout: shared.clone(), fingerprint, part }, &commit)?;
            }
        }
        Ok(rows)
    }

    fn add(&mut self, source: Source, commit: &PartCommit) -> io::Result<()> {
        let number = u32::try_from(self.sources.len()).expect("fewer than four thousand million parts");
        self.sources.push(source);
        self.rows += commit.ledger().rows() as u64;
        for (key, row) in commit.ledger().keys().iter().zip(0..) {
            self.index.insert(u128::from_le_bytes(key.0), RowPlace { source: number, row }.packed())?;
        }
        Ok(())
    }

    /// Whether no row is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Where the result of a row lies.
    ///
    /// # Errors
    /// An index that cannot be read.
    pub fn lookup(&mut self, key: &RowKey) -> io::Result<Option<RowPlace>> {
        let found = match self.following().filter(|(_, stored)| stored == key) {
            Some((place, _)) => Some(place),
            None => self.index.get(u128::from_le_bytes(key.0))?.map(RowPlace::unpacked),
        };
        self.last = found.or(self.last);
        Ok(found)
    }

    /// The row behind the one that was found last, with its key; none where that cannot be read.
    fn following(&mut self) -> Option<(RowPlace, RowKey)> {
        let last = self.last.take()?;
        let mut place = RowPlace { row: last.row + 1, ..last };
        if place.row as usize == self.part(place.source).ok()?.commit.ledger().keys().len() {
            place = RowPlace { source: last.source + 1, row: 0 };
        }
        self.last = Some(last);
        if place.source as usize == self.sources.len() {
            return None;
        }
        let key = self.part(place.source).ok()?.commit.ledger().keys().get(place.row as usize).copied();
        Some((place, key?))
    }

    /// The results at these places: only the rows asked for are held, however many parts they lie in.
    ///
    /// # Errors
    /// A part that was removed or damaged since: work the rows again then.
    pub fn fetch(&mut self, places: &[RowPlace]) -> Result<Remembered, CacheError> {
        let mut by_source: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (asked, place) in places.iter().enumerate() {
            by_source.entry(place.source).or_default().push(asked);
        }
        let mut batches: BTreeMap<String, Vec<RecordBatch>> = BTreeMap::new();
        let mut rows = BTreeMap::new();
        for (batch, (source, asked)) in by_source.into_iter().enumerate() {
            let part = self.part(source)?;
            let mut taking = Taking::new(&part, batch);
            rows.extend(asked.into_iter().map(|asked| (asked, taking.row(places[asked].row as usize))));
            for (port, taken) in taking.finish()? {
                batches.entry(port).or_default().push(taken);
            }
        }
        Ok(Remembered { batches, rows: rows.into_values().collect() })
    }

    fn part(&mut self, number: u32) -> Result<Arc<OpenPart>, CacheError> {
        if let Some(place) = self.opened.iter().position(|(open, _)| *open == number) {
            let open = self.opened.remove(place);
            self.opened.push(open);
        } else {
            let part = Arc::new(OpenPart::read(&self.sources[number as usize])?);
            if self.opened.len() == OPEN_PARTS {
                self.opened.remove(0);
            }
            self.opened.push((number, part));
        }
        Ok(self.opened.last().map(|(_, part)| part.clone()).expect("one was just pushed"))
    }
}

impl RowPlace {
    fn packed(self) -> u64 {
        u64::from(self.source) << 32 | u64::from(self.row)
    }

    fn unpacked(packed: u64) -> Self {
        Self { source: (packed >> 32) as u32, row: packed as u32 }
    }
}

impl OpenPart {
    fn read(source: &Source) -> Result<Self, CacheError> {
        let Source { layout, fingerprint, part } = source;
        let folder = folder_of(layout, fingerprint);
        let commit = PartCommit::read(&folder, *part)
            .ok_or_else(|| CacheError::damaged(&layout::commit(&folder, *part), "the part's ledger is gone"))?;
        let mut batches = BTreeMap::new();
        for (port, record) in commit.parts() {
            let path = find::part_path(layout, fingerprint, port, *part);
            batches.insert(port.to_owned(), read_part(path, record.rows)?);
        }
        let starts = starts(&commit);
        Ok(Self { commit, batches, starts })
    }
}

/// Rows being taken out of one part.
struct Taking<'a> {
    part: &'a OpenPart,
    batch: usize,
    /// By port, the rows taken so far.
    taken: Vec<Vec<u32>>,
}

impl<'a> Taking<'a> {
    fn new(part: &'a OpenPart, batch: usize) -> Self {
        Self { part, batch, taken: vec![Vec::new(); part.commit.ledger().ports()] }
    }

    fn row(&mut self, row: usize) -> RememberedRow {
        let ledger = self.part.commit.ledger();
        if let Some(failure) = ledger.failure(row) {
            return RememberedRow::Failed { reason: failure.reason.clone() };
        }
        let starts = &self.part.starts[row * ledger.ports()..];
        let given = ledger.counts(row).iter().zip(starts).zip(&mut self.taken);
        let ranges = given.zip(self.part.commit.parts()).map(|(((count, start), taken), (port, _))| {
            let range = RowRange { batch: self.batch, start: taken.len(), count: *count as usize };
            taken.extend(*start..start + count);
            (port.to_owned(), range)
        });
        RememberedRow::Gave(ranges.collect())
    }

    fn finish(self) -> Result<Vec<(String, RecordBatch)>, CacheError> {
        let ports = self.part.commit.parts().map(|(port, _)| port).zip(self.taken);
        let batches = ports.map(|(port, taken)| {
            let all = &self.part.batches[port];
            let taken = take_record_batch(all, &UInt32Array::from(taken)).map_err(TableError::from)?;
            Ok((port.to_owned(), taken))
        });
        batches.collect()
    }
}

fn read_part(path: PathBuf, rows: u64) -> Result<RecordBatch, TableError> {
    Table::open(vec![path], rows)?.read()
}

/// For every row and port, how many rows stand before its own.
fn starts(commit: &PartCommit) -> Vec<u32> {
    let ledger = commit.ledger();
    let mut before = vec![0; ledger.ports()];
    let mut starts = Vec::with_capacity(ledger.rows() * ledger.ports());
    for row in 0..ledger.rows() {
        starts.extend_from_slice(&before);
        before.iter_mut().zip(ledger.counts(row)).for_each(|(before, count)| *before += count);
    }
    starts
}

/// The outputs that said they may be taken from.
fn marked(folder: &Path) -> Vec<Fingerprint> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let mut fingerprints: Vec<Fingerprint> = names.filter_map(|name| name.parse().ok()).collect();
    fingerprints.sort_unstable();
    fingerprints
}

/// The commits of an output whose parts are as they were committed, read one by one; none where it is gone or damaged.
fn commits<'a>(layout: &'a Layout, fingerprint: &'a Fingerprint) -> Box<dyn Iterator<Item = (usize, PartCommit)> + 'a> {
    match find::find(layout, fingerprint) {
        Found::Present(entry) => {
            Box::new((0..entry.commits()).filter_map(move |index| Some((index, entry.commit(index).ok()?))))
        }
        Found::Damaged { .. } => Box::new(std::iter::empty()),
        Found::Missing => {
            let folder = layout.partial(fingerprint);
            let read = commit_indices(&folder).into_iter().filter_map(move |index| {
                Some((index, PartCommit::read(&folder, index).filter(|commit| commit.holds(&folder, index))?))
            });
            Box::new(read)
        }
    }
}

fn folder_of(layout: &Layout, fingerprint: &Fingerprint) -> PathBuf {
    let finished = layout.entry(fingerprint);
    if finished.exists() { finished } else { layout.partial(fingerprint) }
}
