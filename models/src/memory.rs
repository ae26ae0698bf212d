//! The memory of the process and of cards. Owns that what a step of training gives back is there for the next, which takes the
//! same again: pages that come anew from the system, each cleared, cost a fifth of a step. And that what a model has taken of a
//! card is there for others once it has gone.

use std::thread;

use burn::tensor::Device;

/// What a card keeps for the threads that compute on it: each has memory of its own there, and what it no longer uses stays its
/// own until somebody asks. Dropped behind everything that took memory, this asks.
#[derive(Debug)]
pub(crate) struct Pools(Device);

impl Pools {
    /// The pools of the device that a model is on.
    pub(crate) fn of(device: &Device) -> Self {
        Self(device.clone())
    }
}

impl Drop for Pools {
    fn drop(&mut self) {
        // Whoever fails has a device that may fail again.
        if !thread::panicking() {
            give_back(&self.0);
        }
    }
}

/// Has a card take back what nobody uses, whoever it is kept for; a processor's memory is the allocator's.
pub(crate) fn give_back(device: &Device) {
    let device = device.clone().inner();
    // What was dropped may not have been told to the card yet. One that fails has told its users, and gives nothing back.
    if device != Device::flex() && device.sync().is_ok() {
        device.memory_cleanup();
    }
}

/// Has the allocator keep what it is given back, up to a bound, and tensors of up to 32 MiB out of memory that it keeps.
/// Larger ones come from the system and go back to it, and so do they where the allocator is not glibc's.
pub(crate) fn keep() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    glibc::ASKED.call_once(|| {
        glibc::ask();
    });
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod glibc {
    use std::sync::Once;

    use libc::{M_MMAP_THRESHOLD, M_TOP_PAD, M_TRIM_THRESHOLD, c_int, mallopt};

    pub(super) static ASKED: Once = Once::new();

    /// From how many bytes on a block is the system's; glibc takes no more.
    const LARGE: c_int = 32 << 20;
    /// How many bytes may lie unused at the end.
    const UNUSED: c_int = 512 << 20;
    /// How many bytes are asked for at once: with as many as one of a thread's heaps has, none is given back whole.
    const MORE: c_int = 64 << 20;

    /// Whether all was accepted.
    #[expect(unsafe_code, reason = "the allocator is the C library's")]
    pub(super) fn ask() -> bool {
        let settings = [(M_MMAP_THRESHOLD, LARGE), (M_TRIM_THRESHOLD, UNUSED), (M_TOP_PAD, MORE)];
        // SAFETY: `mallopt` takes any number for these, locks the allocator, and changes nothing that is allocated.
        settings.iter().all(|(parameter, value)| unsafe { mallopt(*parameter, *value) } == 1)
    }

    #[cfg(test)]
    mod tests {
        #[test]
        fn glibc_takes_the_settings() {
            assert!(super::ask());
        }
    }
}
