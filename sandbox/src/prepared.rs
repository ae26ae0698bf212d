//! From a prepared interpreter to a sandbox. Owns the key under which compiled code is kept; knows nothing of how either
//! is made.

use std::path::Path;

use crate::error::HostError;
use crate::machine::Metering;
use crate::sandbox::Sandbox;
use crate::snapshot::{Interpreter, Store, StoreError};

/// Why a prepared interpreter cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The module or its code cannot be read or kept.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// This machine cannot run it.
    #[error(transparent)]
    Host(#[from] HostError),
}

impl Sandbox {
    /// Opens a prepared interpreter. The first time on a machine it is compiled, which takes about eight seconds.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn prepared(metering: Metering, interpreter: &Interpreter) -> Result<Self, OpenError> {
        let key = Self::compile_key(metering)?;
        let code = interpreter.compiled(&key, |module| Self::compile(metering, module))?;
        Ok(Self::open(metering, code.path())?.holding(code))
    }
}

impl Store {
    /// The store in the folder where a user's tools keep what is made once a machine.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn of_machine(folder: &Path) -> Result<Self, StoreError> {
        Self::open(&folder.join("sandbox"))
    }
}
