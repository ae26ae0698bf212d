//! A decoder on the processor, each step one function over slices. Owns the speed of this processor and the order of
//! every sum; computes what `decoder` computes, which is what it is held against.

mod ahead;
mod attend;
mod attention;
mod batch;
mod embedding;
mod exponential;
mod few;
mod gate;
pub(crate) mod gradient;
mod groups;
mod heads;
mod instructions;
mod layer;
mod matrix;
mod norm;
pub(crate) mod optimize;
mod pack;
mod packed;
mod pages;
mod panels;
mod piece;
mod product;
mod reduction;
mod room;
pub(crate) mod rotary;
mod rows;
mod runner;
mod sum;
mod threads;
mod tile;

pub use instructions::Instructions;
pub use runner::FusedRunner;
