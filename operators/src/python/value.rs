//! A value of Python, as a test expects it and as a function answers.
//!
//! Owns the type and its ways in and out: JSON text, and the notation in which values cross the sandbox's border.
//! Refuses to know when two values count as equal.

mod json;
mod notation;
#[cfg(test)]
pub(crate) mod tests;

use engine::row::Cell;
use num_bigint::BigInt;
use serde_json::Value;

/// How deep values may nest: far beyond any test, far below what a thread's stack holds.
const DEPTH: usize = 500;

/// A value of Python.
#[derive(Clone, Debug)]
pub enum PythonValue {
    /// `None`
    None,
    /// `True` or `False`
    Bool(bool),
    /// An `int` of any size.
    Int(BigInt),
    /// A `float`.
    Float(f64),
    /// A `complex`: its real and its imaginary part.
    Complex(f64, f64),
    /// A `str`.
    Text(String),
    /// A `bytes`.
    Bytes(Vec<u8>),
    /// A `list`.
    List(Vec<PythonValue>),
    /// A `tuple`.
    Tuple(Vec<PythonValue>),
    /// A `set`, its members in any order.
    Set(Vec<PythonValue>),
    /// A `frozenset`, its members in any order.
    FrozenSet(Vec<PythonValue>),
    /// A `dict`: keys and values in the order of insertion. Of equal keys the last one counts.
    Dict(Vec<(PythonValue, PythonValue)>),
    /// Anything else, of which only a description is known.
    Object {
        /// The name of its type.
        type_name: String,
        /// What `repr` makes of it.
        repr: String,
    },
}

impl PythonValue {
    /// Reads JSON text as Python's `json.loads` does: integers of any size exactly, floats to the nearest, `NaN`,
    /// `Infinity` and `-Infinity`; and the notation of [`PythonValue::to_notation`] within it.
    ///
    /// # Errors
    /// Says in which line and column the text is no such value, and what is wrong with it.
    pub fn parse(json_text: &str) -> Result<Self, String> {
        json::parse(json_text)
    }

    /// Reads a value that [`PythonValue::to_notation`] wrote.
    ///
    /// # Errors
    /// Says which tag is unknown or does not hold what it has to.
    pub fn from_notation(notation: &Value) -> Result<Self, String> {
        notation::read(notation, DEPTH)
    }

    /// The value as JSON: JSON's own types stand for themselves, everything else is an object with a single key, its
    /// tag. An object that has another key besides, or one that is not `$` and small letters, is a dict.
    ///
    /// | tag | what it holds |
    /// |---|---|
    /// | `$int` | hexadecimal text, `"0x.."` or `"-0x.."`, of an integer beyond 64 bits |
    /// | `$float` | `"nan"`, `"inf"` or `"-inf"` |
    /// | `$complex` | `[real, imaginary]` |
    /// | `$bytes` | hexadecimal text, two digits a byte |
    /// | `$tuple`, `$set`, `$frozenset` | the list of members |
    /// | `$dict` | a list of `[key, value]`; for keys that are no text, or begin with `$` |
    /// | `$object` | `{"type": .., "repr": ..}` |
    #[must_use]
    pub fn to_notation(&self) -> Value {
        notation::write(self)
    }
}

/// A cell as Python sees it.
pub(crate) fn of_cell(cell: &Cell) -> PythonValue {
    match cell {
        Cell::Null => PythonValue::None,
        Cell::Boolean(value) => PythonValue::Bool(*value),
        Cell::Integer(value) => PythonValue::Int((*value).into()),
        Cell::Float(value) => PythonValue::Float(*value),
        Cell::Text(text) => PythonValue::Text(text.clone()),
        Cell::List(items) => PythonValue::List(items.iter().map(of_cell).collect()),
        Cell::Struct(fields) => {
            let fields = fields.iter().map(|(name, cell)| (PythonValue::Text(name.clone()), of_cell(cell)));
            PythonValue::Dict(fields.collect())
        }
    }
}
