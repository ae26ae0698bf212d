//! Where keys and values are kept. Owns the layout of a page, which is that of two panels: a page's tokens are the
//! columns that queries are multiplied with, and the depth of the product that sums values.

use bytemuck::zeroed_vec;

use super::heads::Heads;
use super::tile::COLUMNS;
use crate::generate::Page;

/// How many tokens a page has room for.
pub(crate) const TOKENS: usize = COLUMNS;

/// Keys and values of all layers.
#[derive(Debug)]
pub(crate) struct Pages {
    layers: Vec<Layer>,
    heads: Heads,
}

/// Keys and values of one layer.
///
/// # Shapes
/// - keys: `[pages, key-value heads, head, TOKENS]`
/// - values: `[pages, key-value heads, panels of a head, TOKENS, COLUMNS]`
#[derive(Debug)]
struct Layer {
    keys: Vec<[f32; TOKENS]>,
    values: Vec<[f32; COLUMNS]>,
}

impl Pages {
    /// Room for so many pages, which takes memory when it is written.
    pub(crate) fn new(layers: usize, heads: Heads, count: usize) -> Self {
        let (keys, values) = (heads.shared * heads.width, heads.shared * panels(heads) * TOKENS);
        let layer = || Layer { keys: zeroed_vec(count * keys), values: zeroed_vec(count * values) };
        Self { layers: (0..layers).map(|_| layer()).collect(), heads }
    }

    pub(crate) fn heads(&self) -> Heads {
        self.heads
    }

    /// The keys of a head, a line for each of its dimensions.
    pub(crate) fn keys(&self, layer: usize, page: Page, head: usize) -> &[[f32; TOKENS]] {
        let width = self.heads.width;
        &self.layers[layer].keys[(self.index(page) + head) * width..][..width]
    }

    /// The values of a head, panel by panel, a line for each token.
    pub(crate) fn values(&self, layer: usize, page: Page, head: usize) -> &[[f32; COLUMNS]] {
        let lines = panels(self.heads) * TOKENS;
        &self.layers[layer].values[(self.index(page) + head) * lines..][..lines]
    }

    /// Keeps a token's keys and values.
    ///
    /// # Shapes
    /// - keys, values: `[key-value heads, head]`
    pub(crate) fn write(&mut self, layer: usize, page: Page, slot: usize, keys: &[f32], values: &[f32]) {
        let (width, lines, first) = (self.heads.width, panels(self.heads) * TOKENS, self.index(page));
        let Layer { keys: all_keys, values: all_values } = &mut self.layers[layer];
        for (line, key) in all_keys[first * width..].iter_mut().zip(keys) {
            line[slot] = *key;
        }
        for (head, values) in values.chunks_exact(width).enumerate() {
            let panels = all_values[(first + head) * lines..][..lines].chunks_exact_mut(TOKENS);
            for (panel, values) in panels.zip(values.chunks(COLUMNS)) {
                panel[slot][..values.len()].copy_from_slice(values);
            }
        }
    }

    /// Copies a page.
    pub(crate) fn copy(&mut self, from: Page, to: Page) {
        let (from, to, count) = (self.index(from), self.index(to), self.heads.shared);
        let copied = |lines: usize| (from * lines..(from + count) * lines, to * lines);
        for layer in &mut self.layers {
            let (range, place) = copied(self.heads.width);
            layer.keys.copy_within(range, place);
            let (range, place) = copied(panels(self.heads) * TOKENS);
            layer.values.copy_within(range, place);
        }
    }

    /// The first head of a page.
    fn index(&self, page: Page) -> usize {
        page.0 as usize * self.heads.shared
    }
}

/// How many panels the values of a head fill.
pub(crate) fn panels(heads: Heads) -> usize {
    heads.width.div_ceil(COLUMNS)
}
