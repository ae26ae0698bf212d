//! Files of sinks, put where people and other tools look for them; put back where they were deleted or changed.

use super::halt::Halt;
use super::workplace::Workplace;
use crate::cache::Entry;
use crate::event::Event;
use crate::operator::{Destination, materialise};
use crate::plan::Task;

impl Workplace {
    /// Whether a task's output is to appear outside the cache.
    pub(super) fn appears(&self, task: &Task) -> bool {
        self.options.root.is_some() && task.node.configured.operator().destination().is_some()
    }

    /// Makes a task's stored output appear where its operator says. Blocks.
    pub(super) fn appear(&self, task: &Task, entry: &Entry) -> Result<(), Halt> {
        let (Some(root), Some(destination)) = (&self.options.root, task.node.configured.operator().destination())
        else {
            return Ok(());
        };
        for artifact in entry.ports().filter_map(|(port, _)| entry.artifact(port)) {
            let done = materialise(&artifact, root, &destination)
                .map_err(|error| Halt::failed(format!("the output is stored, but cannot be exported: {error}")))?;
            let (Destination::File(path) | Destination::Folder(path)) = &destination;
            if done.written + done.removed > 0 {
                let path = root.join(path).display().to_string();
                self.emitter.emit(Event::Exported { node: task.label(), path, files: done.written });
            }
        }
        Ok(())
    }
}
