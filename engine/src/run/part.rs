//! A part in the making: so many input rows, and the results of those that are finished.

use std::io;

use tokio::sync::OwnedSemaphorePermit;

use super::journal::{Journal, RowOutcome};
use super::part_input::PartInput;
use crate::cache::{Remembered, RememberedRow, RowKey};
use crate::row::Row;

/// An input row's place: its part and its number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) part: usize,
    pub(super) row: usize,
}

/// The result of a row.
#[derive(Debug)]
pub(super) enum RowResult {
    /// The operator was called for it, now or before the run was resumed.
    Called(RowOutcome),
    /// Earlier work on the same row.
    Remembered(RememberedRow),
}

/// A part in the making.
pub(super) struct OpenPart {
    pub(super) index: usize,
    pub(super) keys: Option<Vec<RowKey>>,
    input: PartInput,
    remembered: Remembered,
    results: Vec<Option<RowResult>>,
    missing: usize,
    next: usize,
    journal: Journal,
    room: OwnedSemaphorePermit,
}

/// A part whose rows all have their results.
pub(super) struct WholePart {
    pub(super) index: usize,
    pub(super) input: PartInput,
    pub(super) keys: Option<Vec<RowKey>>,
    /// The batches that remembered results point into.
    pub(super) remembered: Remembered,
    pub(super) results: Vec<RowResult>,
    pub(super) journal: Journal,
    /// Its place among the parts in hand, free again once it is committed.
    _room: OwnedSemaphorePermit,
}

impl OpenPart {
    pub(super) fn new(index: usize, input: PartInput, journal: Journal, room: OwnedSemaphorePermit) -> Self {
        let rows = input.rows();
        Self {
            index,
            keys: None,
            input,
            remembered: Remembered::default(),
            results: std::iter::repeat_with(|| None).take(rows).collect(),
            missing: rows,
            next: 0,
            journal,
            room,
        }
    }

    /// The next row that has no result yet and was not given out.
    pub(super) fn next_row(&mut self) -> Option<(Place, Row)> {
        self.next = self.upcoming()?;
        let place = Place { part: self.index, row: self.next };
        self.next += 1;
        Some((place, self.input.row(place.row)))
    }

    /// Whether a row can be given out.
    pub(super) fn has_next(&self) -> bool {
        self.upcoming().is_some()
    }

    fn upcoming(&self) -> Option<usize> {
        (self.next..self.results.len()).find(|row| self.results[*row].is_none())
    }

    /// Whether a row has its result.
    pub(super) fn has(&self, row: usize) -> bool {
        self.results[row].is_some()
    }

    /// Takes the results of rows that finished together, after they are in the journal.
    pub(super) fn finish(&mut self, rows: Vec<(usize, RowOutcome)>) -> io::Result<()> {
        let numbered = rows.iter().map(|(row, outcome)| (u32::try_from(*row).unwrap_or(u32::MAX), outcome));
        self.journal.append(numbered)?;
        for (row, outcome) in rows {
            self.set(row, RowResult::Called(outcome));
        }
        Ok(())
    }

    /// Takes results of earlier work for these rows.
    pub(super) fn recall(&mut self, rows: &[usize], mut remembered: Remembered) {
        for (row, result) in rows.iter().zip(std::mem::take(&mut remembered.rows)) {
            self.set(*row, RowResult::Remembered(result));
        }
        self.remembered = remembered;
    }

    /// Takes a result that needs no journal.
    pub(super) fn set(&mut self, row: usize, result: RowResult) {
        let Some(place) = self.results.get_mut(row) else { return };
        self.missing -= usize::from(place.is_none());
        *place = Some(result);
    }

    /// Rows that have their result.
    pub(super) fn done(&self) -> usize {
        self.results.len() - self.missing
    }

    /// Results of a special kind.
    pub(super) fn counts(&self) -> Counts {
        Counts::of(self.results.iter().flatten())
    }

    pub(super) fn is_whole(&self) -> bool {
        self.missing == 0
    }

    /// The part with all its results.
    pub(super) fn whole(self) -> WholePart {
        let Self { index, input, keys, remembered, results, journal, room, .. } = self;
        WholePart {
            index,
            input,
            keys,
            remembered,
            results: results.into_iter().flatten().collect(),
            journal,
            _room: room,
        }
    }
}

/// Rows of a special kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) failed: u64,
    pub(super) remembered: u64,
}

impl Counts {
    pub(super) fn of<'a>(results: impl IntoIterator<Item = &'a RowResult>) -> Self {
        let mut counts = Self::default();
        for result in results {
            counts.failed += u64::from(result.failure().is_some());
            counts.remembered += u64::from(matches!(result, RowResult::Remembered(_)));
        }
        counts
    }
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, more: Self) {
        self.failed += more.failed;
        self.remembered += more.remembered;
    }
}

impl RowResult {
    /// Why the row has no result, if it has none.
    pub(super) fn failure(&self) -> Option<&str> {
        match self {
            Self::Called(RowOutcome::Failed(reason)) | Self::Remembered(RememberedRow::Failed { reason }) => {
                Some(reason)
            }
            Self::Called(RowOutcome::Gave(_)) | Self::Remembered(RememberedRow::Gave(_)) => None,
        }
    }
}
