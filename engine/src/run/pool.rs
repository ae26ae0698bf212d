//! Things that are opened once and shared: models, clients. Closed when nobody uses them and the room is needed.

use std::collections::BTreeMap;
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

/// A thing's place. The inner lock is held while it is opened, so that a second user waits instead of opening it
/// again, while others open other things.
#[derive(Clone, Debug)]
struct Slot {
    opened: Arc<Mutex<Option<Opened>>>,
    used: u64,
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

    fn slot(&self, key: &str) -> Slot {
        let mut things = self.lock();
        things.clock += 1;
        let used = things.clock;
        let slot = things.by_key.entry(key.to_owned()).or_insert_with(|| Slot { opened: Arc::default(), used });
        slot.used = used;
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
        slots.iter().any(|slot| {
            // A slot whose lock is taken is being opened by someone: not idle.
            let Ok(mut opened) = slot.opened.try_lock() else { return false };
            let idle = opened.as_ref().is_some_and(|opened| opened.is_idle() && opened.frees(size));
            if idle {
                *opened = None;
            }
            idle
        })
    }

    fn lock(&self) -> MutexGuard<'_, Things> {
        self.things.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Share for Pool {
    fn share(
        &self,
        key: &str,
        room: &[Resource],
        open: &mut dyn FnMut() -> Result<Thing, Fault>,
    ) -> Result<Thing, Fault> {
        let slot = self.slot(key);
        let mut opened = slot.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(opened) = opened.as_ref() {
            return Ok(opened.thing.clone());
        }
        let room = self.room(key, room)?;
        let thing = open()?;
        *opened = Some(Opened { thing: thing.clone(), room });
        Ok(thing)
    }

    fn hold(&self, what: &str, room: &[Resource]) -> Result<Thing, Fault> {
        let held = Arc::new(self.room(what, room)?);
        self.lock().held.push(Arc::downgrade(&held));
        Ok(held)
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
        let context = Context::new(ContextParts { open: Arc::new(pool.clone()), ..ContextParts::default() });
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
}
