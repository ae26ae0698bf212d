//! Models held against what transformers computes. The cases are data: `tests/cases`, made by `tests/fixtures/make.py`.
#![expect(clippy::unwrap_used, reason = "a failed test may panic")]

mod adapters;
mod architectures;
mod chats;
mod checkpoints;
mod device;
mod endpoint;
mod fixture;
mod fused;
mod generation;
mod gradients;
mod hub;
mod learning;
mod mismatches;
mod objectives;
mod operations;
mod optimizer;
mod parity;
mod reproducible;
mod rewards;
mod stored;
mod tokens;
mod train;
mod training;
mod untrained;
