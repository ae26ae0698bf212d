//! Python as operators use it: where programs run, what one may use, and its values on this side of the wall.
//!
//! Owns nothing of what is run or what comes of it.

pub(crate) mod code;
pub(crate) mod ending;
mod engine;
pub(crate) mod interpreter;
mod limits;
pub mod value;

pub use engine::{Engine, Process};
pub use limits::TestLimits;
pub use value::PythonValue;
