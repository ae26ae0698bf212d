//! Who holds how much of what the machine has a limited amount of.
//!
//! Owns the arithmetic and the queue. Knows no device: amounts are numbers under a name.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::operator::{Fault, Resource};

/// The machine's amounts. Clones share.
#[derive(Clone, Debug)]
pub(super) struct Ledger(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    capacity: BTreeMap<String, u64>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    free: BTreeMap<String, u64>,
    queue: VecDeque<Waiter>,
    next: u64,
}

#[derive(Debug)]
struct Waiter {
    number: u64,
    demand: Demand,
    grant: oneshot::Sender<Held>,
}

type Demand = BTreeMap<String, u64>;

/// An amount that is held; dropping it gives it back.
#[derive(Debug)]
pub(super) struct Held {
    ledger: Ledger,
    demand: Demand,
}

impl Ledger {
    /// A machine with these amounts.
    pub(super) fn new(capacity: BTreeMap<String, u64>) -> Self {
        let state = State { free: capacity.clone(), ..State::default() };
        Self(Arc::new(Shared { capacity, state: Mutex::new(state) }))
    }

    /// Holds all of the resources at once, waiting for its turn: whoever came first and wants any of the same goes
    /// first, so that a large demand is not starved by small ones, and nobody waits with a part of its demand.
    ///
    /// # Errors
    /// [`Fault::Node`] where the machine could never give it.
    pub(super) async fn acquire(&self, resources: &[Resource]) -> Result<Held, Fault> {
        let demand = self.demand(resources)?;
        let (grant, granted) = oneshot::channel();
        let number = self.enqueue(demand, grant);
        let place = Place { ledger: self, number };
        self.serve();
        let held = granted.await.map_err(|_| Fault::node("the run is over"));
        drop(place);
        held
    }

    /// Holds the resources if they are free now and nobody waits for any of them.
    ///
    /// # Errors
    /// [`Fault::Node`] where the machine could never give it.
    pub(super) fn try_acquire(&self, resources: &[Resource]) -> Result<Option<Held>, Fault> {
        let demand = self.demand(resources)?;
        let mut state = self.lock();
        let wanted = state.queue.iter().any(|waiter| waiter.demand.keys().any(|name| demand.contains_key(name)));
        let taken = !wanted && state.take(&demand);
        drop(state);
        Ok(taken.then(|| Held { ledger: self.clone(), demand }))
    }

    fn demand(&self, resources: &[Resource]) -> Result<Demand, Fault> {
        let mut demand = Demand::new();
        for Resource { name, amount } in resources {
            *demand.entry(name.clone()).or_default() += amount;
        }
        for (name, amount) in &demand {
            match self.0.capacity.get(name) {
                Some(capacity) if amount <= capacity => {}
                Some(capacity) => {
                    let message = format!("needs {amount} of `{name}`, but this machine has {capacity}");
                    return Err(Fault::node(message));
                }
                None => return Err(Fault::node(format!("needs `{name}`, which this machine does not have"))),
            }
        }
        Ok(demand)
    }

    fn enqueue(&self, demand: Demand, grant: oneshot::Sender<Held>) -> u64 {
        let mut state = self.lock();
        let number = state.next;
        state.next += 1;
        state.queue.push_back(Waiter { number, demand, grant });
        number
    }

