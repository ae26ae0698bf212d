//! What an optimizer does to flat numbers, in one pass over memory. Owns the parts in which threads share it, whose bounds
//! do not depend on how many threads there are. What is elsewhere is for burn's own operations.

mod flat;
mod follow;
mod gather;
mod orthogonal;

pub(crate) use flat::Flat;
pub(crate) use follow::{Followed, Rates, follow};
pub(crate) use gather::{add, blend, sum_of_squares};
pub(crate) use orthogonal::{LEAST, QUINTIC, ROUNDS, orthogonal};

/// How many numbers of each operand are worked on at a time: few enough for a core's own cache.
const PART: usize = 1 << 14;
