//! A run from its start to its end: every task of the plan at its place in time.

use std::collections::BTreeSet;
use std::fs::File;
use std::sync::Arc;

use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use super::emitter::Emitter;
use super::halt::Halt;
use super::jobs::Jobs;
use super::ledger::Ledger;
use super::options::RunOptions;
use super::pool::Pool;
use super::refusal::cleared;
use super::standing::Standing;
use super::summary::{RunError, RunSummary, TaskEnd, TaskResult};
use super::task_run::TaskRun;
use super::workplace::Workplace;
use crate::cache::{Cache, RunFolder, RunRecord, milliseconds};
use crate::event::{Event, Outcome};
use crate::plan::{Fingerprint, Plan, State, Task};

/// Makes the tasks of a plan that are not cached. Blocks until every task has ended; whatever was finished is kept,
/// however it ends.
///
/// # Errors
/// A run that cannot begin. Faults of tasks are in the summary.
pub fn run(plan: &Plan, cache: &Cache, options: RunOptions) -> Result<RunSummary, RunError> {
    let fingerprints = cleared(plan, &options)?;
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build()?;
    let folder = cache.begin_run(RunRecord::of(plan, milliseconds()))?;
    let emitter = Emitter::new(options.listener.clone(), record(&folder, &options.provenance));
    let ledger = Ledger::new(options.capacity.clone());
    let workplace = Workplace {
        plan: plan.clone(),
        cache: cache.clone(),
        run: folder.id().to_owned(),
        emitter,
        pool: Pool::new(ledger.clone()),
        ledger,
        jobs: Jobs::new(threads),
        blocking: Semaphore::new(threads),
        standings: plan.tasks.iter().map(|_| watch::Sender::new(Standing::Waiting)).collect(),
        options,
    };
    let summary = runtime.block_on(whole(Arc::new(workplace), fingerprints));
    folder.finish(summary.outcome)?;
    Ok(summary)
}

/// The run's own files. What a full disk does not take is missing in the record; the run goes on.
fn record(folder: &RunFolder, provenance: &serde_json::Value) -> Option<File> {
    let text = serde_json::to_vec_pretty(provenance).ok()?;
    let _ = std::fs::write(folder.provenance(), text);
    File::create(folder.events()).ok()
}

async fn whole(workplace: Arc<Workplace>, fingerprints: Vec<Fingerprint>) -> RunSummary {
    let tasks = &workplace.plan.tasks;
    let cached = tasks.iter().filter(|task| is_cached(task)).count();
    workplace.emitter.emit(Event::Started {
        pipeline: workplace.plan.pipeline.clone(),
        run: workplace.run.clone(),
        cached,
        runs: tasks.len() - cached,
    });
    let mut ends = serve_cached(&workplace, &fingerprints);
    let mut running = JoinSet::new();
    for index in (0..tasks.len()).filter(|index| ends[*index].is_none()) {
        running.spawn(TaskRun::new(workplace.clone(), index, fingerprints[index]).run());
    }
    while let Some(ended) = running.join_next().await {
        // A task run catches its operator's panics; it does not panic itself.
        if let Ok((index, end)) = ended {
            ends[index] = Some(end);
        }
    }
    let ends: Vec<_> = ends.into_iter().map(|end| end.unwrap_or(TaskEnd::Interrupted)).collect();
    let outcome = outcome(&ends);
    workplace.emitter.emit(Event::Finished { outcome, seconds: workplace.emitter.seconds() });
    let results = tasks.iter().zip(fingerprints).zip(ends);
    let results =
        results.map(|((task, fingerprint), end)| TaskResult { node: task.label(), fingerprint, end }).collect();
    RunSummary { run: workplace.run.clone(), outcome, tasks: results }
}

/// Announces the cached tasks, and opens the entries that tasks to be made read.
fn serve_cached(workplace: &Workplace, fingerprints: &[Fingerprint]) -> Vec<Option<TaskEnd>> {
    let tasks = &workplace.plan.tasks;
    let makes = tasks.iter().filter(|task| !is_cached(task));
    let read: BTreeSet<usize> = makes.flat_map(|task| task.inputs.values().map(|input| input.task)).collect();
    let serve = |(index, task): (usize, &Task)| {
        let State::Cached { rows } = task.state else { return None };
        let (node, fingerprint) = (task.label(), fingerprints[index]);
        let appears = workplace.appears(task);
        if appears || read.contains(&index) {
            let found = workplace.cache.find(&fingerprint).present();
            let appeared = found.as_ref().map_or(Ok(()), |entry| workplace.appear(task, entry));
            if let Err(Halt::Failed { message }) = appeared {
                workplace.emitter.emit(Event::NodeFailed { node, message: message.clone() });
                return Some(TaskEnd::Failed { message });
            }
            let standing = found.map_or_else(|| gone(&node), Standing::Done);
            workplace.standings[index].send_replace(standing);
        }
        workplace.emitter.emit(Event::Cached { node, fingerprint, rows });
        Some(TaskEnd::Cached)
    };
    tasks.iter().enumerate().map(serve).collect()
}

fn gone(node: &str) -> Standing {
    let message = format!("the stored output of `{node}` was removed since the run was planned; run again");
    Standing::Over(Halt::Failed { message })
}

fn is_cached(task: &Task) -> bool {
    matches!(task.state, State::Cached { .. })
}

fn outcome(ends: &[TaskEnd]) -> Outcome {
    // What was skipped was so because of another, which says why.
    if ends.iter().any(|end| matches!(end, TaskEnd::Failed { .. })) {
        Outcome::Failed
    } else if ends.contains(&TaskEnd::Interrupted) {
        Outcome::Interrupted
    } else if ends.iter().any(|end| matches!(end, TaskEnd::Awaiting { .. })) {
        Outcome::Waiting
    } else {
        Outcome::Complete
    }
}
