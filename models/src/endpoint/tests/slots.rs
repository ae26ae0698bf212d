//! How the number of requests under way follows what the server can bear.

use futures_util::FutureExt;

use super::super::slots::{Slot, Slots};

/// As many slots as are free.
fn drain(slots: &Slots) -> Vec<Slot<'_>> {
    std::iter::from_fn(|| slots.take().now_or_never()).collect()
}

#[test]
fn slots_that_are_in_use_are_taken_away_when_they_are_given_back() {
    let slots = Slots::new(8);
    let mut used = drain(&slots);
    assert_eq!(used.len(), 8);
    slots.halve();
    assert_eq!(slots.now(), 4);
    used.truncate(4);
    assert_eq!(drain(&slots).len(), 0);
    used.clear();
    assert_eq!(drain(&slots).len(), 4);
}

#[test]
fn one_slot_always_remains() {
    let slots = Slots::new(8);
    (0..10).for_each(|_| slots.halve());
    assert_eq!((slots.now(), drain(&slots).len()), (1, 1));
}

#[test]
fn slots_grow_with_answers_up_to_the_most() {
    let slots = Slots::new(64);
    (0..10).for_each(|_| slots.halve());
    let mut answers = 0;
    while slots.now() < 64 {
        slots.answered();
        answers += 1;
    }
    assert!((500..2000).contains(&answers), "{answers}");
    (0..1000).for_each(|_| slots.answered());
    assert_eq!((slots.now(), drain(&slots).len()), (64, 64));
}

#[test]
fn growth_forgives_what_is_owed_first() {
    let slots = Slots::new(16);
    let used = drain(&slots);
    slots.halve();
    (0..8).for_each(|_| slots.answered());
    assert_eq!(slots.now(), 9);
    drop(used);
    assert_eq!(drain(&slots).len(), 9);
}
