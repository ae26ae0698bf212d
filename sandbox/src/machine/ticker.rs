//! The thread that lets running instances look at their clocks. Owns the tick; knows nothing of limits.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use wasmtime::Engine;

use crate::error::HostError;

/// How often a running instance looks at its clocks. A limit is overrun by at most about this much.
const TICK: Duration = Duration::from_millis(2);

/// Raises the engine's epoch every tick while anything runs, and sleeps while nothing does.
pub(crate) struct Ticker {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    running: AtomicUsize,
    closed: AtomicBool,
}

/// As long as this lives, the epoch is raised.
pub(crate) struct Ticking<'a>(&'a Ticker);

impl Ticker {
    pub(crate) fn start(engine: Engine) -> Result<Self, HostError> {
        let shared = Arc::new(Shared::default());
        let of_thread = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("sandbox ticker".to_owned())
            .spawn(move || of_thread.tick(&engine))
            .map_err(|error| HostError::Kernel { what: "a thread", reason: error.to_string() })?;
        Ok(Self { shared, thread: Some(thread) })
    }

    pub(crate) fn during(&self) -> Ticking<'_> {
        if self.shared.running.fetch_add(1, Ordering::SeqCst) == 0
            && let Some(thread) = &self.thread
        {
            thread.thread().unpark();
        }
        Ticking(self)
    }
}

impl Shared {
    fn tick(&self, engine: &Engine) {
        while !self.closed.load(Ordering::SeqCst) {
            if self.running.load(Ordering::SeqCst) == 0 {
                std::thread::park();
            } else {
                std::thread::sleep(TICK);
                engine.increment_epoch();
            }
        }
    }
}

impl Drop for Ticking<'_> {
    fn drop(&mut self) {
        self.0.shared.running.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // Its loop cannot panic, and there would be nobody to tell.
            drop(thread.join());
        }
    }
}
