//! A model that runs here. Owns the thread that its runner lives in, and the way of a request from text to tokens and
//! back.

mod generator;
mod growing;
mod language;
mod opening;
mod stream;
mod thread;
mod worker;

pub use generator::LocalGenerator;
pub use language::Language;
pub use opening::{Opening, OpeningError, token_bytes};
pub use stream::Delta;
pub(crate) use thread::ModelThread;
