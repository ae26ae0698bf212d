//! What the machine lacks for what a plan would make. Owns which tasks are asked, and the room that they take; what else they
//! need only operators know.

use std::collections::BTreeMap;

use super::{Plan, State, Task};
use crate::operator::{Maker, SecretResolver, Site};
use crate::port::{Arity, PortType};

/// What the machine lacks for each task that is to be made, by its place in the plan; nothing of tasks that lack nothing.
/// `capacity` is what there is of limited amounts, in bytes.
#[must_use]
pub fn lacks(
    plan: &Plan,
    secrets: &dyn SecretResolver,
    capacity: &BTreeMap<String, u64>,
) -> BTreeMap<usize, Vec<String>> {
    let made = plan.tasks.iter().enumerate().filter(|(_, task)| !matches!(task.state, State::Cached { .. }));
    let told = made.map(|(place, task)| {
        let mut lacking = of_settings(plan, task, secrets);
        lacking.extend(room(task, capacity));
        (place, lacking)
    });
    told.filter(|(_, lacking)| !lacking.is_empty()).collect()
}

fn of_settings(plan: &Plan, task: &Task, secrets: &dyn SecretResolver) -> Vec<String> {
    let Some(kind) = (task.node.registration.settings)() else { return Vec::new() };
    let makers = task.inputs.iter().filter(|(port, _)| reads_artifacts(task, port)).filter_map(|(_, input)| {
        let node = &plan.tasks[input.task].node;
        let artifact = match node.outputs.get(&input.output) {
            Some(Some(PortType::Artifact { name })) => Some(name.as_str()),
            Some(Some(_)) => return None,
            Some(None) | None => None,
        };
        Some(Maker { node: &node.name, operator: node.registration.name, artifact, settings: &node.run.own })
    });
    let site = Site { settings: &task.node.run.own, makers: makers.collect(), secrets };
    (kind.lacks)(&site).unwrap_or_else(|fault| vec![fault.to_string()])
}

/// Whether a port takes other things than rows.
fn reads_artifacts(task: &Task, port: &str) -> bool {
    let ports = (task.node.registration.inputs)();
    let own = ports.iter().find(|own| own.name == port || own.arity == Arity::Named);
    own.is_some_and(|own| own.accepts.iter().any(|taken| matches!(taken, PortType::Artifact { .. })))
}

/// What the task takes more of than there is.
fn room(task: &Task, capacity: &BTreeMap<String, u64>) -> Vec<String> {
    let mut taken: BTreeMap<&str, u64> = BTreeMap::new();
    for need in &task.needs {
        *taken.entry(&need.resource).or_default() += need.bytes;
    }
    let more = taken.into_iter().filter_map(|(name, bytes)| {
        let there = *capacity.get(name).filter(|there| bytes > **there)?;
        let advice = "`millrace plan` says for what; `run --capacity NAME=AMOUNT` where there is more";
        Some(format!("{} of `{name}` are needed, and {} are there: {advice}", gib(bytes), gib(there)))
    });
    more.collect()
}

#[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
fn gib(bytes: u64) -> String {
    format!("{:.3} GiB", bytes as f64 / f64::from(1 << 30))
}
