//! Drives a table operator: from the start to the end, again from the start when the world failed.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::halt::Halt;
use super::sink::Sink;
use super::task_run::{TaskRun, Work};
use crate::cache::Unfinished;
use crate::operator::{AnyTable, Context, Fault, Inputs, Outputs};
use crate::port::PortType;

struct TableJob {
    operator: Arc<dyn AnyTable>,
    inputs: Inputs,
    context: Context,
    ports: Vec<(&'static str, PortType)>,
    unfinished: Unfinished,
}

/// Makes a table operator's output.
pub(super) async fn run(
    task: &TaskRun,
    operator: Arc<dyn AnyTable>,
    inputs: Inputs,
    unfinished: Unfinished,
) -> Result<(Unfinished, Work), Halt> {
    let _turn = task.workplace.turn().await?;
    task.started(0, None);
    let context = task.workplace.context(task.task(), &task.events);
    let job = Arc::new(TableJob { operator, inputs, context, ports: task.ports()?, unfinished });
    let attempt = job.clone();
    let rows = task.attempts(move || attempt.attempt()).await?;
    let job = Arc::into_inner(job).ok_or(Halt::Interrupted)?;
    Ok((job.unfinished, Work { rows, calls: 1, ..Work::default() }))
}

impl TableJob {
    fn attempt(&self) -> Result<BTreeMap<&'static str, u64>, Fault> {
        self.unfinished.restart()?;
        let mut sink = Sink::new(&self.unfinished, &self.ports);
        self.operator.run(&self.inputs, &self.context, &mut Outputs::new(&mut sink))?;
        sink.finish()
    }
}
