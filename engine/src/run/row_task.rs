//! A row operator's task: its worker opened, its input fed, its rows driven.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tokio::sync::{Semaphore, mpsc};
use tokio::task::{JoinSet, spawn_blocking};

use super::feed::Feed;
use super::halt::Halt;
use super::part_store::PartStore;
use super::prepare::Preparation;
use super::row_driver::{RowDriver, Tally};
use super::row_work::RowWork;
use super::rows_in::RowsIn;
use super::task_run::{TaskRun, Work};
use crate::cache::{RememberedRows, Unfinished};
use crate::operator::{AnyRow, Cancellation, Fault, Inputs};

/// Where journals lie in an unfinished entry. Starts with a dot, as no port's name can.
const JOURNALS: &str = ".journal";

/// Makes a row operator's output.
pub(super) async fn run(
    task: &TaskRun,
    operator: Arc<dyn AnyRow>,
    inputs: Inputs,
    unfinished: Unfinished,
) -> Result<(Unfinished, Work), Halt> {
    let remembered = remembered(task, &operator, &unfinished).await?;
    let journals = unfinished.folder().join(JOURNALS);
    std::fs::create_dir_all(&journals)?;
    let work = open(task, operator.clone(), inputs).await?;
    let (part_rows, first) = (operator.part_rows(), unfinished.committed());
    let mut feed = feed(task, operator.rows_port(), RowsIn::new(part_rows, first))?;
    let standing = task.workplace.standings[task.index].clone();
    let store = Arc::new(PartStore::new(unfinished, &task.ports()?, standing, feed.total()?));
    let before = store.tally();
    task.started(before.committed, store.total());
    store.announce();

    let preparation = Arc::new(Preparation { journals, remembered, events: task.events.clone() });
    let concurrency = concurrency(task, operator.as_ref());
    // One is worked on, or as many as hold the rows under way; one is read ahead, one committed.
    let room = Arc::new(Semaphore::new(2 + concurrency.div_ceil(part_rows)));
    let (parts, prepared) = mpsc::unbounded_channel();
    // Dropped with this function, which ends the reading.
    let mut reader = JoinSet::new();
    reader.spawn(feed.read_ahead(first, preparation, room, parts));

    let jobs = task.workplace.jobs.clone();
    let driver = RowDriver::new(&work, store.clone(), jobs, prepared, concurrency, before);
    let driven = driver.run(&task.workplace.options.cancellation).await;
    reader.shutdown().await;
    finish(store, driven, &work)
}

fn finish(store: Arc<PartStore>, driven: Result<Tally, Halt>, work: &RowWork) -> Result<(Unfinished, Work), Halt> {
    let tally = driven?;
    let store = Arc::into_inner(store).ok_or(Halt::Interrupted)?;
    let work = Work {
        rows: store.rows(&tally),
        calls: work.calls.load(Ordering::Relaxed),
        failed: tally.counts.failed,
        remembered: tally.counts.remembered,
    };
    Ok((store.into_unfinished(), work))
}

/// Results of earlier work on single rows, for operators that want them; lets later work take them from here.
async fn remembered(
    task: &TaskRun,
    operator: &Arc<dyn AnyRow>,
    unfinished: &Unfinished,
) -> Result<Option<Mutex<RememberedRows>>, Halt> {
    let Some(ingredients) = task.task().ingredients.as_ref().filter(|_| operator.remembered()) else { return Ok(None) };
    let identity = ingredients.row_identity(operator.rows_port());
    unfinished.remember_rows(&identity).map_err(Fault::from)?;
    let cache = task.workplace.cache.clone();
    let rows = spawn_blocking(move || cache.remembered_rows(&identity)).await?.map_err(Fault::from)?;
    Ok(Some(Mutex::new(rows)))
}

async fn open(task: &TaskRun, operator: Arc<dyn AnyRow>, inputs: Inputs) -> Result<RowWork, Halt> {
    let options = &task.workplace.options;
    let context = task.workplace.context(task.task(), &task.events);
    let (inputs, opening) = (Arc::new(inputs), context.clone());
    let worker = task.attempts(move || operator.open(&inputs, &opening)).await?;
    Ok(RowWork {
        worker,
        context,
        ports: task.ports()?.into_iter().map(|(name, _)| name).collect(),
        backoff: options.backoff,
        retries: task.retries(),
        stop: Cancellation::default(),
        events: task.events.clone(),
        calls: AtomicU64::new(0),
    })
}

fn feed(task: &TaskRun, port: &str, rows: RowsIn) -> Result<Feed, Halt> {
    let input = task.task().inputs.get(port);
    let input = input.ok_or_else(|| Halt::failed(format!("input `{port}` is not wired")))?;
    let producer = task.workplace.standings[input.task].subscribe();
    Ok(Feed::new(producer, &input.output, task.workplace.jobs.clone(), rows))
}

fn concurrency(task: &TaskRun, operator: &dyn AnyRow) -> usize {
    let wanted = task.task().node.run.concurrency.or(task.workplace.options.concurrency);
    wanted.unwrap_or(operator.concurrency()).max(1)
}
