//! Python as operators use it: the shared interpreters, what a program may use, and its values on this side of the
//! sandbox's wall.
//!
//! Owns nothing of what is run or what comes of it.

pub(crate) mod code;
pub(crate) mod ending;
pub(crate) mod interpreter;
mod limits;
pub mod value;

pub use limits::TestLimits;
pub use value::PythonValue;
