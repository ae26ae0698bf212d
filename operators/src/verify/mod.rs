//! Verification: whether a program does what its tests ask.
//!
//! Owns what a test compares: Python's values and the named rules of comparison. Refuses to know how programs run.

pub mod compare;
pub mod python_value;

pub use compare::Compare;
pub use python_value::PythonValue;
