//! `Profile`: a program and what it used on its tests.

use arrow::datatypes::DataType;
use engine::port::RowType;

use super::verdict::judged;
use super::{list, structure};

/// The row type `Profile`.
#[must_use]
pub fn profile() -> RowType {
    let result = structure([
        ("status", DataType::Utf8),
        ("message", DataType::Utf8),
        ("fuel", DataType::Int64),
        ("memory", DataType::Int64),
        ("cpu_seconds", DataType::Float64),
        ("cpu_spread", DataType::Float64),
        ("wall_seconds", DataType::Float64),
        ("wall_spread", DataType::Float64),
    ]);
    judged("Profile", "A program, and what it used on its tests.")
        .optional("fuel", DataType::Float64, "Instructions for a test, on average over those that it passed.")
        .optional(
            "memory",
            DataType::Float64,
            "Bytes of the program's objects at most, on average over the same tests.",
        )
        .optional("cpu_seconds", DataType::Float64, "CPU time for a test, in the same way, where the clock is asked.")
        .optional("wall_seconds", DataType::Float64, "Wall time, in the same way.")
        .column(
            "results",
            list(result),
            "One entry a test, in their order: its status, what went wrong, and what it used, null where it was not \
             passed. Times are medians over the repeats, their spread is the largest less the smallest.",
        )
}

engine::row_type!(profile);