    /// Grants what can be granted. Sends outside the lock: a grant whose waiter is gone comes back through `Held`.
    fn serve(&self) {
        let grants = self.lock().grants();
        for Waiter { demand, grant, .. } in grants {
            drop(grant.send(Held { ledger: self.clone(), demand }));
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn grants(&mut self) -> Vec<Waiter> {
        let mut granted = Vec::new();
        let mut blocked: Vec<String> = Vec::new();
        for waiter in std::mem::take(&mut self.queue) {
            let behind = waiter.demand.keys().any(|name| blocked.contains(name));
            if !behind && self.take(&waiter.demand) {
                granted.push(waiter);
            } else {
                blocked.extend(waiter.demand.keys().cloned());
                self.queue.push_back(waiter);
            }
        }
        granted
    }

    fn take(&mut self, demand: &Demand) -> bool {
        let enough = demand.iter().all(|(name, amount)| self.free.get(name).is_some_and(|free| free >= amount));
        if enough {
            for (name, amount) in demand {
                *self.free.entry(name.clone()).or_default() -= amount;
            }
        }
        enough
    }
}

impl Held {
    /// Whether some of this resource is held.
    pub(super) fn holds(&self, name: &str) -> bool {
        self.demand.contains_key(name)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut state = self.ledger.lock();
        for (name, amount) in &self.demand {
            *state.free.entry(name.clone()).or_default() += amount;
        }
        drop(state);
        self.ledger.serve();
    }
}

/// A place in the queue; whoever stops waiting leaves it, and those behind move up.
struct Place<'a> {
    ledger: &'a Ledger,
    number: u64,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut state = self.ledger.lock();
        let before = state.queue.len();
        state.queue.retain(|waiter| waiter.number != self.number);
        let left = state.queue.len() < before;
        drop(state);
        if left {
            self.ledger.serve();
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::future::Future;
    use std::pin::{Pin, pin};
    use std::task::{Context, Poll, Waker};

    use super::*;

    fn resource(name: &str, amount: u64) -> Resource {
        Resource { name: name.to_owned(), amount }
    }

    fn ledger() -> Ledger {
        Ledger::new(BTreeMap::from([("gpu".to_owned(), 10), ("slots".to_owned(), 4)]))
    }

    fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
        future.poll(&mut Context::from_waker(Waker::noop()))
    }

    fn ready<F: Future>(future: F) -> F::Output {
        match poll(pin!(future)) {
            Poll::Ready(value) => value,
            Poll::Pending => panic!("must not wait"),
        }
    }

    #[test]
    fn a_large_demand_is_not_starved_and_others_pass_it() {
        let ledger = ledger();
        let first = ready(ledger.acquire(&[resource("gpu", 6)])).unwrap();
        let wants = [resource("gpu", 8)];
        let mut large = pin!(ledger.acquire(&wants));
        assert!(poll(large.as_mut()).is_pending());
        let small_wants = [resource("gpu", 1)];
        let mut small = pin!(ledger.acquire(&small_wants));
        assert!(poll(small.as_mut()).is_pending(), "it came later and wants the same");
        assert!(ledger.try_acquire(&small_wants).unwrap().is_none());
        let elsewhere = ready(ledger.acquire(&[resource("slots", 4)])).unwrap();
        drop(first);
        let Poll::Ready(Ok(large)) = poll(large.as_mut()) else { panic!("its turn") };
        let Poll::Ready(Ok(small)) = poll(small.as_mut()) else { panic!("there is room beside it") };
        drop((large, small, elsewhere));
        assert!(ledger.try_acquire(&[resource("gpu", 10), resource("slots", 4)]).unwrap().is_some());
    }

    #[test]
    fn whoever_stops_waiting_leaves_the_queue() {
        let ledger = ledger();
        let held = ready(ledger.acquire(&[resource("gpu", 5)])).unwrap();
        let (wants, behind_wants) = ([resource("gpu", 6)], [resource("gpu", 5)]);
        let mut gives_up = Box::pin(ledger.acquire(&wants));
        let mut behind = pin!(ledger.acquire(&behind_wants));
        assert!(poll(gives_up.as_mut()).is_pending());
        assert!(poll(behind.as_mut()).is_pending());
        drop(gives_up);
        assert!(poll(behind.as_mut()).is_ready());
        drop(held);
    }

    #[test]
    fn what_the_machine_never_has_is_a_fault() {
        for wants in [[resource("gpu", 11)], [resource("tpu", 1)]] {
            assert!(matches!(ready(ledger().acquire(&wants)), Err(Fault::Node(_))));
        }
        let twice = [resource("gpu", 6), resource("gpu", 6)];
        assert!(matches!(ready(ledger().acquire(&twice)), Err(Fault::Node(_))));
    }
}
