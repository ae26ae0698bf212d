//! Which pages of an instance's memory were written: a write barrier made of page protection.
//!
//! Asking the kernel about every page that a run looked at takes a third of a short run. So the memory can only be read
//! at first, and the first write to a page notes it and opens it, for as long as the instance lives. Runs write to much
//! the same pages, so that most of them meet no barrier any more. An instance whose runs write to more is opened whole,
//! and the kernel is asked from then on.
//!
//! The soundness: a page is noted before it is opened, no page is closed again, and what is closed cannot be written.
#![expect(unsafe_code, reason = "protecting memory and handling the signal of a write to it have no safe wrapper")]

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};

use rustix::mm::{MprotectFlags, mprotect};
use rustix::param::page_size;
use wasmtime::unix::StoreExt;
use wasmtime::{Memory, Store};

/// Pages that are opened one by one. A usual run writes two hundred; each costs a signal, once, and perhaps a mapping.
const NOTED: usize = 1024;

/// Pages in a word of notes.
const WORD: usize = u64::BITS as usize;

/// A write barrier over all that an instance's memory had at first.
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
    /// Puts a barrier before all that a store's only memory has now; the memory must not move. None where the system
    /// refuses.
    pub(crate) fn raise<T>(store: &mut Store<T>, memory: Memory) -> Option<Self> {
        let bytes = memory.data_mut(&mut *store);
        let (start, length, page) = (bytes.as_mut_ptr().expose_provenance(), bytes.len(), page_size());
        let pages = length / page;
        let written = (0..pages.div_ceil(WORD)).map(|_| AtomicU64::new(0)).collect();
        let notes = Arc::new(Notes { start, page, pages, written, opened: AtomicUsize::new(0) });
        let of_handler = Arc::clone(&notes);
        // SAFETY: a handler must do nothing but what is safe within a signal: this one reads and writes atomic numbers
        // and makes a system call. The kernel passes a valid `information`, and wasmtime hands on faults of memory
        // alone, which have an address. The write that faulted is repeated only where it has just become possible.
        unsafe {
            store.set_signal_handler(move |_, information, _| of_handler.meet((*information).si_addr().addr()));
        }
        // SAFETY: the range is the memory's, in whole pages, and no reference to it is alive. Reading stays allowed, and
        // a write is made possible again: by the handler above while the guest runs, by `open` before the host writes.
        let closed = unsafe { mprotect(std::ptr::with_exposed_provenance_mut(start), length, MprotectFlags::READ) };
        closed.ok().map(|()| Self(notes))
    }

    /// Opens a range of bytes that the host is about to write while the guest does not run, when no signal is handled.
    pub(crate) fn open(&self, range: Range<usize>) {
        let notes = &*self.0;
        for page in range.start / notes.page..range.end.div_ceil(notes.page).min(notes.pages) {
            if !notes.is_open(page) {
                notes.open(page);
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
    /// A write to an address was refused. Whether it can be repeated: `false` where this barrier had no part in it.
    fn meet(&self, address: usize) -> bool {
        let page = address.wrapping_sub(self.start) / self.page;
        page < self.pages && !self.is_open(page) && self.open(page)
    }

    fn is_open(&self, page: usize) -> bool {
        self.opened.load(SeqCst) > NOTED || self.written[page / WORD].load(SeqCst) & 1 << (page % WORD) != 0
    }

    /// Notes a page and opens it, or everything where it is one too many.
    fn open(&self, page: usize) -> bool {
        self.written[page / WORD].fetch_or(1 << (page % WORD), SeqCst);
        let range = if self.opened.fetch_add(1, SeqCst) < NOTED { page..page + 1 } else { 0..self.pages };
        let start = std::ptr::with_exposed_provenance_mut(self.start + range.start * self.page);
        // SAFETY: the pages are the memory's, which lives as long as the store that holds the handler and the instance
        // that holds the barrier. That it can be written is what the memory's owner takes for granted.
        unsafe { mprotect(start, range.len() * self.page, MprotectFlags::READ | MprotectFlags::WRITE) }.is_ok()
    }

    fn written_pages(&self) -> impl Iterator<Item = usize> {
        self.written.iter().enumerate().flat_map(|(index, word)| {
            let word = word.load(SeqCst);
            (0..WORD).filter(move |bit| word >> bit & 1 == 1).map(move |bit| index * WORD + bit)
        })
    }
}
