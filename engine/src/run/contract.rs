//! What every output promises, checked before it is stored: rows, unless none were allowed.

use super::halt::Halt;
use super::task_run::Work;
use crate::cache::Unfinished;
use crate::manifest::Reference;
use crate::plan::Task;

/// Fails for a port without rows that must have some.
pub(super) fn check(task: &Task, unfinished: &Unfinished, work: &Work) -> Result<(), Halt> {
    if task.node.run.allow_empty {
        return Ok(());
    }
    let ports = (task.node.registration.outputs)();
    let empty = ports.iter().find(|port| !port.may_be_empty && work.rows.get(port.name) == Some(&0));
    let Some(port) = empty else { return Ok(()) };
    let because = first_failure(unfinished)
        .map_or_else(String::new, |reason| format!("; {} input rows failed, the first because: {reason}", work.failed));
    let earlier = rounds_before(&task.node.name).map(|repeat| format!(", or `{repeat}` to end with the round before"));
    let (name, earlier) = (&port.name, earlier.unwrap_or_default());
    Err(Halt::failed(format!(
        "output `{name}` has no rows{because}; set `run: {{allow_empty: true}}` on the node if that is meant{earlier}"
    )))
}

/// What makes the innermost loop of a node end before its round, where one comes before.
fn rounds_before(node: &str) -> Option<String> {
    let steps = Reference::parse(node).ok()?.steps;
    let last = steps.iter().rposition(|step| step.round.is_some())?;
    let before = steps[last].round.filter(|round| *round > 1)? - 1;
    let blocks: Vec<&str> = steps[..=last].iter().map(|step| step.name.as_str()).collect();
    Some(format!("{}.repeat: {before}", blocks.join(".nodes.")))
}

fn first_failure(unfinished: &Unfinished) -> Option<String> {
    let commits = (0..unfinished.committed()).filter_map(|index| unfinished.committed_part(index));
    commits.filter_map(|commit| commit.ledger().failures().first().map(|failure| failure.reason.clone())).next()
}
