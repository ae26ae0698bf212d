//! Taking out of the store what nobody uses any more: interpreters of other recipes, and code for other runtimes.
//!
//! Owns the choice. What a process holds stays, and so does what this millrace would use, however long ago that was.

use super::held::is_at;
use super::private::PrivateFolder;
use super::store::{Store, StoreError};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// What a killed process left half written is told by its age alone: nobody holds it while it is written.
const UNFINISHED: Duration = Duration::from_secs(24 * 3600);

/// Whether anything is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pruning {
    /// It is.
    Remove,
    /// Nothing is; only told what would be.
    Look,
}

/// A file that was removed, or would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pruned {
    /// What it holds.
    pub kind: Kind,
    /// Its name, without the ending.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// How long nobody has used it.
    pub unused: Duration,
}

/// What a file of the store holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An interpreter's module.
    Interpreter,
    /// The code that a module was compiled to.
    Code,
    /// What a process that was killed left half written.
    Unfinished,
}

impl Store {
    /// Removes what was not used for so long: interpreters of other recipes than this version's, and compiled code but
    /// this interpreter's under one of `keys`. What a process holds stays.
    pub fn prune(&self, keys: &[String], unused: Duration, pruning: Pruning) -> Result<Vec<Pruned>, StoreError> {
        let wanted = self.wanted(keys);
        let mut pruned = Vec::new();
        for (folder, kind) in [(self.modules(), Kind::Interpreter), (self.code(), Kind::Code)] {
            for name in folder.names()? {
                let Some(kind) = kind.of_file(&name) else { continue };
                let unused = if kind == Kind::Unfinished { unused.max(UNFINISHED) } else { unused };
                if !wanted.contains(&name) {
                    pruned.extend(prune(folder, &name, kind, unused, pruning)?);
                }
            }
        }
        if pruning == Pruning::Remove {
            self.clear_making()?;
        }
        Ok(pruned)
    }
}

impl Kind {
    /// What a file of a folder with such files holds; nothing where the store did not write it.
    fn of_file(self, name: &str) -> Option<Self> {
        let ending = if self == Self::Code { ".cwasm" } else { ".zst" };
        if name.starts_with(".tmp") { Some(Self::Unfinished) } else { name.ends_with(ending).then_some(self) }
    }
}

/// One file, if nobody holds it and nobody used it for so long.
fn prune(
    folder: &PrivateFolder,
    name: &str,
    kind: Kind,
    unused: Duration,
    pruning: Pruning,
) -> Result<Option<Pruned>, StoreError> {
    let path = folder.path(name);
    let failed = |source| StoreError::Io { doing: "prune", path: path.clone(), source };
    let Some(file) = take(&path).map_err(failed)? else { return Ok(None) };
    let found = file.metadata().map_err(failed)?;
    // Looked at under the lock: a process that took hold of it and has gone again has used it.
    let age = found.modified().map_err(failed)?;
    let age = SystemTime::now().duration_since(age).unwrap_or_default();
    if age < unused {
        return Ok(None);
    }
    if pruning == Pruning::Remove {
        fs::remove_file(&path).map_err(failed)?;
    }
    let name = name.split('.').find(|part| !part.is_empty()).unwrap_or(name).to_owned();
    Ok(Some(Pruned { kind, name, bytes: found.len(), unused: age }))
}

