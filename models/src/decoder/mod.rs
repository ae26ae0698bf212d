//! The decoder, one module of burn a file, built of burn's own operations on any device, with fused ones in their place on
//! the processor. Owns the computation; knows nothing of files, texts or sampling.
//!
//! Fields are named, and weights laid out, as in the reference: a parameter's path in the module is its name in a
//! checkpoint, and its bytes are the checkpoint's.

mod attention;
mod backward;
mod block;
mod blocks;
mod cache;
mod embedding;
mod folded;
mod gradient;
mod heads;
mod language;
mod linear;
mod lora;
mod mask;
mod mlp;
mod norm;
mod pass;
mod past;
mod positions;
mod reward;
mod rotation;
mod stack;

pub use attention::Attention;
pub use backward::Kept;
pub use block::Block;
pub use cache::Cache;
pub use embedding::Embedding;
pub use language::LanguageModel;
pub use linear::Linear;
pub use lora::Lora;
pub use mask::Slots;
pub use mlp::Mlp;
pub use norm::RmsNorm;
pub use past::{NoPast, Past};
pub use positions::{Positions, Run};
pub use reward::RewardModel;
pub use rotation::Rotation;
pub use stack::Decoder;
