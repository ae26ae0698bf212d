//! The journal of a part that is not committed yet: every finished row, on disk before its place is given away.
//!
//! Owns the frames: a length, a checksum, the rows that finished together. Knows neither rows' content nor parts.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::row::Emission;

const CHECKSUM: usize = 8;
const HEADER: usize = 4 + CHECKSUM;

/// What a call of the operator gave for a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum RowOutcome {
    /// Rows, in order.
    Gave(Vec<Emission>),
    /// None, for a reason of the row's own.
    Failed(String),
}

/// An append-only file of `(place in the part, outcome)`; it is made with the first append.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: Option<File>,
    length: u64,
    buffer: Vec<u8>,
}

impl Journal {
    /// Opens the journal and gives what it holds. A tail that was torn by the end of the process is cut off.
    pub(super) fn open(path: PathBuf) -> io::Result<(Self, Vec<(u32, RowOutcome)>)> {
        let bytes = match std::fs::read(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok((Self::empty(path), Vec::new())),
            read => read?,
        };
        let mut rows = Vec::new();
        let mut good = 0;
        while let Some((frame, length)) = frame(&bytes[good..]) {
            rows.extend(frame);
            good += length;
        }
        let file = OpenOptions::new().append(true).open(&path)?;
        file.set_len(good as u64)?;
        Ok((Self { file: Some(file), length: good as u64, ..Self::empty(path) }, rows))
    }

    fn empty(path: PathBuf) -> Self {
        Self { path, file: None, length: 0, buffer: Vec::new() }
    }

    /// Appends rows that finished together, in one write: after it returns they survive the end of the process.
    pub(super) fn append<'a>(&mut self, rows: impl IntoIterator<Item = (u32, &'a RowOutcome)>) -> io::Result<()> {
        self.buffer.clear();
        self.buffer.resize(HEADER, 0);
        for row in rows {
            let buffer = std::mem::take(&mut self.buffer);
            self.buffer = postcard::to_extend(&row, buffer).map_err(io::Error::other)?;
        }
        let body = &self.buffer[HEADER..];
        let length = u32::try_from(body.len()).map_err(io::Error::other)?;
        let checksum = checksum(body);
        self.buffer[..4].copy_from_slice(&length.to_le_bytes());
        self.buffer[4..HEADER].copy_from_slice(&checksum);
        self.write()
    }

    fn write(&mut self) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            empty => empty.insert(OpenOptions::new().append(true).create(true).open(&self.path)?),
        };
        let written = file.write_all(&self.buffer);
        match &written {
            Ok(()) => self.length += self.buffer.len() as u64,
            // A disk that ran full took a part of the frame; what follows must not stand behind it.
            Err(_) => file.set_len(self.length)?,
        }
        written.map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", self.path.display())))
    }

    /// Removes the file: its part is committed.
    pub(super) fn remove(self) -> io::Result<()> {
        match std::fs::remove_file(&self.path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

/// The rows of the first frame and its length, if it is whole.
fn frame(bytes: &[u8]) -> Option<(Vec<(u32, RowOutcome)>, usize)> {
    let (header, rest) = bytes.split_at_checked(HEADER)?;
    let length = u32::from_le_bytes(header[..4].try_into().ok()?) as usize;
    let mut body = rest.get(..length)?;
    if checksum(body) != header[4..] {
        return None;
    }
    let mut rows = Vec::new();
    while !body.is_empty() {
        let (row, rest) = postcard::take_from_bytes(body).ok()?;
        rows.push(row);
        body = rest;
    }
    Some((rows, HEADER + length))
}

fn checksum(body: &[u8]) -> [u8; CHECKSUM] {
    let mut checksum = [0; CHECKSUM];
    checksum.copy_from_slice(&blake3::hash(body).as_bytes()[..CHECKSUM]);
    checksum
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::row::{Base, Cell};

    fn outcome(row: u32) -> RowOutcome {
        match row % 3 {
            0 => RowOutcome::Failed(format!("row {row} is odd")),
            1 => RowOutcome::Gave(Vec::new()),
            _ => {
                let cells = vec![("score".to_owned(), Cell::Float(f64::from(row))), ("note".to_owned(), Cell::Null)];
                RowOutcome::Gave(vec![Emission { port: 1, base: Base::Input, cells }])
            }
        }
    }

    fn written(path: &std::path::Path, groups: &[std::ops::Range<u32>]) -> Vec<u64> {
        let (mut journal, _) = Journal::open(path.to_owned()).unwrap();
        let append = |group: &std::ops::Range<u32>| {
            let rows: Vec<_> = group.clone().map(|row| (row, outcome(row))).collect();
            journal.append(rows.iter().map(|(row, outcome)| (*row, outcome))).unwrap();
            std::fs::metadata(path).unwrap().len()
        };
        groups.iter().map(append).collect()
    }

    #[test]
    fn a_journal_cut_anywhere_gives_its_whole_frames_and_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let groups = [0..3, 3..4, 4..9];
        let ends = written(&path, &groups);
        let bytes = std::fs::read(&path).unwrap();
        for cut in 0..=bytes.len() {
            std::fs::write(&path, &bytes[..cut]).unwrap();
            let whole = ends.iter().filter(|end| **end as usize <= cut).count();
            let kept = groups[..whole].last().map_or(0, |group| group.end);
            let (mut journal, rows) = Journal::open(path.clone()).unwrap();
            assert_eq!(rows, (0..kept).map(|row| (row, outcome(row))).collect::<Vec<_>>(), "cut at {cut}");
            journal.append([(99, &outcome(99))]).unwrap();
            let (_, again) = Journal::open(path.clone()).unwrap();
            assert_eq!(again.len(), kept as usize + 1);
            assert_eq!(again.last().unwrap(), &(99, outcome(99)));
        }
    }

    #[test]
    fn a_flipped_bit_ends_the_journal_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let ends = written(&path, &[0..3, 3..6]);
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[ends[0] as usize + HEADER + 2] ^= 4;
        std::fs::write(&path, &bytes).unwrap();
        let (_, rows) = Journal::open(path.clone()).unwrap();
        assert_eq!(rows.len(), 3);
        assert_eq!(std::fs::metadata(&path).unwrap().len(), ends[0]);
    }
}
