//! The same jobs in a process of this machine's own Python: native speed, and the packages that are installed for it.
//!
//! Owns the interpreter's identity, what the kernel must offer, and the walls. The steps of a job, its limits and its
//! endings are those of the sandbox, and so is the guest that carries them out (`guest/`); `native/` holds the Python
//! that forks. Knows nothing of WebAssembly.

#![cfg_attr(
    not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64"))),
    expect(dead_code, reason = "nothing runs where there are no walls")
)]

// Everything that needs a kernel with walls, behind one door.
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64")))]
mod confined;
#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64"))))]
#[path = "elsewhere.rs"]
mod confined;
mod installation;
mod kernel;
mod modules;
mod native;
mod refusal;

pub use installation::Installation;
pub use kernel::Kernel;
pub use native::Native;
pub use refusal::Refusal;

pub(crate) use confined::Worker;
