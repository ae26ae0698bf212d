//! Texts that models write for rows: completions, judgements, and the choice among them.
//!
//! Owns what a model is asked and what of its answer counts. How it answers is the model's.

mod compare;
mod contrast;
mod converse;
mod judge;
mod parse;
pub(crate) mod prompt;
mod rank;
mod reasoning;
mod sample;
mod writer;

pub use compare::Compare;
pub use contrast::Contrast;
pub use converse::{Converse, Role};
pub use judge::{Judge, Scale};
pub(crate) use parse::Headings;
pub use parse::Parse;
pub use prompt::Example;
pub(crate) use prompt::{Asking, Wording};
pub use rank::{Method, Rank};
pub use reasoning::Reasoning;
pub use sample::{Format, Sample};
pub(crate) use writer::{Manner, Writer, whole};
