//! Single pages. Owns who refers to each, and which one is forgotten when another is needed.
//!
//! A page that is in the index stays there when nobody refers to it any more, until its room is needed. Whoever refers
//! to an indexed page refers to all that come before it, so that of pages which nobody refers to, those that no other
//! goes on from can always be forgotten first, and what remains can still be found.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::prefixes::{Block, Prefixes};
use crate::generate::Page;

/// The pages of a runner.
#[derive(Debug)]
pub struct Pages {
    page_tokens: usize,
    pub(super) prefixes: Prefixes,
    states: Vec<State>,
    /// Pages that hold nothing.
    free: Vec<Page>,
    /// Indexed pages that nobody refers to.
    idle: usize,
    /// Those of them that no indexed page goes on from, by when they were let go.
    leaves: BTreeSet<(u64, Page)>,
    clock: u64,
}

/// There is no page left: all are referred to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("every page is in use")]
pub struct Full;

#[derive(Debug, Clone, Default)]
struct State {
    references: u32,
    /// What it holds, where it is in the index.
    block: Option<Arc<Block>>,
    /// How many indexed pages go on from it.
    children: u32,
    /// When it was let go.
    released: u64,
}

impl Pages {
    /// So many pages, each with room for so many tokens.
    pub fn new(count: usize, page_tokens: usize) -> Self {
        assert!(page_tokens > 0, "a page has room for a token");
        let count = u32::try_from(count).expect("pages are numbered in 32 bits");
        Self {
            page_tokens,
            prefixes: Prefixes::default(),
            states: vec![State::default(); count as usize],
            free: (0..count).rev().map(Page).collect(),
            idle: 0,
            leaves: BTreeSet::new(),
            clock: 0,
        }
    }

    /// How many tokens a page has room for.
    pub fn page_tokens(&self) -> usize {
        self.page_tokens
    }

    /// How many tokens all pages together have room for.
    pub fn capacity(&self) -> usize {
        self.states.len() * self.page_tokens
    }

    /// How many pages a text of so many tokens takes.
    pub fn pages_for(&self, tokens: usize) -> usize {
        tokens.div_ceil(self.page_tokens)
    }

    /// How many pages nobody refers to.
    pub fn available(&self) -> usize {
        self.free.len() + self.idle
    }

    /// How many refer to a page.
    pub fn references(&self, page: Page) -> u32 {
        self.states[page.0 as usize].references
    }

    /// Whether whoever refers to a page must copy it before it writes there.
    pub fn is_shared(&self, page: Page) -> bool {
        let state = &self.states[page.0 as usize];
        state.references > 1 || state.block.is_some()
    }

    /// A page that nobody else refers to; what it held is forgotten.
    pub(super) fn take(&mut self) -> Result<Page, Full> {
        let page = self.free.pop().or_else(|| self.forget()).ok_or(Full)?;
        self.state(page).references = 1;
        Ok(page)
    }

    /// Refers to a page once more.
    pub(super) fn share(&mut self, page: Page) {
        let state = self.state(page);
        state.references += 1;
        if state.references == 1 {
            let leaf = (state.released, page);
            self.idle -= 1;
            self.leaves.remove(&leaf);
        }
    }

    /// Refers to a page once less.
    pub(super) fn release_page(&mut self, page: Page) {
        self.clock += 1;
        let clock = self.clock;
        let state = self.state(page);
        state.references = state.references.checked_sub(1).expect("only who refers to a page lets it go");
        if state.references > 0 {
            return;
        }
        state.released = clock;
        match (&state.block, state.children) {
            (None, _) => self.free.push(page),
            (Some(_), children) => {
                self.idle += 1;
                if children == 0 {
                    self.leaves.insert((clock, page));
                }
            }
        }
    }

    /// Puts a full page into the index. Gives the page that is there for this block already, if there is one, and lets
    /// the other go.
    pub(super) fn index(&mut self, parent: Option<Page>, tokens: &[u32], page: Page) -> Page {
        let block = Block { parent, tokens: tokens.into() };
        if let Some(known) = self.prefixes.get(&block) {
            if known != page {
                self.share(known);
                self.release_page(page);
            }
            return known;
        }
        let block = Arc::new(block);
        self.state(page).block = Some(Arc::clone(&block));
        self.prefixes.insert(block, page);
        if let Some(parent) = parent {
            self.state(parent).children += 1;
        }
        page
    }

    /// Takes the page out of the index that was let go first and that no other goes on from.
    fn forget(&mut self) -> Option<Page> {
        let (_, page) = self.leaves.pop_first()?;
        self.idle -= 1;
        let block = self.state(page).block.take().expect("a leaf is in the index");
        self.prefixes.remove(&block);
        if let Some(parent) = block.parent {
            let state = self.state(parent);
            state.children -= 1;
            if state.references == 0 && state.children == 0 {
                let leaf = (state.released, parent);
                self.leaves.insert(leaf);
            }
        }
        Some(page)
    }

    fn state(&mut self, page: Page) -> &mut State {
        &mut self.states[page.0 as usize]
    }
}
