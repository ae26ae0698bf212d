//! A plan, one line a node with its reasons below, or as JSON.

use std::collections::BTreeMap;
use std::io::{self, Write};

use engine::operator::Need;
use engine::plan::{Plan, Reason, State, Task};
use engine::port::PortType;
use serde_json::{Value, json};

use super::size::bytes;

/// What the machine lacks for tasks, by their places.
type Lacking = BTreeMap<usize, Vec<String>>;

/// One line a node: state, rows or steps, fingerprint; below it, because of what, what it will take of the machine, and what
/// the machine lacks for it.
pub fn text(out: &mut dyn Write, plan: &Plan, lacking: &Lacking) -> io::Result<()> {
    let names = plan.tasks.iter().map(|task| task.node.name.len()).max().unwrap_or(0);
    for (place, task) in plan.tasks.iter().enumerate() {
        let fingerprint = task.fingerprint.map_or_else(|| "-".repeat(8), |fingerprint| fingerprint.short());
        writeln!(out, "{:names$}  {fingerprint}  {}", task.node.name, state(task))?;
        for reason in task.because.iter().map(because) {
            writeln!(out, "{:names$}            {reason}", "")?;
        }
        for room in rooms(needed(task)) {
            writeln!(out, "{:names$}            {room}", "")?;
        }
        for what in lacking.get(&place).into_iter().flatten() {
            writeln!(out, "{:names$}            cannot run here: {what}", "")?;
        }
    }
    writeln!(out, "\n{}", summary(plan))
}

/// The same as data.
pub fn json(plan: &Plan, lacking: &Lacking) -> Value {
    let tasks = plan.tasks.iter().enumerate().map(|(place, task)| {
        json!({
            "node": task.node.name,
            "operator": task.node.registration.name,
            "fingerprint": task.fingerprint,
            "plan": task.state,
            "because": task.because,
            "needs": needed(task),
            "lacks": lacking.get(&place).map_or(&[][..], Vec::as_slice),
        })
    });
    json!({"pipeline": plan.pipeline, "tasks": tasks.collect::<Vec<_>>()})
}

/// What a task takes, where there is something to do.
fn needed(task: &Task) -> &[Need] {
    if matches!(task.state, State::Cached { .. }) { &[] } else { &task.needs }
}

/// A sentence for each of the machine's amounts.
fn rooms(needs: &[Need]) -> Vec<String> {
    let mut by_resource: BTreeMap<&str, Vec<&Need>> = BTreeMap::new();
    needs.iter().for_each(|need| by_resource.entry(&need.resource).or_default().push(need));
    let sentence = |(resource, needs): (&str, Vec<&Need>)| {
        let all = needs.iter().map(|need| need.bytes).sum();
        let parts: Vec<String> = needs.iter().map(|need| format!("{} {}", bytes(need.bytes), need.what)).collect();
        format!("takes about {} of `{resource}`: {}", bytes(all), parts.join(", "))
    };
    by_resource.into_iter().map(sentence).collect()
}

/// A reason as a sentence.
pub fn because(reason: &Reason) -> String {
    match reason {
        Reason::First => "this pipeline has not run it before".to_owned(),
        Reason::Changed { field, was, now } => format!("{field}: {} -> {}", value(was), value(now)),
        Reason::Parent { port, node } => format!("input `{port}`: the output of `{node}` is another one"),
        Reason::Gone { message } => message.clone(),
        Reason::Unfinished => "an earlier run stopped before it was finished".to_owned(),
    }
}

fn state(task: &Task) -> String {
    let unit = match task.node.registration.kind {
        engine::operator::ShapeKind::Step => "steps",
        engine::operator::ShapeKind::Table | engine::operator::ShapeKind::Row => "rows",
    };
    match &task.state {
        State::Cached { .. } if gives_no_rows(task) => "cached".to_owned(),
        State::Cached { rows } => format!("cached, {} rows", grouped(*rows)),
        State::Resumes { done, of: Some(of) } => format!("resumes {} of {} {unit}", grouped(*done), grouped(*of)),
        State::Resumes { done, of: None } => format!("resumes after {} {unit}", grouped(*done)),
        State::Runs { of: Some(of) } => format!("runs, {} {unit}", grouped(*of)),
        State::Runs { of: None } => "runs".to_owned(),
        State::Unknown { missing } => format!("unknown until present: {}", missing.join(", ")),
    }
}

/// Whether all that the node gives are artifacts: a count of rows would say nothing.
fn gives_no_rows(task: &Task) -> bool {
    task.node.outputs.values().all(|given| matches!(given, Some(PortType::Artifact { .. })))
}

fn summary(plan: &Plan) -> String {
    let count = |wanted: fn(&State) -> bool| plan.tasks.iter().filter(|task| wanted(&task.state)).count();
    let cached = count(|state| matches!(state, State::Cached { .. }));
    let resumes = count(|state| matches!(state, State::Resumes { .. }));
    let unknown = count(|state| matches!(state, State::Unknown { .. }));
    let runs = plan.tasks.len() - cached - resumes - unknown;
    let parts = [(cached, "cached"), (resumes, "to resume"), (runs, "to run"), (unknown, "unknown")];
    let said: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    said.join(", ")
}

/// A value on one line, long ones cut in the middle of nothing worth reading.
fn value(value: &Value) -> String {
    let text = match value {
        Value::Null => return "nothing".to_owned(),
        Value::String(digest) if is_digest(digest) => return digest.chars().take(8).collect(),
        other => other.to_string(),
    };
    if text.chars().count() <= 60 { text } else { format!("{}...", text.chars().take(57).collect::<String>()) }
}

/// Digests of files, of which eight digits tell as much as all.
fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|digit| digit.is_ascii_hexdigit())
}

/// A number with its thousands set apart.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let chunks: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|chunk| std::str::from_utf8(chunk).expect("digits are ASCII")).collect();
    chunks.join(",")
}
