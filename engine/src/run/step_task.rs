//! A step operator's task: started or resumed, then stepped on a thread of its own.

use std::sync::Arc;

use tokio::task::spawn_blocking;

use super::halt::Halt;
use super::prolonged::Prolonged;
use super::step_driver::StepJob;
use super::task_run::{TaskRun, Work};
use crate::cache::Unfinished;
use crate::operator::{AnyStep, Inputs};

/// Makes a step operator's output.
pub(super) async fn run(
    task: &TaskRun,
    operator: Arc<dyn AnyStep>,
    inputs: Inputs,
    unfinished: Unfinished,
) -> Result<(Unfinished, Work), Halt> {
    let prolonged = Prolonged::of(task.task(), operator.as_ref(), &task.workplace.cache);
    if let Some(prolonged) = &prolonged {
        prolonged.wait(task).await?;
    }
    let _turn = task.workplace.turn().await?;
    let ports = task.ports()?;
    let of = operator.steps();
    let job = Arc::new(StepJob {
        operator,
        inputs,
        context: task.workplace.context(task.task(), &task.events),
        names: ports.iter().map(|(name, _)| *name).collect(),
        ports,
        unfinished,
        prolonged,
        save_every: task.workplace.options.save_every,
        events: task.events.clone(),
    });
    let starting = job.clone();
    let started = task.attempts(move || starting.start()).await?;
    task.started(started.steps(), of);
    let stepping = job.clone();
    let (rows, calls) = spawn_blocking(move || stepping.run(started)).await??;
    let job = Arc::into_inner(job).ok_or(Halt::Interrupted)?;
    Ok((job.unfinished, Work { rows, calls, ..Work::default() }))
}
