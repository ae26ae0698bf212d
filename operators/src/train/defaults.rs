//! What trainings have in common where the manifest says nothing.

/// Once.
pub(super) fn once() -> u64 {
    1
}

/// How many tokens a text has at most.
pub(super) fn max_tokens() -> usize {
    4096
}

/// How many tokens are computed at once: few enough that what is computed stays near the processor.
pub(super) fn part_tokens() -> usize {
    4096
}
