//! Forward passes over the decoder of burn's own operations, on any device. Owns where keys and values lie, and which
//! pieces are read as one batch; the decoder knows nothing of pages.
//!
//! It is what runs on a card, and what any faster runner is held against.

mod card;
mod copies;
mod groups;
mod host;
mod model;
mod past;
mod places;
mod runner;
mod store;
mod told;

pub use runner::ComposedRunner;
