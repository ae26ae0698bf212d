//! `Trace`: a program's run on one test, line by line.

use arrow::datatypes::DataType;
use engine::port::RowType;

use super::{list, structure};

/// The row type `Trace`.
#[must_use]
pub fn trace() -> RowType {
    let row_type = RowType::new("Trace", "A program's run on one test, line by line.")
        .column("id", DataType::Utf8, "Stable identity of the run.")
        .column("program_id", DataType::Utf8, "The `id` of the program.")
        .column("code", DataType::Utf8, "The program, whose lines the numbers count from one.")
        .column("test", DataType::Int64, "Which of the program's tests it is, counted from zero.")
        .column("kind", DataType::Utf8, "What the test asks: `call`, `stdin` or `assert`.")
        .optional("entry", DataType::Utf8, "The function that it calls.")
        .column("input", DataType::Utf8, "A JSON list of arguments, standard input, or a script.")
        .optional("output", DataType::Utf8, "What is expected: a value as JSON, or standard output.");
    outcome(row_type)
}

fn outcome(row_type: RowType) -> RowType {
    row_type
        .column("status", DataType::Utf8, "How it ended, as in a `Verdict`.")
        .optional("message", DataType::Utf8, "What went wrong.")
        .column("stdout", DataType::Utf8, "What the program wrote to standard output.")
        .optional("returned", shown(), "What a call gave back, with up to 10,000 characters of its `repr`.")
        .column(
            "events",
            list(event()),
            "What happened in the program's own code, in order. `event`: `call` (its changes are the arguments), \
             `line`, `return`, `yield` and `resume` of a generator, `exception`, and `unwind` where one leaves the \
             function. `frame` numbers the calls in their order, `depth` is how many of them are under way around it. \
             `line` is where it happens, `execution` how often that line has run by then. `changes`: the variables of \
             the frame that this line changed, `repr` and type; null for one that was deleted. `value`: what is \
             returned, yielded or raised.",
        )
        .column("cut", DataType::Boolean, "Whether events are missing: there were too many, or a limit ended the run.")
        .column("coverage", list(line()), "How often each line that has code ran.")
        .column("branches", list(branch()), "How often each branch went into its body, and past it.")
}

fn event() -> DataType {
    structure([
        ("event", DataType::Utf8),
        ("frame", DataType::Int64),
        ("depth", DataType::Int64),
        ("function", DataType::Utf8),
        ("line", DataType::Int64),
        ("execution", DataType::Int64),
        ("changes", list(change())),
        ("value", shown()),
    ])
}

fn change() -> DataType {
    structure([
        ("name", DataType::Utf8),
        ("value", DataType::Utf8),
        ("type", DataType::Utf8),
        ("cut", DataType::Boolean),
    ])
}

/// A value: its `repr`, the name of its type, and whether the `repr` is cut.
fn shown() -> DataType {
    structure([("value", DataType::Utf8), ("type", DataType::Utf8), ("cut", DataType::Boolean)])
}

fn line() -> DataType {
    structure([("line", DataType::Int64), ("count", DataType::Int64)])
}

fn branch() -> DataType {
    structure([
        ("line", DataType::Int64),
        ("kind", DataType::Utf8),
        ("taken", DataType::Int64),
        ("passed", DataType::Int64),
    ])
}

engine::row_type!(trace);
