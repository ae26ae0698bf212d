//! Which page holds which block of which text. Owns the tree of blocks, as one flat map.

use std::collections::HashMap;
use std::sync::Arc;

use crate::generate::Page;

/// A page full of tokens, after the text that ends with the parent. Blocks are compared token by token, so that no two
/// texts are ever taken for one another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Block {
    pub(super) parent: Option<Page>,
    pub(super) tokens: Box<[u32]>,
}

/// The pages that can be found by what they hold.
#[derive(Debug, Default)]
pub(super) struct Prefixes {
    pages: HashMap<Arc<Block>, Page>,
}

impl Prefixes {
    pub(super) fn get(&self, block: &Block) -> Option<Page> {
        self.pages.get(block).copied()
    }

    pub(super) fn insert(&mut self, block: Arc<Block>, page: Page) {
        self.pages.insert(block, page);
    }

    pub(super) fn remove(&mut self, block: &Block) {
        self.pages.remove(block);
    }

    /// The pages of a text's full blocks, as far as they are known.
    pub(super) fn walk<'a>(&'a self, tokens: &'a [u32], page_tokens: usize) -> impl Iterator<Item = Page> + 'a {
        tokens.chunks_exact(page_tokens).scan(None, |parent, tokens| {
            let page = self.get(&Block { parent: *parent, tokens: tokens.into() })?;
            *parent = Some(page);
            Some(page)
        })
    }
}
