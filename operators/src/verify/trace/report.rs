//! What the sandbox says of a traced run. `tracing.py` of the guest is the other end.

use engine::operator::Fault;
use serde::Deserialize;
use serde_json::Value;

/// A traced run.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Report {
    /// The function of each frame.
    pub(super) functions: Vec<String>,
    pub(super) events: Vec<Event>,
    pub(super) cut: bool,
    pub(super) coverage: Vec<(i64, i64)>,
    pub(super) branches: Vec<Branch>,
    pub(super) returned: Option<Shown>,
}

/// What, in which frame at which depth, the line, how often it has run, what it changed, and what came of it.
#[derive(Debug, Deserialize)]
pub(super) struct Event(
    pub(super) String,
    pub(super) usize,
    pub(super) i64,
    pub(super) i64,
    pub(super) i64,
    pub(super) Vec<Change>,
    pub(super) Option<Shown>,
);

/// A variable, its value and type, and whether the value is cut.
#[derive(Debug, Deserialize)]
pub(super) struct Change(pub(super) String, pub(super) Option<String>, pub(super) Option<String>, pub(super) bool);

/// A value and its type, and whether the value is cut.
#[derive(Debug, Deserialize)]
pub(super) struct Shown(pub(super) String, pub(super) String, pub(super) bool);

/// A line, what stands there, and how often it went which way.
#[derive(Debug, Deserialize)]
pub(super) struct Branch(pub(super) i64, pub(super) String, pub(super) i64, pub(super) i64);

impl Report {
    /// The report of a run; a cut one where the interpreter did not live to give it.
    pub(super) fn of(report: Option<Value>) -> Result<Self, Fault> {
        let Some(report) = report else { return Ok(Self { cut: true, ..Self::default() }) };
        serde_json::from_value(report).map_err(|error| Fault::row(format!("the trace was tampered with: {error}")))
    }
}
