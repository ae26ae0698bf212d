//! Digests of files that lie outside.

use std::fs;

use super::fixtures::cache;
use crate::cache::stamp::Stamp;
use crate::cache::{Trust, digest};

#[test]
fn content_replaced_under_restored_times_is_noticed() {
    let (folder, cache) = cache();
    let path = folder.path().join("data.jsonl");
    fs::write(&path, b"one").unwrap();
    let first = crate::table::Digest::of(b"one");
    let before = Stamp::at(&path).unwrap();
    fs::create_dir_all(cache.root()).unwrap();
    fs::write(cache.root().join("digests"), digest::line(&before, &first)).unwrap();
    assert_eq!(cache.digests().of(&path).unwrap(), first);
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    loop {
        fs::write(&path, b"two").unwrap();
        fs::File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();
        let after = Stamp::at(&path).unwrap();
        assert_eq!((after.size, after.modified, after.inode), (before.size, before.modified, before.inode));
        if after.changed != before.changed {
            break;
        }
    }
    let second = cache.digests().of(&path).unwrap();
    assert_ne!(first, second);
    assert_eq!(second, crate::table::Digest::of(b"two"));
}

#[test]
fn a_remembered_digest_is_used_unless_it_is_not_to_be_trusted() {
    let (folder, cache) = cache();
    let path = folder.path().join("data.jsonl");
    fs::write(&path, b"one").unwrap();
    let stamp = Stamp::at(&path).unwrap();
    let wrong = crate::table::Digest::of(b"what an earlier process remembered");
    let torn = "17 17 17 17 torn line\n";
    fs::create_dir_all(cache.root()).unwrap();
    fs::write(cache.root().join("digests"), format!("{torn}{}", digest::line(&stamp, &wrong))).unwrap();
    assert_eq!(cache.digests().of(&path).unwrap(), wrong);
    let distrusting = cache.trusting(Trust::Nothing);
    assert_eq!(distrusting.digests().of(&path).unwrap(), crate::table::Digest::of(b"one"));
}
