//! Files outside the pipeline, held to what the plan was frozen with: before they are read, and after.

use tokio::task::spawn_blocking;

use super::halt::Halt;
use super::task_run::TaskRun;
use crate::operator::Fault;
use crate::plan::changed_files;

/// Fails where a file is not the one that the fingerprint was made of. Nothing is ever stored under the identity of
/// bytes that were not the ones that were read.
pub(super) async fn check(run: &TaskRun) -> Result<(), Halt> {
    if run.task().files.is_empty() {
        return Ok(());
    }
    let (workplace, index) = (run.workplace.clone(), run.index);
    let look = move || changed_files(&workplace.plan.tasks[index], workplace.cache.digests());
    let changed = spawn_blocking(look).await?.map_err(Fault::from)?;
    let Some(first) = changed.first() else { return Ok(()) };
    let more = match changed.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let path = first.display();
    Err(Halt::failed(format!("`{path}`{more} changed since the run was planned; nothing was stored for it, run again")))
}
