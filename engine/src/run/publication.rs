//! From finished work to an entry of the store.

use std::time::Instant;

use tokio::task::spawn_blocking;

use super::halt::Halt;
use super::summary::Made;
use super::task_run::{TaskRun, Work};
use crate::cache::{Entry, Provenance, Summary, Unfinished, milliseconds};
use crate::operator::Fault;

impl TaskRun {
    /// Publishes the output.
    pub(super) async fn publish(
        &self,
        unfinished: Unfinished,
        work: Work,
        started: Instant,
    ) -> Result<(Entry, Option<Made>), Halt> {
        let summary = self.summary(&work, started)?;
        let (workplace, index) = (self.workplace.clone(), self.index);
        let published = spawn_blocking(move || {
            let entry = unfinished.publish(summary).map_err(Fault::from)?;
            workplace.appear(&workplace.plan.tasks[index], &entry)?;
            Ok::<_, Halt>(entry)
        });
        let entry = published.await??;
        let made = Made {
            rows: work.rows.into_iter().map(|(port, rows)| (port.to_owned(), rows)).collect(),
            failed: work.failed,
            remembered: work.remembered,
            calls: work.calls,
            seconds: started.elapsed().as_secs_f64(),
            bytes: entry.bytes(),
        };
        Ok((entry, Some(made)))
    }

    fn summary(&self, work: &Work, started: Instant) -> Result<Summary, Halt> {
        let task = self.task();
        let ingredients = task.ingredients.clone();
        let ingredients =
            ingredients.ok_or_else(|| Halt::failed("the plan does not say what the output is made of"))?;
        let ports = self.ports()?.into_iter().map(|(name, port_type)| (name.to_owned(), port_type)).collect();
        let provenance = Provenance {
            pipeline: self.workplace.plan.pipeline.clone(),
            node: task.node.name.clone(),
            run: self.workplace.run.clone(),
            made: milliseconds(),
            seconds: started.elapsed().as_secs_f64(),
            calls: work.calls,
            remembered: work.remembered,
            settings: serde_json::to_value(&task.node.run).unwrap_or_default(),
            adopted: None,
        };
        Ok(Summary { ingredients, ports, provenance })
    }
}
