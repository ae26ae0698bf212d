//! Who works on an output: one process or thread at a time, told by a file lock that dies with its holder.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::CacheError;
use super::sealed::in_new_folder;

/// A held lock; its file is removed when it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    /// Takes the lock if no one holds it.
    ///
    /// The last holder removes the file that the lock is on. Who opened it before that holds a lock on a file without
    /// a name, and must try again with the file that has the name now.
    pub(super) fn try_take(path: &Path) -> Result<Option<Self>, CacheError> {
        loop {
            let open = || OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
            let file = in_new_folder(path, open).map_err(|error| CacheError::write(path, error))?;
            match file.try_lock() {
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(error)) => return Err(CacheError::write(path, error)),
                Ok(()) if is_at(&file, path) => return Ok(Some(Self { file, path: path.to_owned() })),
                Ok(()) => {}
            }
        }
    }
}

/// Whether someone holds the lock; leaves everything as it is.
pub(super) fn is_held(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

impl Drop for Lock {
    fn drop(&mut self) {
        if is_at(&self.file, &self.path) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Whether the open file is the one that the path names.
fn is_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), fs::metadata(path)) {
        (Ok(open), Ok(named)) => (open.ino(), open.dev()) == (named.ino(), named.dev()),
        _ => false,
    }
}
