//! Texts that go on from other texts. Owns the one question that every model is asked, whether it runs here or answers
//! over a network; knows nothing of rows and of what the answers are for.
//!
//! A model that runs here answers by a thread with a batch of sequences, over a runner that computes forward passes and
//! keeps keys and values in pages.

pub mod batch;
pub mod pages;
pub mod sampling;

mod completion;
mod composed;
mod error;
mod generator;
mod local;
mod processor;
mod request;
mod runner;
mod score;
mod stop;
mod watch;

pub use completion::{Completion, Finish, Usage};
pub use composed::ComposedRunner;
pub use error::GenerateError;
pub use generator::Generator;
pub(crate) use local::ModelThread;
pub use local::{Delta, Language, LocalGenerator, Opening, OpeningError, token_bytes};
pub use processor::{LogitsProcessor, Processors, Written};
pub use request::{Prompt, Request, Sampling};
pub use runner::{Page, Piece, Runner, Wanted};
pub use score::{Continuation, Passage, Scorer, Scores};
pub use stop::{Cut, StopTexts};
pub use watch::{Watch, Watcher};
