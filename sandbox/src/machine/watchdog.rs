//! The thread that ends runs in time. Owns the tick and the list of what is watched; knows nothing of limits.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::clock;
use super::watch::Watch;
use crate::error::HostError;

/// How often watches are looked through. A limit is overrun by at most about this much.
const TICK: Duration = Duration::from_millis(2);

/// Looks through the watches every tick while anything runs, and sleeps while nothing does.
pub(crate) struct Watchdog {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    watches: Mutex<Vec<Arc<Watch>>>,
    running: AtomicUsize,
    closed: AtomicBool,
}

/// As long as this lives, the watchdog is awake.
pub(crate) struct Awake<'a>(&'a Watchdog);

/// As long as this lives, a watch is looked at. It must go before the memory that is watched does.
pub(crate) struct Watched {
    shared: Arc<Shared>,
    watch: Arc<Watch>,
}

impl Watchdog {
    pub(crate) fn start() -> Result<Self, HostError> {
        let shared = Arc::new(Shared::default());
        let of_thread = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("sandbox watchdog".to_owned())
            .spawn(move || of_thread.tick())
            .map_err(|error| HostError::Kernel { what: "a thread", reason: error.to_string() })?;
        Ok(Self { shared, thread: Some(thread) })
    }

    pub(crate) fn during(&self) -> Awake<'_> {
        if self.shared.running.fetch_add(1, Ordering::SeqCst) == 0
            && let Some(thread) = &self.thread
        {
            thread.thread().unpark();
        }
        Awake(self)
    }

    pub(crate) fn watch(&self, watch: Arc<Watch>) -> Watched {
        self.shared.watches().push(Arc::clone(&watch));
        Watched { shared: Arc::clone(&self.shared), watch }
    }
}

impl Watched {
    pub(crate) fn watch(&self) -> &Arc<Watch> {
        &self.watch
    }
}

impl Shared {
    fn tick(&self) {
        while !self.closed.load(Ordering::SeqCst) {
            if self.running.load(Ordering::SeqCst) == 0 {
                std::thread::park();
            } else {
                std::thread::sleep(TICK);
                let now = clock::wall();
                self.watches().iter().for_each(|watch| watch.tick(now));
            }
        }
    }

    /// Nothing under this lock can panic halfway.
    fn watches(&self) -> MutexGuard<'_, Vec<Arc<Watch>>> {
        self.watches.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.shared.watches().retain(|watch| !Arc::ptr_eq(watch, &self.watch));
    }
}

impl Drop for Awake<'_> {
    fn drop(&mut self) {
        self.0.shared.running.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // Its loop cannot panic, and there would be nobody to tell.
            drop(thread.join());
        }
    }
}
