//! Operators that decide which rows stay, and the text kernels that decide it for them.
//!
//! Every filter has the outputs `rows`, what stays, and `removed`, the rest: nothing disappears without a trace. The
//! kernels know strings and numbers only: no row, no table, no file.

mod decontaminate;
mod dedup;
pub mod minhash;
pub mod ngram;
mod removed;
mod sample;
mod r#where;
pub mod words;

pub use decontaminate::Decontaminate;
pub use dedup::{Dedup, Method};
pub use sample::Sample;
pub use r#where::Where;
