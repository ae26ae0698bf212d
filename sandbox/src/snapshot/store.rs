//! Where the interpreter is kept on this machine: the module once, and its compiled code once for each runtime.
//!
//! Owns names, locks and atomic writing. This is a security border: compiled code is mapped and executed as it is, so
//! nothing is handed out of a folder or a file that anybody else could have written. Knows neither how a module is made
//! nor how it is compiled; both are closures of the caller's.

use super::private::{self, PrivateFolder};
use super::recipe::Identity;
use super::sealed::{SealError, seal, unseal};
use super::soundness::{self, Unsound};
use std::error::Error;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Why the store could not give or take.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file system said no.
    #[error("failed to {doing} {}: {source}", .path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// What came back.
        source: io::Error,
    },
    /// Somebody else could have put code there.
    #[error(
        "{} {problem}, and code from there would run as you; \
         make it yours alone (chown it to you, chmod go-w) or remove it, and it is made anew",
        .path.display()
    )]
    NotPrivate {
        /// The folder or file.
        path: PathBuf,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A stored or carried file is not the interpreter that is wanted.
    #[error("cannot use {}: {source}", .path.display())]
    Sealed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: SealError,
    },
    /// A stored or carried module that must not be run.
    #[error("cannot use {}: {source}", .path.display())]
    Unsound {
        /// The file.
        path: PathBuf,
        /// The rule that it breaks.
        source: Unsound,
    },
    /// It was removed after it had been found.
    #[error("the interpreter {identity} is no longer in the store; prepare it again")]
    Gone {
        /// Which one.
        identity: Identity,
    },
    /// The caller's compiler failed.
    #[error("failed to compile the interpreter: {0}")]
    Compile(Box<dyn Error + Send + Sync>),
}

/// A per-user folder of interpreters.
#[derive(Clone, Debug)]
pub struct Store {
    modules: PrivateFolder,
    compiled: PrivateFolder,
    locks: PrivateFolder,
    making: PrivateFolder,
}

impl Store {
    /// Opens the folder, and makes it where there is none.
    pub fn open(root: &Path) -> Result<Self, StoreError> {
        let root = PrivateFolder::open(root)?;
        Ok(Self {
            modules: root.inside("modules")?,
            compiled: root.inside("compiled")?,
            locks: root.inside("locks")?,
            making: root.inside("making")?,
        })
    }

    /// Whether this interpreter is here. Its content is looked at when it is loaded.
    pub(super) fn has(&self, identity: Identity) -> Result<bool, StoreError> {
        Ok(self.modules.find(&sealed_name(identity))?.is_some())
    }

    /// The module, whole and verified.
    pub(super) fn load(&self, identity: Identity) -> Result<Option<Vec<u8>>, StoreError> {
        let found = self.modules.find(&sealed_name(identity))?;
        found.map(|path| read_sealed(&path, identity)).transpose()
    }

    /// Keeps a module that has been verified.
    pub(super) fn keep(&self, identity: Identity, module: &[u8]) -> Result<(), StoreError> {
        let name = sealed_name(identity);
        let file = seal(identity, module);
        let file =
            file.map_err(|source| StoreError::Io { doing: "compress", path: self.modules.path(&name), source })?;
        self.modules.write(&name, &file)?;
        Ok(())
    }

    /// Compiled code under a key, made by the closure where there is none.
    pub(super) fn compiled(
        &self,
        identity: Identity,
        key: &str,
        compile: impl FnOnce() -> Result<Vec<u8>, StoreError>,
    ) -> Result<PathBuf, StoreError> {
        let name = compiled_name(identity, key);
        if let Some(path) = self.compiled.find(&name)? {
            return Ok(path);
        }
        let _lock = self.lock(&name, || ())?;
        if let Some(path) = self.compiled.find(&name)? {
            return Ok(path);
        }
        self.compiled.write(&name, &compile()?)
    }

    /// Holds the making of modules: while it lives, no other process makes one, and there is a folder to make it in. A
    /// process that dies gives its lock back, so the next takes over. `waiting` is called if another one is at it.
    pub(super) fn making(&self, waiting: impl FnOnce()) -> Result<Making, StoreError> {
        let lock = self.lock("making", waiting)?;
        Ok(Making { work: self.making.scratch()?, _lock: lock })
    }

    /// Waits until no other process makes the same thing.
    fn lock(&self, name: &str, waiting: impl FnOnce()) -> Result<File, StoreError> {
        let path = self.locks.path(name);
        let opened = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path);
        let locked = opened.and_then(|file| match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::Error(error)) => Err(error),
            Err(TryLockError::WouldBlock) => {
                waiting();
                file.lock().map(|()| file)
            }
        });
        locked.map_err(|source| StoreError::Io { doing: "lock", path, source })
    }
}

