//! Rows made into other rows by code of the user's own.

pub mod python;

pub use python::Python;
