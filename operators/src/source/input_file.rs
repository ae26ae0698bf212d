//! Text files, compressed or not, line by line.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

/// Lines of one file that are worked on together.
#[derive(Debug)]
pub(super) struct Lines {
    /// The file.
    pub(super) path: PathBuf,
    bytes: Vec<u8>,
    /// Where each line ends in `bytes`, and its number in the file, from 1.
    ends: Vec<(usize, u64)>,
}

/// A file that gives its lines some thousand at a time. Blank lines are left out.
pub(super) struct LineReader {
    path: PathBuf,
    reader: Box<dyn BufRead + Send>,
    number: u64,
}

/// Bytes after which lines are handed on even if there could be more of them.
const FULL: usize = 8 << 20;

impl Lines {
    /// How many.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The line at `index`, without the line break.
    pub(super) fn line(&self, index: usize) -> &[u8] {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before].0);
        &self.bytes[start..self.ends[index].0]
    }

    /// Its number in the file, from 1.
    pub(super) fn number(&self, index: usize) -> u64 {
        self.ends[index].1
    }

    /// Where it stands, for messages: `data.jsonl:17`.
    pub(super) fn place(&self, index: usize) -> String {
        format!("{}:{}", self.path.display(), self.number(index))
    }

    /// All lines in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).map(|index| self.line(index))
    }
}

impl LineReader {
    /// Opens a file; `.gz` and `.zst` are unpacked.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let named = |error| at(path, &error);
        let file = File::open(path).map_err(named)?;
        let reader: Box<dyn BufRead + Send> = match path.extension().and_then(|extension| extension.to_str()) {
            Some("gz") => Box::new(BufReader::new(MultiGzDecoder::new(BufReader::new(file)))),
            Some("zst") => Box::new(BufReader::new(zstd::Decoder::new(file).map_err(named)?)),
            _ => Box::new(BufReader::with_capacity(1 << 17, file)),
        };
        Ok(Self { path: path.to_owned(), reader, number: 0 })
    }

    /// The next lines, at most `count`; none at the end.
    pub(super) fn next(&mut self, count: usize) -> io::Result<Option<Lines>> {
        let mut lines = Lines { path: self.path.clone(), bytes: Vec::new(), ends: Vec::new() };
        while lines.len() < count && lines.bytes.len() < FULL {
            let start = lines.bytes.len();
            let read = self.reader.read_until(b'\n', &mut lines.bytes).map_err(|error| at(&self.path, &error))?;
            if read == 0 {
                break;
            }
            self.number += 1;
            if self.number == 1 && lines.bytes.starts_with(b"\xef\xbb\xbf") {
                lines.bytes.drain(..3);
            }
            let line = lines.bytes[start..].trim_ascii_end().len();
            lines.bytes.truncate(start + line);
            if !lines.bytes[start..].trim_ascii().is_empty() {
                lines.ends.push((lines.bytes.len(), self.number));
            }
        }
        Ok((lines.len() > 0).then_some(lines))
    }
}

fn at(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::io::Write;

    use super::*;

    fn lines(path: &Path, count: usize) -> Vec<(String, u64)> {
        let mut reader = LineReader::open(path).unwrap();
        let mut all = Vec::new();
        while let Some(lines) = reader.next(count).unwrap() {
            assert!(lines.len() <= count);
            let text = |index| String::from_utf8(lines.line(index).to_vec()).unwrap();
            all.extend((0..lines.len()).map(|index| (text(index), lines.number(index))));
        }
        all
    }

    #[test]
    fn lines_are_numbered_and_blank_ones_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let text = "\u{feff}{\"a\": 1}\r\n\n  \n{\"a\": 2}\n{\"a\": 3}";
        let wanted =
            [("{\"a\": 1}", 1), ("{\"a\": 2}", 4), ("{\"a\": 3}", 5)].map(|(text, line)| (text.to_owned(), line));
        let plain = folder.path().join("a.jsonl");
        std::fs::write(&plain, text).unwrap();
        for count in 1..4 {
            assert_eq!(lines(&plain, count), wanted);
        }
        let gzip = folder.path().join("a.jsonl.gz");
        let mut encoder = flate2::write::GzEncoder::new(File::create(&gzip).unwrap(), flate2::Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap();
        assert_eq!(lines(&gzip, 2), wanted);
        let zstandard = folder.path().join("a.jsonl.zst");
        std::fs::write(&zstandard, zstd::encode_all(text.as_bytes(), 1).unwrap()).unwrap();
        assert_eq!(lines(&zstandard, 2), wanted);
    }
}
