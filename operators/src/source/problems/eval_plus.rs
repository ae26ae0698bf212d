//! What EvalPlus's test scripts need where there is no numpy.

/// Stands before a script. They import numpy for `allclose` alone, over numbers and lists of numbers of one shape, and ask
/// whether something is an array, which nothing is without numpy.
pub(super) const PRELUDE: &str = include_str!("eval_plus.py");
