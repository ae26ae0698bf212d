//! `Problem`: a programming problem with its tests.

use arrow::datatypes::DataType;
use engine::port::RowType;

use super::{list, structure};

/// The row type `Problem`.
#[must_use]
pub fn problem() -> RowType {
    let test = structure([("kind", DataType::Utf8), ("input", DataType::Utf8), ("output", DataType::Utf8)]);
    RowType::new("Problem", "A programming problem: what is asked, and the tests that an answer must pass.")
        .column("id", DataType::Utf8, "Stable identity of the problem.")
        .column("source", DataType::Utf8, "The collection that it comes from.")
        .column("statement", DataType::Utf8, "What is asked, as a person reads it.")
        .optional("starter", DataType::Utf8, "Code that an answer begins with: a signature, an import.")
        .optional("entry", DataType::Utf8, "The function that tests call; null for programs that read standard input.")
        .optional("solution", DataType::Utf8, "A complete program that passes the tests.")
        .column("tests", list(test), "Tests: `kind` is `call`, `stdin` or `assert`; `output` is null for assertions.")
        .optional("difficulty", DataType::Utf8, "How hard its source says it is.")
        .optional("tags", list(DataType::Utf8), "Topics.")
        .optional("date", DataType::Utf8, "When it was published, as YYYY-MM-DD: what a model may have seen.")
}

engine::row_type!(problem);
