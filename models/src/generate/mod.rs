//! Texts that go on from other texts. Owns the one question that every model is asked, whether it runs here or answers
//! over a network; knows nothing of rows and of what the answers are for.

mod completion;
mod error;
mod generator;
mod request;
mod runner;

pub use completion::{Completion, Finish, Usage};
pub use error::GenerateError;
pub use generator::Generator;
pub use request::{Prompt, Request, Sampling};
pub use runner::{Page, Piece, Runner, Wanted};
