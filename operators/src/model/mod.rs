//! Models as nodes: where each comes from, and how an operator that reads one opens it.
//!
//! Owns what an artifact of a model holds, and the passage between the engine's faults and the models' errors. What a
//! model computes is the models' own.

mod artifact;
mod checkpoint;
mod endpoint;
mod fault;
mod foretold;
mod lacks;
mod local;
mod located;
mod opened;
mod ports;
mod provenance;
mod reward;
mod scratch;
mod scripted;

pub use checkpoint::{Checkpoint, Dtype};
pub use endpoint::Endpoint;
pub use scratch::{Family, Scratch, Shape};
pub use scripted::Scripted;

use fault::fault;
pub(crate) use foretold::Foretold;
pub(crate) use lacks::lacks;
pub(crate) use local::{Placing, resource_of};
pub(crate) use located::Located;
pub(crate) use opened::Model;
pub(crate) use ports::{CHECKPOINT, ENDPOINT, REWARD_MODEL, generator_port, reward_port};
pub(crate) use provenance::tell_provenance;
pub(crate) use reward::Reward;
