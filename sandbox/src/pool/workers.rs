//! The pool's threads. Owns their number, their work and their end.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;

use super::engine::{Engine, Worker};
use super::queue::Queue;
use super::stack::Stack;
use super::ticket::{Promise, Ticket, pair};
use crate::error::HostError;
use crate::job::Job;
use crate::limits::Limits;
use crate::outcome::Outcome;
use crate::sandbox::{no_thread, thread};

/// Jobs that may wait for each worker, so that none is idle between two.
const AHEAD: usize = 8;

/// Many interpreters at once, each on a thread of its own. Dropping the pool gives up what is waiting and under way.
pub struct Pool {
    queue: Arc<Queue<Task>>,
    threads: Vec<JoinHandle<()>>,
}

struct Task {
    job: Job,
    limits: Limits,
    promise: Promise,
}

impl Pool {
    /// Starts so many workers of a sandbox or of native processes.
    pub fn new(engine: impl Into<Engine>, workers: NonZeroUsize) -> Result<Self, HostError> {
        let engine = engine.into();
        let queue = Arc::new(Queue::new(workers.get() * AHEAD));
        let mut pool = Self { queue, threads: Vec::with_capacity(workers.get()) };
        for number in 0..workers.get() {
            let (engine, queue) = (engine.clone(), Arc::clone(&pool.queue));
            let thread = thread(&format!("sandbox {number}")).spawn(move || work(&engine, &queue));
            pool.threads.push(thread.map_err(|error| no_thread(&error))?);
        }
        Ok(pool)
    }

    /// Hands a job in. Waits while [`Pool::room`] jobs are waiting.
    pub fn submit(&self, job: Job, limits: Limits) -> Ticket {
        let (ticket, promise) = pair();
        // A closed queue gives the task back, and dropping it tells the ticket.
        drop(self.queue.push(Task { job, limits, promise }));
        ticket
    }

    /// Hands a job in without waiting, for callers that bound by themselves how many jobs they have under way.
    pub fn submit_beyond(&self, job: Job, limits: Limits) -> Ticket {
        let (ticket, promise) = pair();
        drop(self.queue.push_beyond(Task { job, limits, promise }));
        ticket
    }

    /// How many jobs wait, beside those that run, before [`Pool::submit`] does.
    pub fn room(&self) -> usize {
        self.threads.len() * AHEAD
    }

    /// Runs jobs at once as they come and gives their outcomes in the order of the jobs.
    pub fn run_all<'a>(
        &'a self,
        jobs: impl IntoIterator<Item = Job> + 'a,
        limits: Limits,
    ) -> impl Iterator<Item = Result<Outcome, HostError>> + 'a {
        let mut jobs = jobs.into_iter();
        let mut under_way = VecDeque::with_capacity(self.room());
        std::iter::from_fn(move || {
            while under_way.len() < self.room() {
                let Some(job) = jobs.next() else { break };
                under_way.push_back(self.submit(job, limits));
            }
            under_way.pop_front().map(Ticket::wait)
        })
    }
}

/// A worker's life. One whose interpreter cannot be started tells so to everybody who asks it.
fn work(engine: &Engine, queue: &Queue<Task>) {
    let (mut worker, stack) = (None, Stack::here());
    while let Some(Task { job, limits, promise }) = queue.pop() {
        let cancelled = promise.cancelled();
        if cancelled.load(Ordering::Relaxed) {
            promise.keep(Err(HostError::Cancelled));
            continue;
        }
        // A worker that panicked takes a new instance for the next job, so that the pool never loses a thread.
        let run = AssertUnwindSafe(|| ready(&mut worker, engine)?.run(&job, &limits, cancelled));
        promise.keep(catch_unwind(run).unwrap_or(Err(HostError::Panicked)));
        stack.trim();
    }
}

fn ready<'a>(worker: &'a mut Option<Worker>, engine: &Engine) -> Result<&'a mut Worker, HostError> {
    match worker {
        Some(worker) => Ok(worker),
        None => Ok(worker.insert(engine.worker()?)),
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        drop(self.queue.close());
        for thread in self.threads.drain(..) {
            // A worker's panics were caught and told to their tickets.
            drop(thread.join());
        }
    }
}