/// The one making that is under way. The folder goes before the lock.
pub(super) struct Making {
    work: TempDir,
    _lock: File,
}

impl Making {
    /// Where to work.
    pub fn folder(&self) -> &Path {
        self.work.path()
    }
}

/// Reads a sealed module from anywhere and verifies it.
pub(super) fn read_sealed(path: &Path, identity: Identity) -> Result<Vec<u8>, StoreError> {
    let file = fs::read(path).map_err(|source| StoreError::Io { doing: "read", path: path.into(), source })?;
    let module = unseal(&file, identity).map_err(|source| StoreError::Sealed { path: path.into(), source })?;
    soundness::verify(&module).map_err(|source| StoreError::Unsound { path: path.into(), source })?;
    Ok(module)
}

/// Writes a sealed module to anywhere.
pub(super) fn write_sealed(path: &Path, identity: Identity, module: &[u8]) -> Result<(), StoreError> {
    let written = seal(identity, module).and_then(|file| private::replace(path, &file));
    written.map_err(|source| StoreError::Io { doing: "write", path: path.into(), source })
}

fn sealed_name(identity: Identity) -> String {
    format!("{identity}.zst")
}

fn compiled_name(identity: Identity, key: &str) -> String {
    let mut digest = blake3::Hasher::new();
    digest.update(identity.as_bytes());
    digest.update(key.as_bytes());
    format!("{}.cwasm", digest.finalize())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    const SOUND: &str =
        r#"(module (memory (export "memory") 1) (global (export "__stack_pointer") (mut i32) (i32.const 16)))"#;

    fn opened() -> (tempfile::TempDir, Store) {
        let scratch = tempfile::tempdir().unwrap();
        let store = Store::open(&scratch.path().join("store")).unwrap();
        (scratch, store)
    }

    #[test]
    fn a_module_is_kept_and_loaded() {
        let (_scratch, store) = opened();
        let (identity, module) = (Identity::current(), wat::parse_str(SOUND).unwrap());
        assert!(store.load(identity).unwrap().is_none());
        store.keep(identity, &module).unwrap();
        assert_eq!(store.load(identity).unwrap(), Some(module));
    }

    #[test]
    fn a_stored_module_is_verified_when_it_is_loaded() {
        let (_scratch, store) = opened();
        let module = wat::parse_str(r#"(module (memory (export "memory") 1))"#).unwrap();
        store.keep(Identity::current(), &module).unwrap();
        assert!(matches!(store.load(Identity::current()), Err(StoreError::Unsound { .. })));
    }

    #[test]
    fn code_is_compiled_once_for_each_key() {
        let (_scratch, store) = opened();
        let compile = |code: &[u8]| Ok(code.to_vec());
        let first = store.compiled(Identity::current(), "a", || compile(b"one")).unwrap();
        let again = store.compiled(Identity::current(), "a", || compile(b"two")).unwrap();
        let other = store.compiled(Identity::current(), "b", || compile(b"three")).unwrap();
        assert_eq!(fs::read(&first).unwrap(), b"one");
        assert_eq!(first, again);
        assert_eq!(fs::read(other).unwrap(), b"three");
    }

    #[test]
    fn a_compiler_that_fails_leaves_nothing_behind() {
        let (_scratch, store) = opened();
        let failed = store.compiled(Identity::current(), "a", || Err(StoreError::Compile("no such feature".into())));
        assert_eq!(failed.unwrap_err().to_string(), "failed to compile the interpreter: no such feature");
        let path = store.compiled(Identity::current(), "a", || Ok(b"one".to_vec())).unwrap();
        assert_eq!(fs::read(path).unwrap(), b"one");
    }

    #[test]
    fn who_has_to_wait_is_told() {
        let (_scratch, store) = opened();
        let (first, told) = (store.making(|| unreachable!("nobody else is at it")).unwrap(), AtomicUsize::new(0));
        let folder = first.folder().to_owned();
        std::thread::scope(|scope| {
            let second = scope.spawn(|| {
                let making = store.making(|| {
                    told.fetch_add(1, Ordering::SeqCst);
                    drop(first);
                });
                making.map(|making| making.folder().to_owned())
            });
            assert_ne!(second.join().unwrap().unwrap(), folder);
        });
        assert_eq!((told.into_inner(), folder.exists()), (1, false));
    }

    #[test]
    fn two_at_once_compile_once() {
        let (_scratch, store) = opened();
        let (times, barrier) = (AtomicUsize::new(0), std::sync::Barrier::new(4));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    barrier.wait();
                    let compile = || Ok(vec![u8::try_from(times.fetch_add(1, Ordering::SeqCst)).unwrap()]);
                    let path = store.compiled(Identity::current(), "a", compile).unwrap();
                    assert_eq!(fs::read(path).unwrap(), [0]);
                });
            }
        });
        assert_eq!(times.load(Ordering::SeqCst), 1);
    }
}
