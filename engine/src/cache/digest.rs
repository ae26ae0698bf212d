//! Digests of files, remembered by what the file system says about them.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::CacheError;
use super::sealed::in_new_folder;
use super::stamp::Stamp;
use crate::table::Digest;

/// Whether earlier digests are believed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    /// Files whose stamp is known are not read again.
    #[default]
    Remembered,
    /// Every file is read once.
    Nothing,
}

/// Digests of files outside the cache, remembered by (size, modification time, change time, inode). Clones share.
#[derive(Clone, Debug)]
pub struct Digests(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    trust: Trust,
    known: Mutex<Option<HashMap<Stamp, Digest>>>,
}

impl Digests {
    /// Remembers in `path`, made when there is something to remember.
    pub(super) fn new(path: PathBuf, trust: Trust) -> Self {
        Self(Arc::new(Inner { path, trust, known: Mutex::new(None) }))
    }

    /// The digests of files, in their order; those that must be read are read on all cores.
    ///
    /// # Errors
    /// The first file that cannot be read.
    pub fn of_all(&self, paths: &[PathBuf]) -> Result<Vec<Digest>, CacheError> {
        paths.par_iter().map(|path| self.of(path)).collect()
    }

    /// The digest of a file.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn of(&self, path: &Path) -> Result<Digest, CacheError> {
        let stamp = Stamp::at(path).map_err(|error| CacheError::io(path, error))?;
        if let Some(digest) = self.known(&stamp) {
            return Ok(digest);
        }
        let (stamp, digest) = of_file(path).map_err(|error| CacheError::io(path, error))?;
        if let Some(stamp) = stamp
            && stamp.settled()
        {
            self.remember(stamp, digest);
        }
        Ok(digest)
    }

    fn known(&self, stamp: &Stamp) -> Option<Digest> {
        let mut known = self.0.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get_or_insert_with(|| self.load()).get(stamp).copied()
    }

    fn load(&self) -> HashMap<Stamp, Digest> {
        match self.0.trust {
            Trust::Nothing => HashMap::new(),
            Trust::Remembered => {
                fs::read_to_string(&self.0.path).unwrap_or_default().lines().filter_map(parse).collect()
            }
        }
    }

    /// Appends a line. What cannot be remembered, in a cache that is only read, is found out again next time.
    fn remember(&self, stamp: Stamp, digest: Digest) {
        let mut known = self.0.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get_or_insert_default().insert(stamp, digest);
        let line = line(&stamp, &digest);
        let _ = in_new_folder(&self.0.path, || {
            let mut file = OpenOptions::new().append(true).create(true).open(&self.0.path)?;
            file.write_all(line.as_bytes())
        });
    }
}

/// The digest of a file's bytes, and its stamp where that was the same before and after reading.
pub(super) fn of_file(path: &Path) -> io::Result<(Option<Stamp>, Digest)> {
    let file = File::open(path)?;
    let before = Stamp::of(&file.metadata()?);
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(&file)?;
    let after = Stamp::of(&file.metadata()?);
    Ok(((before == after).then_some(after), hasher.finalize().into()))
}

pub(super) fn line(stamp: &Stamp, digest: &Digest) -> String {
    let Stamp { size, modified, changed, inode } = stamp;
    let text = format!("{size} {modified} {changed} {inode} {digest}");
    format!("{text} {}\n", check(&text))
}

/// A line as written; none for a torn one, which two processes or a full disk may leave.
fn parse(line: &str) -> Option<(Stamp, Digest)> {
    let (text, found) = line.rsplit_once(' ')?;
    if found != check(text) {
        return None;
    }
    let mut words = text.split(' ');
    let size = words.next()?.parse().ok()?;
    let modified = words.next()?.parse().ok()?;
    let changed = words.next()?.parse().ok()?;
    let inode = words.next()?.parse().ok()?;
    Some((Stamp { size, modified, changed, inode }, words.next()?.parse().ok()?))
}

fn check(text: &str) -> String {
    Digest::of(text.as_bytes()).to_string()[..8].to_owned()
}
