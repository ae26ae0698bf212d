//! The stack of a worker's thread. Owns giving back what a run that nested deeply has written of it: the kernel would keep
//! that, a quarter of a gigabyte, for as long as the thread lives.
#![expect(unsafe_code, reason = "no safe call says that a part of a thread's own stack is not needed")]

use crate::machine::STACK;

/// What stays below the top: nearly every run writes to no more, and the frames under way lie in it.
const KEPT: usize = 1 << 20;

const PAGE: usize = 1 << 16;

/// The stack of the thread that made this, below the frame that made it. Belongs to a thread that
/// [`thread`](crate::sandbox::thread) made.
pub(super) struct Stack {
    top: usize,
}

impl Stack {
    /// This thread's, seen from the frame that its work goes on in.
    #[inline(never)]
    pub(super) fn here() -> Self {
        let local = 0_u8;
        Self { top: (&raw const local).addr() / PAGE * PAGE }
    }

    /// Gives back what lies deeper than usual. Where nothing was written there, that takes a microsecond.
    #[cfg(target_os = "linux")]
    #[inline(never)]
    pub(super) fn trim(&self) {
        let deepest: *mut std::ffi::c_void = std::ptr::with_exposed_provenance_mut(self.top - STACK);
        // SAFETY: the range is a part of this thread's own stack, which reaches at least `STACK` below `top`: it was made
        // that large and more. It ends a whole `KEPT` below the frame that called this, with a few small frames between
        // that and the stack pointer, so it holds no frame that is under way; what was left in it nobody reads, and
        // frames to come find zeros.
        //
        // A kernel that does not do it keeps the pages, as it would have without being asked.
        let _ = unsafe { rustix::mm::madvise(deepest, STACK - KEPT, rustix::mm::Advice::LinuxDontNeed) };
    }

    /// Other kernels than Linux promise nothing of the kind.
    #[cfg(not(target_os = "linux"))]
    pub(super) fn trim(&self) {}
}
