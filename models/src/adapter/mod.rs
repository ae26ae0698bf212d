//! Adapters: little that is learned beside a model that stays as it is. Owns which projections have one, the files that PEFT
//! reads and writes, and the way into the model's own weights; what an adapter computes is the decoder's.

mod adaptable;
mod attach;
mod config;
mod error;
mod files;
mod names;

pub use adaptable::{Adaptable, is_attached, merge};
pub use attach::attach;
pub use config::Settings;
pub use error::AdapterError;
pub use files::{load, save};
