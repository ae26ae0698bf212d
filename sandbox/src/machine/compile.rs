//! From a module to machine code, and back from a file of machine code. Owns the key that such a file goes by.
#![expect(unsafe_code, reason = "wasmtime executes a file of compiled code without looking at it; see `load`")]

use std::hash::{Hash, Hasher};
use std::path::Path;

use wasmtime::{Engine, Module};

use super::metering::Metering;
use crate::error::HostError;

/// What compiled code depends on beside the module. The digest is over wasmtime's version, its configuration and the
/// processor's features.
pub(crate) fn compile_key(metering: Metering) -> Result<String, HostError> {
    let mut hasher = StableHasher(blake3::Hasher::new());
    metering.engine()?.precompile_compatibility_hash().hash(&mut hasher);
    Ok(format!("wasmtime-{}-{}", metering.name(), hasher.0.finalize().to_hex()))
}

/// Compiles a module for this machine.
pub(crate) fn compile(metering: Metering, module: &[u8]) -> Result<Vec<u8>, HostError> {
    metering.engine()?.precompile_module(module).map_err(|error| HostError::Compile(error.root_cause().to_string()))
}

/// Loads what [`compile`] gave, from a file.
pub(crate) fn load(engine: &Engine, path: &Path) -> Result<Module, HostError> {
    // SAFETY: the bytes are executed as they are, so they must be what `compile` gave on a machine that its key
    // describes, and nobody else may change the file while it is mapped. That is the promise that the caller of
    // `Sandbox::open` makes, and that the store keeps: it loads only from files and folders that no other user can
    // write, checks their digest, and replaces files by renaming, so that a mapped one never changes.
    let loaded = unsafe { Module::deserialize_file(engine, path) };
    loaded.map_err(|error| HostError::Load(error.root_cause().to_string()))
}

/// A hasher whose result is the same in every process and under every version of Rust's standard library.
struct StableHasher(blake3::Hasher);

impl Hasher for StableHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        let digest = self.0.finalize();
        let (first, _) = digest.as_bytes().split_at(8);
        first.iter().fold(0, |number, &byte| number << 8 | u64::from(byte))
    }
}
