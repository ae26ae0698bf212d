//! The facts of a run: what was asked, what came of it, what it cost, and where rows were lost.
//!
//! Gathered from the run's record, a fold over its events, and the outputs in the cache; told as JSON as they are, and
//! as a page by `render::report`. Draws nothing, and runs nothing.

mod ancestors;
mod asked;
mod catalogue;
mod columns;
mod contents;
mod facts;
mod gather;
mod history;
mod loss;
mod machine;
mod node;
mod page;
mod sample;
mod series;
mod tree;

pub use asked::{Asked, Varied, quoted};
pub use contents::Contents;
pub use facts::{Comparison, Facts, Input, Loss, Node, Output, Progress, Result, Tally, Work};
pub use gather::{COMPARISON, gather};
pub use machine::Machine;
pub use page::{leave, write};
pub use sample::{Sample, Shown};
pub use series::{Series, Value};
pub use tree::{Step, Tree};
