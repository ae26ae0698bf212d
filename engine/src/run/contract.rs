//! What every output promises, checked before it is stored: rows, unless none were allowed.

use super::halt::Halt;
use super::task_run::Work;
use crate::cache::Unfinished;
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
    let earlier = round(&task.node.name)
        .filter(|(_, round)| *round > 1)
        .map(|(block, round)| format!(", or `{block}.repeat: {}` to end with the round before", round - 1));
    let (name, earlier) = (&port.name, earlier.unwrap_or_default());
    Err(Halt::failed(format!(
        "output `{name}` has no rows{because}; set `run: {{allow_empty: true}}` on the node if that is meant{earlier}"
    )))
}

/// The innermost loop that a node stands in, and in which of its rounds.
fn round(node: &str) -> Option<(&str, u32)> {
    let (block, rest) = node.rsplit_once('[')?;
    Some((block, rest.split_once(']')?.0.parse().ok()?))
}

fn first_failure(unfinished: &Unfinished) -> Option<String> {
    let commits = (0..unfinished.committed()).filter_map(|index| unfinished.committed_part(index));
    commits.filter_map(|commit| commit.ledger().failures().first().map(|failure| failure.reason.clone())).next()
}
