//! Memory asked for before it is needed. Owns the instruction; knows nothing of what lies there.

/// How many bytes come at once.
const LINE: usize = 64;

/// Begins to bring `lines` into the nearest cache, where the processor has an instruction for it.
#[inline(always)]
pub(crate) fn fetch<const COLUMNS: usize>(lines: &[[f32; COLUMNS]]) {
    lines.as_flattened().iter().step_by(LINE / size_of::<f32>()).for_each(bring);
}

#[cfg(target_arch = "x86_64")]
#[inline(always)]
#[expect(unsafe_code, reason = "the instruction takes a pointer")]
fn bring(number: &f32) {
    use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};

    // SAFETY: it changes nothing that a program can see, wherever it points; here that is at a number.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(number).cast()) };
}

#[cfg(not(target_arch = "x86_64"))]
fn bring(_number: &f32) {}
