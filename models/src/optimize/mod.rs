//! What moves parameters: gradients gathered, bounded and followed.
//!
//! Owns the optimizer, its state and its schedules. Knows no loss and no data.

mod adam;
mod decay;
mod gradients;
mod schedule;
mod state;

pub use adam::{AdamW, Settings};
pub use decay::Decay;
pub use gradients::Gathered;
pub use schedule::{Schedule, Shape};
