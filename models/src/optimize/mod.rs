//! What moves parameters: gradients gathered, bounded and followed.
//!
//! Owns the optimizer, its state and its schedules. Knows no loss and no data.

mod adam;
mod decay;
mod gradients;
mod muon;
mod optimizer;
mod pack;
mod packed;
mod schedule;
mod state;

pub use decay::Decay;
pub use gradients::Gathered;
pub use optimizer::{Matrices, Optimizer, Settings};
pub use schedule::{Schedule, Shape};
