//! Things that are opened once and shared: models, clients. Closed when nobody uses them and the room is needed, or when
//! nobody is left who could.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::ledger::{Held, Ledger};
use crate::operator::{Fault, Resource, Share, Thing};

/// Open things by key, within a ledger's amounts. Clones share.
#[derive(Clone, Debug)]
pub(super) struct Pool {
    ledger: Ledger,
    things: Arc<Mutex<Things>>,
}

#[derive(Debug, Default)]
struct Things {
    by_key: BTreeMap<String, Slot>,
    clock: u64,
    /// What nodes hold for themselves.
    held: Vec<Weak<Held>>,
}

/// The pool as one task has it.
#[derive(Clone, Debug)]
pub(super) struct PoolOf {
    pool: Pool,
    /// The artifacts that the task reads, by their producers.
    artifacts: BTreeSet<usize>,
}

/// A thing's place. The inner lock is held while it is opened, so that a second user waits instead of opening it
/// again, while others open other things.
#[derive(Clone, Debug, Default)]
struct Slot {
    opened: Arc<Mutex<Option<Opened>>>,
    used: u64,
    /// What the tasks read that have asked for it.
    artifacts: BTreeSet<usize>,
    /// Whether a task has asked that reads no artifact, of which any other may be the next.
    is_common: bool,
}

#[derive(Debug)]
struct Opened {
    thing: Thing,
    room: Held,
}

impl Pool {
    /// An empty pool that takes its room from this ledger.
    pub(super) fn new(ledger: Ledger) -> Self {
        Self { ledger, things: Arc::default() }
    }

    /// Whether nobody uses anything that is open, or holds room.
    pub(super) fn is_idle(&self) -> bool {
        let mut things = self.lock();
        things.held.retain(|held| held.strong_count() > 0);
        let (held, slots): (_, Vec<_>) = (!things.held.is_empty(), things.by_key.values().cloned().collect());
        drop(things);
        // Whoever has a slot's lock is about to use it.
        let is_idle = |slot: &Slot| slot.opened.try_lock().is_ok_and(|own| own.as_ref().is_none_or(Opened::is_idle));
        !held && slots.iter().all(is_idle)
    }

    /// The pool for a task that reads these artifacts.
    pub(super) fn of(&self, artifacts: BTreeSet<usize>) -> PoolOf {
        PoolOf { pool: self.clone(), artifacts }
    }

    /// Closes what nobody uses and was asked for only by readers of artifacts that nobody is left to read.
    pub(super) fn close_all_but(&self, needed: &BTreeSet<usize>) {
        let slots: Vec<_> = self.lock().by_key.values().cloned().collect();
        for slot in slots.iter().filter(|slot| !slot.is_common && slot.artifacts.is_disjoint(needed)) {
            slot.close_if_idle(|_| true);
        }
    }

    fn slot(&self, key: &str, artifacts: &BTreeSet<usize>) -> Slot {
        let mut things = self.lock();
        things.clock += 1;
        let used = things.clock;
        let slot = things.by_key.entry(key.to_owned()).or_default();
        slot.used = used;
        slot.artifacts.extend(artifacts);
        slot.is_common |= artifacts.is_empty();
        slot.clone()
    }

    /// Takes room from the ledger, closing idle things, the longest unused first, until there is enough.
    fn room(&self, key: &str, size: &[Resource]) -> Result<Held, Fault> {
        loop {
            if let Some(room) = self.ledger.try_acquire(size)? {
                return Ok(room);
            }
            if !self.close_one_idle(size) {
                return Err(Fault::NoRoom(format!("there is no room for `{key}` while others use it")));
            }
        }
    }

    fn close_one_idle(&self, size: &[Resource]) -> bool {
        let mut slots: Vec<_> = self.lock().by_key.values().cloned().collect();
        slots.sort_by_key(|slot| slot.used);
        slots.iter().any(|slot| slot.close_if_idle(|opened| opened.frees(size)))
    }

    fn lock(&self) -> MutexGuard<'_, Things> {
        self.things.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Share for PoolOf {
    fn share(
        &self,
        key: &str,
        room: &[Resource],
        open: &mut dyn FnMut() -> Result<Thing, Fault>,
    ) -> Result<Thing, Fault> {
        let slot = self.pool.slot(key, &self.artifacts);
        let mut opened = slot.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(opened) = opened.as_ref() {
            return Ok(opened.thing.clone());
        }
        let room = self.pool.room(key, room)?;
        let thing = open()?;
        *opened = Some(Opened { thing: thing.clone(), room });
        Ok(thing)
    }

    fn hold(&self, what: &str, room: &[Resource]) -> Result<Thing, Fault> {
        let held = Arc::new(self.pool.room(what, room)?);
        self.pool.lock().held.push(Arc::downgrade(&held));
        Ok(held)
    }
}

impl Slot {
    /// Closes what is open there, where nobody uses it and it is `wanted`; says whether it did.
    fn close_if_idle(&self, wanted: impl Fn(&Opened) -> bool) -> bool {
        // A slot whose lock is taken is being opened by someone: not idle.
        let Ok(mut opened) = self.opened.try_lock() else { return false };
        let closes = opened.as_ref().is_some_and(|opened| opened.is_idle() && wanted(opened));
        if closes {
            *opened = None;
        }
        closes
    }
}

impl Opened {
    fn is_idle(&self) -> bool {
        Arc::strong_count(&self.thing) == 1
    }

