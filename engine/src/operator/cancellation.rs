//! The wish that a run should end, for those who poll it and for those who wait.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// The wish that a run should end, shared by everyone who works in it.
#[derive(Clone, Debug, Default)]
pub struct Cancellation(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    asked: AtomicBool,
    sleepers: Mutex<Sleepers>,
}

#[derive(Debug, Default)]
struct Sleepers {
    next: u64,
    wakers: BTreeMap<u64, Waker>,
}

impl Cancellation {
    /// Asks everyone to stop at the next row or step.
    pub fn cancel(&self) {
        self.0.asked.store(true, Ordering::SeqCst);
        let wakers = std::mem::take(&mut self.0.lock().wakers);
        wakers.into_values().for_each(Waker::wake);
    }

    /// Whether it was asked.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.asked.load(Ordering::SeqCst)
    }

    /// Resolves once it is asked.
    #[must_use]
    pub fn cancelled(&self) -> Cancelled {
        Cancelled { shared: self.0.clone(), place: None }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Sleepers> {
        self.sleepers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// See [`Cancellation::cancelled`].
#[derive(Debug)]
pub struct Cancelled {
    shared: Arc<Shared>,
    place: Option<u64>,
}

impl Future for Cancelled {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let shared = self.shared.clone();
        let mut sleepers = shared.lock();
        // Asked under the lock: `cancel` sets the flag before it takes the wakers, so none is left asleep.
        if shared.asked.load(Ordering::SeqCst) {
            return Poll::Ready(());
        }
        let place = self.place.unwrap_or(sleepers.next);
        sleepers.next = sleepers.next.max(place + 1);
        sleepers.wakers.insert(place, context.waker().clone());
        self.place = Some(place);
        Poll::Pending
    }
}

impl Drop for Cancelled {
    fn drop(&mut self) {
        if let Some(place) = self.place {
            self.shared.lock().wakers.remove(&place);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::task::Wake;

    use super::*;

    #[derive(Default)]
    struct Counter(AtomicUsize);

    impl Wake for Counter {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    #[test]
    fn wakes_everyone_who_waits_and_forgets_who_left() {
        let (cancellation, counter) = (Cancellation::default(), Arc::new(Counter::default()));
        let waker = Waker::from(counter.clone());
        let mut context = Context::from_waker(&waker);
        let mut waits = std::pin::pin!(cancellation.cancelled());
        {
            let mut leaves = std::pin::pin!(cancellation.cancelled());
            assert_eq!(leaves.as_mut().poll(&mut context), Poll::Pending);
        }
        assert_eq!(waits.as_mut().poll(&mut context), Poll::Pending);
        assert_eq!(waits.as_mut().poll(&mut context), Poll::Pending);
        cancellation.cancel();
        assert_eq!(counter.0.load(Ordering::SeqCst), 1);
        assert_eq!(waits.as_mut().poll(&mut context), Poll::Ready(()));
        assert_eq!(std::pin::pin!(cancellation.cancelled()).poll(&mut context), Poll::Ready(()));
    }
}
