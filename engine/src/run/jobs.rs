//! Work that keeps a core busy, on threads of its own: as many at once as there are cores, so that what they hold in
//! memory is bounded too.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::halt::Halt;

/// The places for such work. Clones share.
#[derive(Clone)]
pub(super) struct Jobs(Arc<Semaphore>);

impl Jobs {
    pub(super) fn new(places: usize) -> Self {
        Self(Arc::new(Semaphore::new(places)))
    }

    /// Does the job when there is a place. A job must wait for nothing but its files.
    pub(super) async fn run<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Result<T, Halt> {
        let place = self.0.clone().acquire_owned().await.map_err(|_| Halt::Interrupted)?;
        let done = spawn_blocking(move || {
            let done = job();
            drop(place);
            done
        });
        Ok(done.await?)
    }
}
