//! What flows along an edge, as a type: a nominal name and an Arrow schema, or an artifact's name.
//!
//! Owns types and their compatibility. Knows no operator and no rows.

mod accept;
mod row_type;
mod types;

pub use accept::{Mismatch, check};
pub use row_type::{RowType, RowTypeRegistration, row_type, row_types};
pub use types::{Arity, Input, InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