    fn frees(&self, size: &[Resource]) -> bool {
        size.iter().any(|resource| self.room.holds(&resource.name))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::operator::{Context, ContextParts};

    fn gpu(amount: u64) -> [Resource; 1] {
        [Resource { name: "gpu".to_owned(), amount }]
    }

    fn pool() -> (Pool, Context) {
        let pool = Pool::new(Ledger::new(BTreeMap::from([("gpu".to_owned(), 10)])));
        let context =
            Context::new(ContextParts { open: Arc::new(pool.of(BTreeSet::new())), ..ContextParts::default() });
        (pool, context)
    }

    fn open_things(pool: &Pool) -> usize {
        let slots: Vec<_> = pool.lock().by_key.values().cloned().collect();
        slots.iter().filter(|slot| slot.opened.lock().is_ok_and(|opened| opened.is_some())).count()
    }

    #[test]
    fn a_thing_is_opened_once_and_shared() {
        let (_, context) = pool();
        let first = context.shared("model", &gpu(6), || Ok(7_u32)).unwrap();
        let second = context.shared("model", &gpu(6), || -> Result<u32, Fault> { panic!("it is open") }).unwrap();
        assert_eq!((*first, *second), (7, 7));
        assert!(matches!(context.shared("model", &gpu(6), || Ok("text")), Err(Fault::Node(_))));
    }

    #[test]
    fn idle_things_make_room_the_longest_unused_first_and_used_ones_stay() {
        let (pool, context) = pool();
        let open = |key: &str, amount| context.shared(key, &gpu(amount), || Ok(key.to_owned()));
        let used = open("used", 4).unwrap();
        drop(open("old", 3).unwrap());
        drop(open("recent", 3).unwrap());
        drop(open("next", 3).unwrap());
        assert_eq!(open_things(&pool), 3);
        drop(context.shared("recent", &gpu(3), || -> Result<String, Fault> { panic!("it is open") }).unwrap());
        assert!(matches!(open("large", 8), Err(Fault::NoRoom(_))), "4 are in use");
        drop(used);
        assert_eq!(*open("large", 8).unwrap(), "large");
    }

    #[test]
    fn a_thing_that_fails_to_open_gives_its_room_back() {
        let (pool, context) = pool();
        let failed = context.shared("model", &gpu(10), || -> Result<u32, Fault> { Err(Fault::node("no such file")) });
        assert!(failed.is_err() && open_things(&pool) == 0);
        assert!(context.shared("model", &gpu(10), || Ok(1_u32)).is_ok());
    }

    #[test]
    fn what_is_held_closes_idle_things_and_is_given_back() {
        let (pool, context) = pool();
        drop(context.shared("model", &gpu(6), || Ok(1_u32)).unwrap());
        assert!(pool.is_idle());
        let held = context.hold("a training", &gpu(8)).unwrap();
        assert_eq!((open_things(&pool), pool.is_idle()), (0, false));
        assert!(matches!(context.hold("another", &gpu(8)), Err(Fault::NoRoom(_))));
        drop(held);
        assert!(pool.is_idle() && context.hold("another", &gpu(10)).is_ok());
    }

    #[test]
    fn what_nobody_is_left_to_read_is_closed() {
        let (pool, anybody) = pool();
        let reader = |artifact| {
            Context::new(ContextParts {
                open: Arc::new(pool.of(BTreeSet::from([artifact]))),
                ..ContextParts::default()
            })
        };
        let open = |context: &Context, key: &str| context.shared(key, &gpu(1), || Ok(key.to_owned())).unwrap();
        let used = open(&reader(1), "used");
        for (artifact, key) in [(1, "first"), (1, "both"), (2, "second"), (2, "both")] {
            drop(open(&reader(artifact), key));
        }
        drop(open(&anybody, "sandbox"));
        pool.close_all_but(&BTreeSet::from([2]));
        assert_eq!(open_things(&pool), 4, "all but the first");
        pool.close_all_but(&BTreeSet::new());
        assert_eq!((open_things(&pool), used.as_str()), (2, "used"), "what is used, and what anybody may ask for");
    }
}
