//! Decoders in burn that load, run and save like their Hugging Face originals.
//!
//! Owns what a model is, computes and is kept as. Knows no manifest, no cache of results, no event and no row.

pub mod adapter;
pub mod checkpoint;
pub mod config;
pub mod decoder;
pub mod device;
pub mod endpoint;
pub mod fused;
pub mod generate;
mod graph;
pub mod hub;
mod memory;
pub mod objective;
pub mod optimize;
pub mod reward;
pub mod template;
pub mod tokenizer;
pub mod train;
pub mod weights;
