//! Who may write where: the pages of a runner, shared by the sequences that begin alike. Owns references, copies before
//! a shared page is written, the index of what has been read, and what is forgotten first; knows no tensor, and never
//! sees what a page holds.

mod pool;
mod prefixes;
mod table;

pub use pool::{Full, Pages};
pub use table::{Copied, Table};
