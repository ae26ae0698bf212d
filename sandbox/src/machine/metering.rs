//! How wasmtime is configured. Owns the two configurations and the size of the stack; knows nothing of modules.

use serde::{Deserialize, Serialize};
use wasmtime::{Config, Engine, OptLevel};

use crate::error::HostError;

/// Bytes of native stack that the interpreter may use. CPython's own guards on its C stack, one MiB of linear memory,
/// are reached long before, so that deep nesting in C code is a `RecursionError` and no trap.
pub(crate) const STACK: usize = 256 << 20;

/// Larger than any snapshot: the whole of it is mapped copy-on-write, never written page by page.
const IMAGE: u64 = 256 << 20;

/// What a sandbox can measure. Each needs its own compiled code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metering {
    /// CPU time alone: the faster.
    Clock,
    /// Fuel beside it, for verdicts that must not depend on the machine's load.
    Fuel,
}

impl Metering {
    /// The name in keys.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Clock => "clock",
            Self::Fuel => "fuel",
        }
    }

    pub(crate) fn engine(self) -> Result<Engine, HostError> {
        let mut config = Config::new();
        config
            .cranelift_opt_level(OptLevel::Speed)
            .consume_fuel(self == Self::Fuel)
            .memory_init_cow(true)
            .memory_guaranteed_dense_image_size(IMAGE)
            .max_wasm_stack(STACK)
            // Runs have no stack of their own here, but the bound above is checked against it.
            .async_stack_size(STACK)
            // A trap's frames would be collected for nobody: a program can trap millions of times.
            .wasm_backtrace_max_frames(None)
            .generate_address_map(false)
            // The barrier and the safepoint are met in a signal's handler, which Mach ports would pass by.
            .macos_use_mach_ports(false);
        Engine::new(&config).map_err(|error| HostError::Engine(error.to_string()))
    }
}