/// A file that nobody holds, locked so that nobody can take hold of it.
fn take(path: &Path) -> io::Result<Option<File>> {
    let file = match OpenOptions::new().read(true).write(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    match file.try_lock() {
        Ok(()) => Ok(is_at(&file, path)?.then_some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::snapshot::Identity;
    use std::sync::atomic::{AtomicBool, Ordering};

    const NOW: Duration = Duration::ZERO;

    fn opened() -> (tempfile::TempDir, Store) {
        let scratch = tempfile::tempdir().unwrap();
        let store = Store::open(&scratch.path().join("store")).unwrap();
        (scratch, store)
    }

    fn names(pruned: &[Pruned]) -> Vec<(Kind, &str)> {
        pruned.iter().map(|own| (own.kind, own.name.as_str())).collect()
    }

    fn code(store: &Store, key: &str) -> super::super::Held {
        store.compiled(Identity::current(), key, || Ok(key.as_bytes().to_vec())).unwrap()
    }

    #[test]
    fn what_this_version_uses_stays_and_the_rest_goes() {
        let (_scratch, store) = opened();
        store.keep(Identity::current(), b"module").unwrap();
        store.modules().write("other.zst", b"older").unwrap();
        store.modules().write("notes.txt", b"somebody's").unwrap();
        let (mine, other) = (code(&store, "mine").path().to_owned(), code(&store, "other").path().to_owned());
        let pruned = store.prune(&["mine".to_owned()], NOW, Pruning::Remove).unwrap();
        let other_name = other.file_stem().unwrap().to_str().unwrap();
        assert_eq!(names(&pruned), [(Kind::Interpreter, "other"), (Kind::Code, other_name)]);
        assert_eq!(pruned.iter().map(|own| own.bytes).collect::<Vec<_>>(), [5, 5]);
        assert!(mine.exists() && !other.exists() && store.hold(Identity::current()).unwrap().is_some());
        assert_eq!(store.modules().names().unwrap(), [format!("{}.zst", Identity::current()), "notes.txt".to_owned()]);
        assert_eq!(store.prune(&["mine".to_owned()], NOW, Pruning::Remove).unwrap(), []);
    }

    #[test]
    fn what_was_used_lately_stays() {
        let (_scratch, store) = opened();
        let file = File::options().write(true).open(code(&store, "other").path()).unwrap();
        let hour = Duration::from_secs(3600);
        assert_eq!(store.prune(&[], hour, Pruning::Remove).unwrap(), []);
        file.set_modified(SystemTime::now() - 2 * hour).unwrap();
        let pruned = store.prune(&[], hour, Pruning::Look).unwrap();
        assert!(pruned.len() == 1 && pruned[0].unused >= 2 * hour, "{pruned:?}");
        drop(code(&store, "other"));
        assert_eq!(store.prune(&[], hour, Pruning::Remove).unwrap(), [], "it was used just now");
    }

    #[test]
    fn what_is_held_stays_and_nothing_goes_when_only_looking() {
        let (_scratch, store) = opened();
        let held = code(&store, "other");
        assert_eq!(store.prune(&[], NOW, Pruning::Remove).unwrap(), []);
        drop(held.clone());
        assert_eq!(store.prune(&[], NOW, Pruning::Remove).unwrap(), []);
        let path = held.path().to_owned();
        drop(held);
        assert_eq!(store.prune(&[], NOW, Pruning::Look).unwrap().len(), 1);
        assert!(path.exists());
        assert_eq!(store.prune(&[], NOW, Pruning::Remove).unwrap().len(), 1);
        assert!(!path.exists());
    }

    #[test]
    fn what_was_left_half_written_goes_once_it_is_old() {
        let (_scratch, store) = opened();
        drop(store.modules().write(".tmpA1", b"half").unwrap());
        let path = store.modules().path(".tmpA1");
        assert_eq!(store.prune(&[], NOW, Pruning::Remove).unwrap(), []);
        let file = File::options().write(true).open(&path).unwrap();
        file.set_modified(SystemTime::now() - 2 * UNFINISHED).unwrap();
        assert_eq!(names(&store.prune(&[], NOW, Pruning::Remove).unwrap()), [(Kind::Unfinished, "tmpA1")]);
        assert!(!path.exists());
    }

    #[test]
    fn whoever_finds_code_can_read_it_while_others_prune() {
        let (_scratch, store) = opened();
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let pruning = || {
                let mut removed = 0;
                while !done.load(Ordering::Relaxed) {
                    removed += store.prune(&[], NOW, Pruning::Remove).unwrap().len();
                }
                removed
            };
            let pruners: Vec<_> = (0..2).map(|_| scope.spawn(pruning)).collect();
            for _ in 0..200 {
                let held = code(&store, "other");
                assert_eq!(fs::read(held.path()).unwrap(), b"other");
            }
            done.store(true, Ordering::Relaxed);
            let removed: usize = pruners.into_iter().map(|pruner| pruner.join().unwrap()).sum();
            assert!(removed > 0, "nothing was ever removed");
        });
    }
}
