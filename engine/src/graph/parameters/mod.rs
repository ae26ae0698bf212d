//! Whether `with` and `run` are what their JSON Schemas say, in our words and with places.
//!
//! Owns the compiled schemas and the reading of their errors. Knows no graph.

mod describe;
mod form;
mod misuse;
mod narrow;

pub(super) use form::{Form, Misfit, Subject};
pub(super) use misuse::MISSING_PARAMETER;
