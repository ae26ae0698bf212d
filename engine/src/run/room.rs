//! Waits for room that other nodes of the run use. Owns when it is looked for again, and when there is nobody to wait for;
//! knows not what takes the room.

use std::time::Duration;

use super::halt::Halt;
use super::row_work::wait;
use super::task_run::TaskRun;

/// How often room is looked for: at first, and at last.
const LOOK_FIRST: Duration = Duration::from_millis(20);
const LOOK_LAST: Duration = Duration::from_secs(1);

/// A task's patience. Between two looks the task has nothing open, so that two tasks which need each other's room never
/// wait for one another.
#[derive(Debug, Default)]
pub(super) struct Room {
    looks: u32,
    /// Whether nobody else used anything when the task began to look.
    alone: bool,
}

impl Room {
    /// Waits before the next look. Says so once.
    ///
    /// # Errors
    /// Where nobody else uses anything: what is missing, the task itself has taken.
    pub(super) async fn wait(&mut self, task: &TaskRun, message: String) -> Result<(), Halt> {
        let pool = &task.workplace.pool;
        if self.alone && pool.is_idle() {
            let advice = "what it has open at once is more than the machine has; see `--capacity`";
            return Err(Halt::failed(format!("{message}, and nobody does: {advice}")));
        }
        if self.looks == 0 {
            task.events.warn(format!("{message}; it waits"));
        }
        let look = LOOK_FIRST.saturating_mul(1 << self.looks.min(16)).min(LOOK_LAST);
        self.looks += 1;
        wait(look, &task.workplace.options.cancellation).await?;
        self.alone = pool.is_idle();
        Ok(())
    }
}
