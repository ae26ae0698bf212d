//! Whether a plan can be begun at all. Owns what is told where it cannot: all that is not there, at once, before anything is
//! made, in place of an end at it hours later.

use std::collections::BTreeMap;

use super::options::RunOptions;
use super::summary::RunError;
use crate::plan::{Fingerprint, Plan, State, Task, lacks};

/// The fingerprints of a plan's tasks, where nothing that they need is lacking.
pub(super) fn cleared(plan: &Plan, options: &RunOptions) -> Result<Vec<Fingerprint>, RunError> {
    let mut needed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let files = plan.tasks.iter().flat_map(|task| {
        let told = missing(plan, task).into_iter().map(|path| format!("no file matches `{path}`"));
        told.map(move |what| (what, task))
    });
    let lacking = lacks(plan, options.secrets.as_ref(), &options.capacity);
    let machine = lacking.into_iter().flat_map(|(place, lacking)| {
        let task = &plan.tasks[place];
        lacking.into_iter().map(move |what| (what, task))
    });
    for (what, task) in files.chain(machine) {
        needed.entry(what).or_default().push(format!("`{}`", task.label()));
    }
    let told = needed.into_iter().map(|(what, nodes)| format!("{what} (for {})", nodes.join(", ")));
    let lacking: Vec<String> = told.collect();
    if !lacking.is_empty() {
        return Err(RunError::Lacking { lacking });
    }
    Ok(plan
        .tasks
        .iter()
        .map(|task| task.fingerprint.expect("only files that are missing keep a task from having one"))
        .collect())
}

/// The files that a task itself lacks, those before it left out.
fn missing<'a>(plan: &'a Plan, task: &'a Task) -> Vec<&'a str> {
    let unknown = |task: &'a Task| match &task.state {
        State::Unknown { missing } => missing.as_slice(),
        _ => &[],
    };
    let before: Vec<&String> = task.inputs.values().flat_map(|input| unknown(&plan.tasks[input.task])).collect();
    unknown(task).iter().filter(|path| !before.contains(path)).map(String::as_str).collect()
}
