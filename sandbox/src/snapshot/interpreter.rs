//! The interpreter as the rest of the crate knows it: made once on a machine, then found.
//!
//! Owns the order of the steps. Having one means that it is in the store and stays there; its bytes are read only when
//! they are needed, which is when they are compiled.

use super::componentize::{ComponentizeError, componentize};
use super::fetch::{FetchError, fetch};
use super::flatten::{FlattenError, flatten};
use super::held::Held;
use super::progress::{Progress, Reporter, Step};
use super::python::Python;
use super::recipe::Identity;
use super::soundness::{self, Unsound};
use super::store::{self, Store, StoreError};
use std::error::Error;
use std::path::Path;

/// Why there is no interpreter.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// The package is out of reach.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The snapshot failed.
    #[error(transparent)]
    Componentize(#[from] ComponentizeError),
    /// The component is not one that can be merged.
    #[error(transparent)]
    Flatten(#[from] FlattenError),
    /// The merged module breaks a rule.
    #[error(transparent)]
    Unsound(#[from] Unsound),
    /// The store said no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// CPython as one verified module, in a store.
#[derive(Clone, Debug)]
pub struct Interpreter {
    store: Store,
    identity: Identity,
    _held: Held,
}

impl Interpreter {
    /// The interpreter of this version of millrace, if it is in the store.
    pub fn find(store: &Store) -> Result<Option<Self>, StoreError> {
        let identity = Identity::current();
        Ok(store.hold(identity)?.map(|held| Self { store: store.clone(), identity, _held: held }))
    }

    /// Finds it, or makes it: about 15 CPU-seconds, a network and a Python, once on a machine.
    ///
    /// `python` is the one to use in place of the search path's `python3`. Two processes that want it at once make it
    /// once: the second waits, and takes over where the first fails.
    pub fn prepare(
        store: &Store,
        python: Option<&Path>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Self, PrepareError> {
        if let Some(found) = Self::find(store)? {
            return Ok(found);
        }
        let mut reporter = Reporter::new(progress);
        let making = store.making(|| reporter.begin(Step::Wait))?;
        if let Some(found) = Self::find(store)? {
            return Ok(found);
        }
        let module = make(python, making.folder(), &mut reporter)?;
        reporter.begin(Step::Write);
        Ok(Self::keep(store, &module)?)
    }

    /// Takes an interpreter that was exported elsewhere, if it is this version's, whole and sound.
    pub fn import(store: &Store, file: &Path) -> Result<Self, StoreError> {
        let module = store::read_sealed(file, Identity::current())?;
        Self::keep(store, &module)
    }

    /// Writes it to a file that another machine can import.
    pub fn export(&self, file: &Path) -> Result<(), StoreError> {
        store::write_sealed(file, self.identity, &self.module()?)
    }

    /// The digest of its recipe; what a fingerprint of results names.
    pub fn identity(&self) -> Identity {
        self.identity
    }

    /// The module's bytes, checked and verified.
    pub fn module(&self) -> Result<Vec<u8>, StoreError> {
        let module = self.store.load(self.identity)?;
        module.ok_or_else(|| StoreError::Gone { identity: self.identity })
    }

    /// A file of compiled code that is safe to map and run, made by `compile` from the module where there is none.
    ///
    /// `key` names everything besides the interpreter on which the code depends: the runtime's version, its engine's
    /// configuration, the CPU's features.
    pub fn compiled<E: Into<Box<dyn Error + Send + Sync>>>(
        &self,
        key: &str,
        compile: impl FnOnce(&[u8]) -> Result<Vec<u8>, E>,
    ) -> Result<Held, StoreError> {
        let compile = || compile(&self.module()?).map_err(|error| StoreError::Compile(error.into()));
        self.store.compiled(self.identity, key, compile)
    }

    fn keep(store: &Store, module: &[u8]) -> Result<Self, StoreError> {
        let identity = Identity::current();
        Ok(Self { store: store.clone(), identity, _held: store.keep(identity, module)? })
    }
}

fn make(python: Option<&Path>, work: &Path, reporter: &mut Reporter<'_>) -> Result<Vec<u8>, PrepareError> {
    reporter.begin(Step::Find);
    let python = Python::find(python)?;
    reporter.begin(Step::Fetch);
    let packages = fetch(&python, work)?;
    reporter.begin(Step::Snapshot);
    let component = componentize(&python, &packages, work)?;
    reporter.begin(Step::Flatten);
    let module = flatten(&component)?;
    reporter.begin(Step::Verify);
    soundness::verify(&module)?;
    Ok(module)
}
