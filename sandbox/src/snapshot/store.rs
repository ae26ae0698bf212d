//! Where the interpreter is kept on this machine: the module once, and its compiled code once for each runtime.
//!
//! Owns names, locks and atomic writing. This is a security border: compiled code is mapped and executed as it is, so
//! nothing is handed out of a folder or a file that anybody else could have written. Knows neither how a module is made
//! nor how it is compiled; both are closures of the caller's.

use super::held::Held;
use super::private::{self, PrivateFolder};
use super::recipe::Identity;
use super::sealed::{SealError, seal, unseal};
use super::soundness::{self, Unsound};
use std::collections::BTreeSet;
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

    /// Takes hold of this interpreter, if it is here. Its content is looked at when it is loaded.
    pub(super) fn hold(&self, identity: Identity) -> Result<Option<Held>, StoreError> {
        Held::find(&self.modules, &sealed_name(identity))
    }

    /// The module, whole and verified.
    pub(super) fn load(&self, identity: Identity) -> Result<Option<Vec<u8>>, StoreError> {
        let found = self.modules.find(&sealed_name(identity))?;
        found.map(|path| read_sealed(&path, identity)).transpose()
    }

    /// Keeps a module that has been verified.
    pub(super) fn keep(&self, identity: Identity, module: &[u8]) -> Result<Held, StoreError> {
        let name = sealed_name(identity);
        let file = seal(identity, module);
        let file =
            file.map_err(|source| StoreError::Io { doing: "compress", path: self.modules.path(&name), source })?;
        self.modules.write(&name, &file)
    }

    /// Compiled code under a key, made by the closure where there is none.
    pub(super) fn compiled(
        &self,
        identity: Identity,
        key: &str,
        compile: impl FnOnce() -> Result<Vec<u8>, StoreError>,
    ) -> Result<Held, StoreError> {
        let name = compiled_name(identity, key);
        if let Some(found) = Held::find(&self.compiled, &name)? {
            return Ok(found);
        }
        let _lock = self.lock(&name, || ())?;
        if let Some(found) = Held::find(&self.compiled, &name)? {
            return Ok(found);
        }
        self.compiled.write(&name, &compile()?)
    }

    /// Holds the making of modules: while it lives, no other process makes one, and there is a folder to make it in. A
    /// process that dies gives its lock back, so the next takes over. `waiting` is called if another one is at it.
    pub(super) fn making(&self, waiting: impl FnOnce()) -> Result<Making, StoreError> {
        let lock = self.lock("making", waiting)?;
        Ok(Making { work: self.making.scratch()?, _lock: lock })
    }

    /// Throws away what a making that was killed left behind, unless one is under way.
    pub(super) fn clear_making(&self) -> Result<(), StoreError> {
        let (file, path) = self.lock_file("making")?;
        match file.try_lock() {
            Ok(()) => self.making.scratch().map(drop),
            Err(TryLockError::WouldBlock) => Ok(()),
            Err(TryLockError::Error(source)) => Err(StoreError::Io { doing: "lock", path, source }),
        }
    }

    /// The folder of the modules.
    pub(super) fn modules(&self) -> &PrivateFolder {
        &self.modules
    }

    /// The folder of the compiled code.
    pub(super) fn code(&self) -> &PrivateFolder {
        &self.compiled
    }

    /// The files that this version of millrace uses under these keys.
    pub(super) fn wanted(&self, keys: &[String]) -> BTreeSet<String> {
        let identity = Identity::current();
        let code = keys.iter().map(|key| compiled_name(identity, key));
        code.chain([sealed_name(identity)]).collect()
    }

    /// Waits until no other process makes the same thing.
    fn lock(&self, name: &str, waiting: impl FnOnce()) -> Result<File, StoreError> {
        let (file, path) = self.lock_file(name)?;
        let locked = match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::Error(error)) => Err(error),
            Err(TryLockError::WouldBlock) => {
                waiting();
                file.lock().map(|()| file)
            }
        };
        locked.map_err(|source| StoreError::Io { doing: "lock", path, source })
    }

    fn lock_file(&self, name: &str) -> Result<(File, PathBuf), StoreError> {
        let path = self.locks.path(name);
        match OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path) {
            Ok(file) => Ok((file, path)),
            Err(source) => Err(StoreError::Io { doing: "lock", path, source }),
        }
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
