//! Models held against what transformers computes. The cases are data: `tests/cases`, made by `tests/fixtures/make.py`.

mod architectures;
mod chats;
mod device;
mod fixture;
mod tokens;
mod training;
