//! What the machine lacks for what a plan would make. Owns which tasks are asked; what they need only operators know.

use std::collections::BTreeMap;

use super::{Plan, State, Task};
use crate::operator::{Maker, SecretResolver, Site};
use crate::port::PortType;

/// What the machine lacks for each task that is to be made, by its place in the plan; nothing of tasks that lack nothing.
#[must_use]
pub fn lacks(plan: &Plan, secrets: &dyn SecretResolver) -> BTreeMap<usize, Vec<String>> {
    let made = plan.tasks.iter().enumerate().filter(|(_, task)| !matches!(task.state, State::Cached { .. }));
    let told = made.map(|(place, task)| (place, of(plan, task, secrets)));
    told.filter(|(_, lacking)| !lacking.is_empty()).collect()
}

fn of(plan: &Plan, task: &Task, secrets: &dyn SecretResolver) -> Vec<String> {
    let Some(kind) = (task.node.registration.settings)() else { return Vec::new() };
    let makers = task.inputs.values().filter_map(|input| {
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
