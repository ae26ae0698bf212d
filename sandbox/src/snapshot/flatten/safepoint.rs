//! Where code looks whether it may go on: at the head of every loop.
//!
//! A look is a read from a memory of its own, of which nothing else in the module knows: neither code nor a pointer of
//! the guest's can come there. The runtime stops code by making that memory unreadable, and pays nothing while it runs
//! but one read from the cache. Owns the memory and the instructions of a look.

use wasm_encoder::{Function, MemArg, MemoryType};

/// The name under which the memory is shown.
pub const SAFEPOINT: &str = "safepoint";

/// Its index: behind the one that the program has.
pub(crate) const MEMORY: u32 = 1;

/// Places for words in its only page.
const PLACES: u32 = 65_536 / 4;

/// The memory that is looked at.
pub(super) fn memory() -> MemoryType {
    MemoryType { minimum: 1, maximum: Some(1), memory64: false, shared: false, page_size_log2: None }
}

/// The looks of one function.
///
/// Each is at another place, so that no compiler takes one for the repetition of an earlier one and leaves it out: a loop
/// that writes nothing would then never be stopped.
#[derive(Default)]
pub(super) struct Safepoints(u32);

impl Safepoints {
    /// Adds a look to a function's code.
    pub(super) fn look(&mut self, function: &mut Function) {
        let offset = u64::from(self.0 % PLACES) * 4;
        self.0 += 1;
        function.instructions().i32_const(0).i32_load(MemArg { offset, align: 2, memory_index: MEMORY }).drop();
    }
}
