//! What a checkpoint is, as its own `config.json` says. Owns the fields that change a result and every reason to refuse
//! one; knows nothing of tensors.
//!
//! A field that the reference implementation does not read cannot change its result, so those are ignored. Of the
//! fields that it reads, every value is either done here or refused by name.

mod architecture;
mod error;
mod fields;
mod model;
mod rotary;
mod sizes;
mod tokens;
mod window;

pub use architecture::{Architecture, Family, Head};
pub use error::ConfigError;
pub use model::{Biases, Config};
pub use rotary::{Frequencies, Rotary, Scaling};
pub use tokens::SpecialTokens;
