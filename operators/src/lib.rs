//! The catalogue: one folder a stage, one file an operator.
//!
//! Owns row types and operators. An operator is given tables and a context and gives tables; it opens no cache, prints
//! nothing and reads no environment.

mod complaints;
pub mod curves;
pub mod evaluate;
pub mod export;
pub mod filter;
pub mod generate;
mod jinja;
mod mathematics;
pub mod model;
pub mod pair;
pub mod python;
pub mod row;
pub mod score;
pub mod search;
pub mod source;
pub mod synthesize;
pub mod table;
mod texts;
pub mod train;
pub mod transform;
pub mod turns;
pub mod verify;
