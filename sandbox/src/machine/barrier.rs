//! Which pages of an instance's memory were written: a write barrier made of page protection.
//!
//! Asking the kernel about every page that a run looked at takes a third of a short run. So the memory can only be read
//! at first, and the first write to a page notes it and opens it, for as long as the instance lives. Runs write to much
//! the same pages, so that most of them meet no barrier any more. An instance whose runs write to more is opened whole,
//! and the kernel is asked from then on.
//!
//! The soundness: a page is noted before it is opened, no page is closed again, and what is closed cannot be written.
#![expect(unsafe_code, reason = "protecting memory has no safe wrapper")]

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};

use rustix::mm::{MprotectFlags, mprotect};
use rustix::param::page_size;

/// Pages that are noted. A usual run writes two hundred.
const NOTED: usize = 1024;

/// Memory that is filled from one end to the other is opened by ever more pages at once, up to so many: a signal costs
/// as much as copying back thirty pages.
const AHEAD: usize = 32;

/// From so many pages in a row on.
const FILLED: usize = 3;

/// Pages in a word of notes.
const WORD: usize = u64::BITS as usize;

/// A write barrier over all that an instance's memory had at first. Its clones are one.
#[derive(Clone)]
pub(crate) struct Barrier(Arc<Notes>);

/// What a signal's handler shares with the thread that it interrupts.
struct Notes {
    start: usize,
    page: usize,
    pages: usize,
    /// A bit for each page.
    written: Box<[AtomicU64]>,
    opened: AtomicUsize,
}

impl Barrier {
    /// Puts a barrier before an instance's memory as it is now; it must not move, and its faults must be met. None where
    /// the system refuses.
    pub(super) fn raise(memory: &mut [u8]) -> Option<Self> {
        let (start, length, page) = (memory.as_mut_ptr().expose_provenance(), memory.len(), page_size());
        let pages = length / page;
        let written = (0..pages.div_ceil(WORD)).map(|_| AtomicU64::new(0)).collect();
        let notes = Notes { start, page, pages, written, opened: AtomicUsize::new(0) };
        // SAFETY: the range is the memory's, in whole pages, borrowed mutably. Reading stays allowed, and a write is made
        // possible again: by `meet` while the guest runs, by `open` before the host writes.
        let closed = unsafe { mprotect(std::ptr::with_exposed_provenance_mut(start), length, MprotectFlags::READ) };
        closed.ok().map(|()| Self(Arc::new(notes)))
    }

    /// A write to an address was refused. Whether it can be repeated: `false` where this barrier had no part in it.
    /// Called within the signal.
    pub(super) fn meet(&self, address: usize) -> bool {
        let notes = &*self.0;
        let page = address.wrapping_sub(notes.start) / notes.page;
        if page >= notes.pages || notes.is_open(page) {
            return false;
        }
        let before = (page.saturating_sub(AHEAD)..page).rev().take_while(|page| notes.is_open(*page)).count();
        let count = if before < FILLED { 1 } else { before };
        notes.open(page..(page + count).min(notes.pages))
    }

    /// Opens a range of bytes that the host is about to write while the guest does not run, when no signal is handled.
    pub(crate) fn open(&self, range: Range<usize>) {
        let notes = &*self.0;
        for page in range.start / notes.page..range.end.div_ceil(notes.page).min(notes.pages) {
            if !notes.is_open(page) {
                notes.open(page..page + 1);
            }
        }
    }

    /// The ranges of bytes that were written, in whole pages and in the order of their addresses. None where there were
    /// too many to note.
    pub(crate) fn written(&self) -> Option<Vec<Range<usize>>> {
        let notes = &*self.0;
        if notes.opened.load(SeqCst) > NOTED {
            return None;
        }
        let mut ranges: Vec<Range<usize>> = Vec::new();
        for page in notes.written_pages() {
            let (start, end) = (page * notes.page, (page + 1) * notes.page);
            match ranges.last_mut() {
                Some(last) if last.end == start => last.end = end,
                _ => ranges.push(start..end),
            }
        }
        Some(ranges)
    }
}

impl Notes {
    fn is_open(&self, page: usize) -> bool {
        self.opened.load(SeqCst) > NOTED || self.written[page / WORD].load(SeqCst) & 1 << (page % WORD) != 0
    }

    /// Notes pages and opens them, or everything where they are too many.
    fn open(&self, pages: Range<usize>) -> bool {
        for page in pages.clone() {
            self.written[page / WORD].fetch_or(1 << (page % WORD), SeqCst);
        }
        let opened = self.opened.fetch_add(pages.len(), SeqCst) + pages.len();
        let range = if opened <= NOTED { pages } else { 0..self.pages };
        let start = std::ptr::with_exposed_provenance_mut(self.start + range.start * self.page);
        // SAFETY: the pages are the memory's, which lives as long as the store, whose code faults, and the instance, which
        // holds the barrier. That it can be written is what the memory's owner takes for granted.
        unsafe { mprotect(start, range.len() * self.page, MprotectFlags::READ | MprotectFlags::WRITE) }.is_ok()
    }

    fn written_pages(&self) -> impl Iterator<Item = usize> {
        let words = self.written.iter().enumerate().map(|(index, word)| (index * WORD, word.load(SeqCst)));
        words
            .filter(|(_, word)| *word != 0)
            .flat_map(|(first, word)| (0..WORD).filter(move |bit| word >> bit & 1 == 1).map(move |bit| first + bit))
    }
}
