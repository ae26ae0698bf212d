//! `Matrix`: a program's row in the matrix of a problem's programs and tests.

use arrow::datatypes::DataType;
use engine::port::RowType;

use super::list;

/// The row type `Matrix`.
#[must_use]
pub fn matrix() -> RowType {
    RowType::new("Matrix", "A program, and how it did on each of its problem's tests: a row of the problem's matrix.")
        .column("id", DataType::Utf8, "Stable identity of the program.")
        .column("problem_id", DataType::Utf8, "The problem; its rows have the same tests in the same order.")
        .column(
            "test_ids",
            list(DataType::Utf8),
            "The problem's different tests: the id of the row that brought it first, and where that row brought a \
             list, `/` and its number there.",
        )
        .column("test_counts", list(DataType::Int64), "How often each of them was given.")
        .column(
            "statuses",
            list(DataType::Utf8),
            "How each of them ended: `passed`, `failed`, `runtime_error`, `misnamed`, `compile_error`, `timeout`, `memory`, \
             `output`, `unsupported`; `invalid_test` where it is no test.",
        )
        .column(
            "passes",
            list(DataType::Boolean),
            "Whether the program passed each of them; null where it is `unsupported` or an `invalid_test`, which say \
             nothing of the program.",
        )
}

engine::row_type!(matrix);
