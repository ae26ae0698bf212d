//! Where keys and values are kept. Owns the layout of a page, which is that of two panels: a page's tokens are the
//! columns that queries are multiplied with, and the depth of the product that sums values. Owns whose a page is, too: a
//! sequence has those that it writes to itself, and reads the others along with whoever began as it did.

use std::mem::replace;
use std::ops::Range;

use bytemuck::zeroed_vec;

use super::heads::Heads;
use super::tile::COLUMNS;
use crate::generate::{Page, Piece};

/// How many tokens a page has room for.
pub(crate) const TOKENS: usize = COLUMNS;

/// Keys and values of all sequences.
#[derive(Debug)]
pub(crate) struct Pages {
    all: Vec<Kept>,
    layout: Layout,
}

/// Where the keys and values of a page are.
#[derive(Debug, Clone)]
enum Kept {
    /// Nowhere yet: a page takes memory when it is written.
    Nowhere,
    /// With the sequence that writes them.
    Lent,
    Here(Box<Contents>),
}

/// Keys and values of a page.
///
/// # Shapes
/// - keys: `[layers, key-value heads, head, TOKENS]`
/// - values, behind them: `[layers, key-value heads, panels of a head, TOKENS, COLUMNS]`
type Contents = [[f32; COLUMNS]];

#[derive(Debug, Clone, Copy)]
struct Layout {
    layers: usize,
    heads: Heads,
}

impl Layout {
    /// The keys of a head, a line for each of its dimensions.
    fn keys(self, layer: usize, head: usize) -> Range<usize> {
        let first = (layer * self.heads.shared + head) * self.heads.width;
        first..first + self.heads.width
    }

    /// The values of a head, panel by panel, a line for each token.
    fn values(self, layer: usize, head: usize) -> Range<usize> {
        let (lines, behind) = (panels(self.heads) * TOKENS, self.layers * self.heads.shared * self.heads.width);
        let first = behind + (layer * self.heads.shared + head) * lines;
        first..first + lines
    }

    /// How many lines a page has.
    fn lines(self) -> usize {
        self.values(self.layers, 0).start
    }
}

impl Pages {
    /// Room for so many pages.
    pub(crate) fn new(layers: usize, heads: Heads, count: usize) -> Self {
        Self { all: vec![Kept::Nowhere; count], layout: Layout { layers, heads } }
    }

    pub(crate) fn heads(&self) -> Heads {
        self.layout.heads
    }

    pub(crate) fn layers(&self) -> usize {
        self.layout.layers
    }

    /// Lends a sequence the pages that it is about to write.
    pub(crate) fn lend<'a>(&mut self, piece: &Piece<'a>) -> Sequence<'a> {
        let written = piece.start / TOKENS..(piece.start + piece.tokens.len()).div_ceil(TOKENS);
        let first = written.start;
        let own = piece.pages[written].iter().map(|page| match replace(&mut self.all[page.0 as usize], Kept::Lent) {
            Kept::Nowhere => zeroed_vec(self.layout.lines()).into_boxed_slice(),
            Kept::Here(contents) => contents,
            Kept::Lent => panic!("two sequences write to {page:?}"),
        });
        Sequence { own: own.collect(), first, order: piece.pages, layout: self.layout }
    }

    /// Takes back what was lent.
    pub(crate) fn take_back(&mut self, sequence: Sequence<'_>) {
        for (page, contents) in sequence.order[sequence.first..].iter().zip(sequence.own) {
            self.all[page.0 as usize] = Kept::Here(contents);
        }
    }

    /// Copies a page.
    pub(crate) fn copy(&mut self, from: Page, to: Page) {
        self.all[to.0 as usize] = self.all[from.0 as usize].clone();
    }

    /// What was written to a page before.
    fn contents(&self, page: Page) -> &Contents {
        match &self.all[page.0 as usize] {
            Kept::Here(contents) => contents,
            _ => panic!("{page:?} was not written before it is read"),
        }
    }
}

/// The pages of a sequence in a pass.
#[derive(Debug)]
pub(crate) struct Sequence<'a> {
    order: &'a [Page],
    /// The first that is lent to it.
    first: usize,
    own: Vec<Box<Contents>>,
    layout: Layout,
}

impl Sequence<'_> {
    /// Keeps a token's keys and values.
    ///
    /// # Shapes
    /// - keys, values: `[key-value heads, head]`
    pub(crate) fn write(&mut self, layer: usize, position: usize, keys: &[f32], values: &[f32]) {
        let (layout, slot) = (self.layout, position % TOKENS);
        let contents = &mut self.own[position / TOKENS - self.first];
        let width = layout.heads.width;
        for (head, (keys, values)) in keys.chunks_exact(width).zip(values.chunks_exact(width)).enumerate() {
            for (line, key) in contents[layout.keys(layer, head)].iter_mut().zip(keys) {
                line[slot] = *key;
            }
            let panels = contents[layout.values(layer, head)].chunks_exact_mut(TOKENS);
            for (panel, values) in panels.zip(values.chunks(COLUMNS)) {
                panel[slot][..values.len()].copy_from_slice(values);
            }
        }
    }

    /// The keys of a head in one of its pages, a line for each of its dimensions.
    pub(crate) fn keys<'a>(&'a self, all: &'a Pages, index: usize, layer: usize, head: usize) -> &'a [[f32; TOKENS]] {
        &self.contents(all, index)[self.layout.keys(layer, head)]
    }

    /// The values, panel by panel, a line for each token.
    pub(crate) fn values<'a>(
        &'a self,
        all: &'a Pages,
        index: usize,
        layer: usize,
        head: usize,
    ) -> &'a [[f32; COLUMNS]] {
        &self.contents(all, index)[self.layout.values(layer, head)]
    }

    fn contents<'a>(&'a self, all: &'a Pages, index: usize) -> &'a Contents {
        match index.checked_sub(self.first) {
            Some(own) => &self.own[own],
            None => all.contents(self.order[index]),
        }
    }
}

/// How many panels the values of a head fill.
pub(crate) fn panels(heads: Heads) -> usize {
    heads.width.div_ceil(COLUMNS)
}
