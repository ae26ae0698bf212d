//! A file of the store that is in use. Owns the lock that keeps it from being pruned, and the note of when it was used.

use super::private::PrivateFolder;
use super::store::StoreError;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

/// A file of the store that is in use: while this or a clone of it lives, no process prunes it.
#[derive(Clone, Debug)]
pub struct Held {
    path: PathBuf,
    _lock: Arc<File>,
}

impl Held {
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Takes hold of a file; nothing where it is not there.
    pub(super) fn find(folder: &PrivateFolder, name: &str) -> Result<Option<Self>, StoreError> {
        loop {
            let Some(path) = folder.find(name)? else { return Ok(None) };
            match lock(&path) {
                Ok(Some(file)) => return Ok(Some(Self::of(path, file))),
                // It was removed or replaced between the look and the lock.
                Ok(None) => {}
                Err(source) => return Err(StoreError::Io { doing: "lock", path, source }),
            }
        }
    }

    /// A file that was locked before anybody could see it.
    pub(super) fn of(path: PathBuf, lock: File) -> Self {
        // The time of the last use; where it cannot be noted, such as on a full disk, the file looks older than it is.
        let _ = lock.set_modified(SystemTime::now());
        Self { path, _lock: Arc::new(lock) }
    }
}

/// The file, open and locked; nothing where it is no longer what the path names.
fn lock(path: &Path) -> io::Result<Option<File>> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    file.lock_shared()?;
    Ok(is_at(&file, path)?.then_some(file))
}

/// Whether an open file is the one that a path names.
pub(super) fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    let own = file.metadata()?;
    match fs::symlink_metadata(path) {
        Ok(found) => Ok((own.dev(), own.ino()) == (found.dev(), found.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}
