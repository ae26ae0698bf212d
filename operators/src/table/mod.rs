//! Operators over whole tables that know nothing of what rows mean.

mod group;
mod join;
mod keys;
mod split;
mod union;

pub use group::{Aggregate, Function, Group};
pub use join::{How, Join};
pub use split::Split;
pub use union::{Columns, Union};
