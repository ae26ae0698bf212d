//! The parameters of a model, in files and in memory. Owns the safetensors format, the precisions and the account of
//! which parameter went where; knows nothing of what a model computes.

mod account;
mod convert;
mod dtype;
mod error;
mod file;
mod fill;
mod index;
mod mapped;
mod random;
mod write;

pub use account::{Account, Misshapen};
pub use dtype::Dtype;
pub use error::WeightsError;
pub use fill::{Found, Placement, Source, fill, refill};
pub use index::{Stored, StoredTensor};
pub use random::{Distribution, Random};
pub use write::write;
pub(crate) use write::{write_some, write_tensors};
