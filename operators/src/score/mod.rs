//! What programs are worth beside passing their tests.
//!
//! Owns the formulas. Knows nothing of how a program is run or judged.

pub mod r#static;
