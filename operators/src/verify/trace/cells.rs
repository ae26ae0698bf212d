//! A traced run as the columns of a row.

use std::sync::Arc;

use arrow::datatypes::Schema;
use engine::operator::Fault;
use engine::port::PortType;
use engine::row::Cell;
use sandbox::Outcome;

use super::report::{Branch, Change, Event, Report, Shown};
use crate::verify::judge::TestResult;
use crate::verify::suite::Test;

/// What a traced program's row becomes.
pub(super) fn port_type(programs: &PortType) -> PortType {
    let schema = programs.schema().expect("the port takes rows only");
    // All tests in the row of each would be the square of them.
    let kept = schema.fields().iter().filter(|field| field.name() != "tests").cloned().collect::<Vec<_>>();
    PortType::rows("Trace").over(&programs.with_schema(Arc::new(Schema::new(kept))))
}

/// The program, the test, and how it ended.
pub(super) fn of_run(program: &str, test: &Test, number: u64, result: &TestResult) -> Vec<(String, Cell)> {
    let wording = test.wording();
    named([
        ("code", program.into()),
        ("test", (number as i64).into()),
        ("kind", wording.kind.into()),
        ("entry", wording.entry.into()),
        ("input", wording.input.into()),
        ("output", wording.output.into()),
        ("status", result.status.name().into()),
        ("message", result.message.clone().into()),
    ])
}

/// What it wrote, gave back and did.
pub(super) fn of_trace(outcome: Option<Outcome>) -> Result<Vec<(String, Cell)>, Fault> {
    let (stdout, report) = outcome.map_or_else(Default::default, |outcome| (outcome.stdout, outcome.report));
    let Report { functions, events, cut, coverage, branches, returned } = Report::of(report)?;
    let line = |(line, count): (i64, i64)| Cell::structure([("line", line.into()), ("count", count.into())]);
    Ok(named([
        ("stdout", stdout.text().as_ref().into()),
        ("returned", shown(returned)),
        ("events", Cell::List(events.into_iter().map(|found| event(found, &functions)).collect())),
        ("cut", cut.into()),
        ("coverage", Cell::List(coverage.into_iter().map(line).collect())),
        ("branches", Cell::List(branches.into_iter().map(branch).collect())),
    ]))
}

fn event(event: Event, functions: &[String]) -> Cell {
    let Event(event, frame, depth, line, execution, changes, value) = event;
    Cell::structure([
        ("event", event.into()),
        ("frame", (frame as i64).into()),
        ("depth", depth.into()),
        ("function", functions.get(frame).cloned().into()),
        ("line", line.into()),
        ("execution", execution.into()),
        ("changes", Cell::List(changes.into_iter().map(change).collect())),
        ("value", shown(value)),
    ])
}

fn change(Change(name, value, type_name, cut): Change) -> Cell {
    Cell::structure([("name", name.into()), ("value", value.into()), ("type", type_name.into()), ("cut", cut.into())])
}

fn shown(value: Option<Shown>) -> Cell {
    let Some(Shown(value, type_name, cut)) = value else { return Cell::Null };
    Cell::structure([("value", value.into()), ("type", type_name.into()), ("cut", cut.into())])
}

fn branch(Branch(line, kind, taken, passed): Branch) -> Cell {
    Cell::structure([("line", line.into()), ("kind", kind.into()), ("taken", taken.into()), ("passed", passed.into())])
}

fn named<const N: usize>(cells: [(&str, Cell); N]) -> Vec<(String, Cell)> {
    cells.map(|(name, cell)| (name.to_owned(), cell)).into()
}
