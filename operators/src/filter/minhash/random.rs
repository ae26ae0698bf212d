//! Random constants from a seed.
//!
//! Owns that they are the same on every platform. Refuses to know what they multiply.

/// A source of odd numbers: `SplitMix64` (Steele, Lea and Flood, 2014) with the lowest bit set.
pub(super) fn odd_numbers(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed;
    move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) | 1
    }
}
