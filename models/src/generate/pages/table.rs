//! The pages of one sequence. Owns what happens when it begins where another has been, goes on, is forked, and ends.

use super::{Full, Pages};
use crate::generate::Page;

/// The pages of a sequence, in order. It is to be given back with [`Pages::release`].
#[derive(Debug, Default)]
pub struct Table {
    pages: Vec<Page>,
    /// How many of them are in the index.
    indexed: usize,
}

/// A page that is to be copied before anything else is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    /// The page as it was.
    pub from: Page,
    /// The page that is written.
    pub to: Page,
}

impl Table {
    /// The pages.
    pub fn pages(&self) -> &[Page] {
        &self.pages
    }
}

impl Pages {
    /// How many tokens of a text have been read before and are still there.
    pub fn known(&self, tokens: &[u32]) -> usize {
        self.prefixes.walk(tokens, self.page_tokens()).count() * self.page_tokens()
    }

    /// The pages of as many tokens of a text as have been read before: [`known`](Self::known) of them.
    pub fn find(&mut self, tokens: &[u32]) -> Table {
        let pages: Vec<Page> = self.prefixes.walk(tokens, self.page_tokens()).collect();
        pages.iter().for_each(|page| self.share(*page));
        Table { indexed: pages.len(), pages }
    }

    /// Makes room for the tokens from `read` to `length`: all of it, or none.
    pub fn reserve(&mut self, table: &mut Table, read: usize, length: usize) -> Result<Option<Copied>, Full> {
        let (first, count) = (read / self.page_tokens(), self.pages_for(length));
        let shared = read < length && table.pages.get(first).is_some_and(|page| self.is_shared(*page));
        let missing = count.saturating_sub(table.pages.len()) + usize::from(shared);
        if missing > self.available() {
            return Err(Full);
        }
        let copied = if shared { Some(self.part(&mut table.pages[first])?) } else { None };
        while table.pages.len() < count {
            table.pages.push(self.take()?);
        }
        Ok(copied)
    }

    /// Lets pages be found that are full now that the first `read` tokens have been read.
    pub fn publish(&mut self, table: &mut Table, tokens: &[u32], read: usize) {
        for (place, block) in tokens[..read].chunks_exact(self.page_tokens()).enumerate().skip(table.indexed) {
            let parent = place.checked_sub(1).map(|before| table.pages[before]);
            table.pages[place] = self.index(parent, block, table.pages[place]);
            table.indexed = place + 1;
        }
    }

    /// Another sequence that goes on from the first `read` tokens of this one.
    pub fn fork(&mut self, table: &Table, read: usize) -> Table {
        let pages = table.pages[..self.pages_for(read)].to_vec();
        pages.iter().for_each(|page| self.share(*page));
        Table { indexed: table.indexed.min(pages.len()), pages }
    }

    /// Lets a sequence's pages go, the last first: what comes last is forgotten first.
    pub fn release(&mut self, table: &mut Table) {
        let Table { pages, .. } = std::mem::take(table);
        pages.into_iter().rev().for_each(|page| self.release_page(page));
    }

    /// Replaces a shared page by one of the sequence's own.
    fn part(&mut self, page: &mut Page) -> Result<Copied, Full> {
        let own = self.take()?;
        let from = std::mem::replace(page, own);
        self.release_page(from);
        Ok(Copied { from, to: own })
    }
}
