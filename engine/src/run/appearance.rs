//! Files of sinks, put where people and other tools look for them; put back where they were deleted or changed.

use super::halt::Halt;
use super::options::RunOptions;
use crate::cache::Entry;
use crate::operator::materialise;
use crate::plan::Task;

/// Whether a task's output is to appear outside the cache.
pub(super) fn appears(task: &Task, options: &RunOptions) -> bool {
    options.root.is_some() && task.node.configured.operator().destination().is_some()
}

/// Makes a task's stored output appear where its operator says. Blocks.
pub(super) fn appear(task: &Task, entry: &Entry, options: &RunOptions) -> Result<(), Halt> {
    let (Some(root), Some(destination)) = (&options.root, task.node.configured.operator().destination()) else {
        return Ok(());
    };
    for artifact in entry.ports().filter_map(|(port, _)| entry.artifact(port)) {
        let appeared = materialise(&artifact, root, &destination);
        appeared.map_err(|error| Halt::failed(format!("the output is stored, but cannot be exported: {error}")))?;
    }
    Ok(())
}
