//! What training minimises: pure functions from log-probabilities and rewards to losses.
//!
//! Owns the formulas, each with its paper. Knows no model, no text and no optimizer; where a batch is read in parts, what
//! it is divided by is that of the whole batch, so that the sum over the parts is the whole batch's loss.

mod advantage;
mod aggregate;
mod cross_entropy;
mod divergence;
mod policy;
mod preference;
mod reward;

pub use advantage::{Advantages, Scale, Singleton};
pub use aggregate::{Aggregation, Totals};
pub use cross_entropy::cross_entropy;
pub use divergence::Divergence;
pub use policy::{PolicyLosses, PolicyObjective, Ratio, Rollouts};
pub use preference::{Pairs, PreferenceObjective};
pub use reward::{bradley_terry, centered};
