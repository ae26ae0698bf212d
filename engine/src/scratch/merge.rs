//! Several sorted files as one.

use std::io;
use std::iter::Peekable;

use super::digest_map::Entry;
use super::sorted_file::SortedFile;

/// The entries of files that stand from old to new, in order; where several have a digest, the newest's.
pub(super) fn merged(files: &[SortedFile]) -> impl Iterator<Item = io::Result<Entry>> {
    let mut heads: Vec<_> = files.iter().map(|file| file.entries().peekable()).collect();
    std::iter::from_fn(move || next(&mut heads))
}

fn next<I: Iterator<Item = io::Result<Entry>>>(heads: &mut [Peekable<I>]) -> Option<io::Result<Entry>> {
    if let Some(failed) = heads.iter_mut().find_map(|head| matches!(head.peek(), Some(Err(_))).then_some(head)) {
        return failed.next();
    }
    let digest = heads.iter_mut().filter_map(digest_of).min()?;
    let having = heads.iter_mut().filter_map(|head| (digest_of(head) == Some(digest)).then(|| head.next()).flatten());
    having.last()
}

fn digest_of<I: Iterator<Item = io::Result<Entry>>>(head: &mut Peekable<I>) -> Option<u128> {
    match head.peek() {
        Some(Ok((digest, _))) => Some(*digest),
        _ => None,
    }
}
