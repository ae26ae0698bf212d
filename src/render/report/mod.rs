//! The page of a run: one HTML file that needs nothing else, each section a function of the facts.
//!
//! Owns what a person sees; asks no cache and reads no file. maud rather than the Jinja that prompts are written in: a
//! section is checked when it is compiled, all that it puts in is escaped, and drawings need arithmetic. There are no
//! scripts, and the page forbids any.

mod asked;
mod chart;
mod comparison;
mod curves;
mod graph;
mod head;
mod layout;
mod losses;
mod node;
mod nodes;
mod output;
mod overlaid;
mod page;
pub(super) mod quantity;
pub(super) mod results;
mod room;
mod sample;
mod spacing;
mod standing;
mod verdict;

pub use page::page;
