//! The store, with modules that are as small as sound ones can be.
#![expect(clippy::unwrap_used, reason = "tests")]

use super::recipe::Identity;
use super::store::{Store, StoreError};
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

const SOUND: &str = r#"(module (memory (export "memory") 1) (memory (export "safepoint") 1 1)
        (global (export "__stack_pointer") (mut i32) (i32.const 16)))"#;

fn opened() -> (tempfile::TempDir, Store) {
    let scratch = tempfile::tempdir().unwrap();
    let store = Store::open(&scratch.path().join("store")).unwrap();
    (scratch, store)
}

#[test]
fn a_module_is_kept_and_loaded() {
    let (_scratch, store) = opened();
    let (identity, module) = (Identity::current(), wat::parse_str(SOUND).unwrap());
    assert!(store.load(identity).unwrap().is_none());
    store.keep(identity, &module).unwrap();
    assert_eq!(store.load(identity).unwrap(), Some(module));
}

#[test]
fn a_stored_module_is_verified_when_it_is_loaded() {
    let (_scratch, store) = opened();
    let module = wat::parse_str(r#"(module (memory (export "memory") 1))"#).unwrap();
    store.keep(Identity::current(), &module).unwrap();
    assert!(matches!(store.load(Identity::current()), Err(StoreError::Unsound { .. })));
}

#[test]
fn code_is_compiled_once_for_each_key() {
    let (_scratch, store) = opened();
    let compile = |code: &[u8]| Ok(code.to_vec());
    let first = store.compiled(Identity::current(), "a", || compile(b"one")).unwrap();
    let again = store.compiled(Identity::current(), "a", || compile(b"two")).unwrap();
    let other = store.compiled(Identity::current(), "b", || compile(b"three")).unwrap();
    assert_eq!(fs::read(first.path()).unwrap(), b"one");
    assert_eq!(first.path(), again.path());
    assert_eq!(fs::read(other.path()).unwrap(), b"three");
}

#[test]
fn a_compiler_that_fails_leaves_nothing_behind() {
    let (_scratch, store) = opened();
    let failed = store.compiled(Identity::current(), "a", || Err(StoreError::Compile("no such feature".into())));
    assert_eq!(failed.unwrap_err().to_string(), "failed to compile the interpreter: no such feature");
    let code = store.compiled(Identity::current(), "a", || Ok(b"one".to_vec())).unwrap();
    assert_eq!(fs::read(code.path()).unwrap(), b"one");
}

#[test]
fn who_has_to_wait_is_told() {
    let (_scratch, store) = opened();
    let (first, told) = (store.making(|| unreachable!("nobody else is at it")).unwrap(), AtomicUsize::new(0));
    let folder = first.folder().to_owned();
    std::thread::scope(|scope| {
        let second = scope.spawn(|| {
            let making = store.making(|| {
                told.fetch_add(1, Ordering::SeqCst);
                drop(first);
            });
            making.map(|making| making.folder().to_owned())
        });
        assert_ne!(second.join().unwrap().unwrap(), folder);
    });
    assert_eq!((told.into_inner(), folder.exists()), (1, false));
}

#[test]
fn two_at_once_compile_once() {
    let (_scratch, store) = opened();
    let (times, barrier) = (AtomicUsize::new(0), std::sync::Barrier::new(4));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                barrier.wait();
                let compile = || Ok(vec![u8::try_from(times.fetch_add(1, Ordering::SeqCst)).unwrap()]);
                let code = store.compiled(Identity::current(), "a", compile).unwrap();
                assert_eq!(fs::read(code.path()).unwrap(), [0]);
            });
        }
    });
    assert_eq!(times.load(Ordering::SeqCst), 1);
}
