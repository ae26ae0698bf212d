//! `Verdict`: a program and how it did on its tests.

use arrow::datatypes::DataType;
use engine::port::RowType;

use super::{list, structure};

/// What `status` holds for a program with all its tests.
const STATUSES: &str = "`passed`, or how the first test that it did not pass ended: `failed`, \
    `runtime_error`, `misnamed`, `compile_error`, `timeout`, `memory`, `output`, `unsupported`, `undecided`, \
    `invalid_test`.";

/// The row type `Verdict`.
#[must_use]
pub fn verdict() -> RowType {
    let result = structure([("status", DataType::Utf8), ("message", DataType::Utf8), ("actual", DataType::Utf8)]);
    judged("Verdict", "A program, and how it did on its tests.").column(
        "results",
        list(result),
        "One entry for each test that was run, in their order: its status, what went wrong, and for a test that failed \
         what came in place of what was expected.",
    )
}

/// A row type of programs that were held to their tests, but for what it tells of each test.
pub(super) fn judged(name: &'static str, description: &'static str) -> RowType {
    RowType::new(name, description)
        .column("id", DataType::Utf8, "Stable identity of the program.")
        .optional(
            "passed",
            DataType::Boolean,
            "Whether it passed every test; null where it is `unsupported` or `undecided`, or a test `invalid_test`.",
        )
        .column("status", DataType::Utf8, STATUSES)
        .optional("message", DataType::Utf8, "What went wrong there.")
        .column("score", DataType::Float64, "The share of its tests that it passed.")
        .within(0.0..=1.0)
        .column("tests_passed", DataType::Int64, "How many tests it passed.")
        .column("tests_total", DataType::Int64, "How many tests there are.")
}

engine::row_type!(verdict);
