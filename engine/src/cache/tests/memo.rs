//! Answers that are kept by what was asked.

use std::fs;
use std::path::PathBuf;

use super::fixtures::{cache, flip};

#[test]
fn the_first_value_of_a_key_stays() {
    let (folder, cache) = cache();
    let memo = cache.memo();
    assert_eq!(memo.get(b"key").unwrap(), None);
    memo.put(b"key", b"first").unwrap();
    memo.put(b"key", b"second").unwrap();
    memo.put(b"other", b"").unwrap();
    assert_eq!(memo.get(b"key").unwrap().as_deref(), Some(&b"first"[..]));
    assert_eq!(memo.get(b"other").unwrap().as_deref(), Some(&b""[..]));
    let stored = |key: &[u8]| -> PathBuf {
        let name = crate::table::Digest::of(key).to_string();
        folder.path().join("cache/memo").join(&name[..2]).join(name)
    };
    flip(&stored(b"key"));
    assert_eq!(memo.get(b"key").unwrap(), None);
    memo.put(b"key", b"second").unwrap();
    assert_eq!(memo.get(b"key").unwrap().as_deref(), Some(&b"second"[..]));
    fs::copy(stored(b"key"), stored(b"other")).unwrap();
    assert_eq!(memo.get(b"other").unwrap(), None, "another key's value is no value");
    assert_eq!(fs::read_dir(folder.path().join("cache/tmp")).unwrap().count(), 0);
}

#[test]
fn threads_agree_on_a_first_value() {
    let (_folder, cache) = cache();
    let answers: Vec<Vec<u8>> = std::thread::scope(|scope| {
        let put = |number: u8| {
            let memo = cache.memo();
            move || {
                memo.put(b"key", &[number]).unwrap();
                memo.get(b"key").unwrap().unwrap()
            }
        };
        let threads: Vec<_> = (0..8).map(|number| scope.spawn(put(number))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
}
