//! What a fault of an instance's memory means. Owns the signal's handler.
#![expect(unsafe_code, reason = "a signal's handler has no safe wrapper")]

use std::sync::Arc;

use wasmtime::Store;
use wasmtime::unix::StoreExt;

use super::barrier::Barrier;
use super::watch::Watch;

/// From now on, while code of the store runs, its faults are a look at a closed safepoint, a first write to a page, or,
/// as ever, what wasmtime makes a trap of.
pub(super) fn handle<T>(store: &mut Store<T>, watch: Arc<Watch>, barrier: Option<Barrier>) {
    let meet = move |address: usize| match watch.contains(address) {
        true => watch.meet(),
        false => barrier.as_ref().is_some_and(|barrier| barrier.meet(address)),
    };
    // SAFETY: a handler must do nothing but what is safe within a signal: both `meet` read and write atomic numbers, read
    // clocks and protect memory. The kernel passes a valid `information`, and wasmtime hands on faults of memory alone,
    // which have an address. What faulted is repeated only where it has just become possible.
    unsafe { store.set_signal_handler(move |_, information, _| meet((*information).si_addr().addr())) };
}
