//! The memory of the process. Owns that what a step of training gives back is there for the next, which takes the same
//! again: pages that come anew from the system, each cleared, cost a fifth of a step.

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
