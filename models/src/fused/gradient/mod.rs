//! Operations with gradients, each a function over slices with its backward pass written by hand. Owns what training on
//! the processor computes with; every function gives nothing where the tensors are elsewhere or in another precision, and
//! burn's own operations, which these are held against, take over.

mod attend;
mod gate;
mod likelihood;
mod linear;
mod norm;
mod operation;
mod probabilities;
mod scores;
mod sums;
mod turned;

pub(crate) use attend::{Sight, attend, attends};
pub(crate) use gate::gate;
pub(crate) use likelihood::log_likelihood;
pub(crate) use linear::linear;
pub(crate) use norm::normalise;
pub(crate) use probabilities::log_probabilities;
pub(crate) use sums::{row_sums, total};
