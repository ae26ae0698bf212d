//! What a batch has done. Owns the sums, for whoever reports them.

/// What a batch has done since it was made, and is doing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// Forward passes.
    pub steps: u64,
    /// Tokens that were read: prompts, what was written, and what had to be read again.
    pub read: u64,
    /// Tokens that need not be read, since another sequence had read them.
    pub cached: u64,
    /// Tokens that were written.
    pub written: u64,
    /// How often a sequence had to leave because pages ran out.
    pub preempted: u64,
    /// Sequences of all passes, added up: divided by `steps` it is how full a pass is.
    pub occupied: u64,
    /// Sequences that are running.
    pub running: u64,
    /// Sequences that wait; samples that wait for their prompt to be read are not among them.
    pub waiting: u64,
}
