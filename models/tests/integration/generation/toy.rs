//! A runner whose logits are a hash of all tokens that can be seen through a sequence's pages. They are exact, so that
//! a page that is shared, copied, forgotten or forked wrongly gives another text.

use std::collections::BTreeSet;

use models::generate::pages::Copied;
use models::generate::sampling::Sampler;
use models::generate::{Page, Piece, Runner, Wanted};

/// How many words there are.
pub const VOCABULARY: usize = 24;

pub struct Toy {
    page_tokens: usize,
    /// For each slot of each page, the position and the token that were written there last.
    slots: Vec<Option<(usize, u32)>>,
    condenses: bool,
}

impl Toy {
    pub fn new(pages: usize, page_tokens: usize) -> Self {
        Self { page_tokens, slots: vec![None; pages * page_tokens], condenses: false }
    }

    /// The same that tells what becomes of logits.
    pub fn condensing(self) -> Self {
        Self { condenses: true, ..self }
    }

    fn slot(&self, pages: &[Page], position: usize) -> usize {
        pages[position / self.page_tokens].0 as usize * self.page_tokens + position % self.page_tokens
    }
}

/// The logits after a text: of small whole numbers, so that many are equal.
pub fn logits(tokens: &[u32]) -> impl Iterator<Item = f32> {
    let hash = tokens.iter().fold(0, |hash, token| mixed(hash ^ (u64::from(*token) + 1)));
    (0..VOCABULARY as u64).map(move |word| (mixed(hash ^ (word << 32)) % 64) as f32 / 16.0 - 2.0)
}

/// SplitMix64, <https://doi.org/10.1145/2714064.2660195>.
fn mixed(number: u64) -> u64 {
    let mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

impl Runner for Toy {
    fn page_tokens(&self) -> usize {
        self.page_tokens
    }

    fn vocabulary_size(&self) -> usize {
        VOCABULARY
    }

    fn condenses(&self) -> bool {
        self.condenses
    }

    fn forward(&mut self, pieces: &[Piece<'_>], into: &mut Vec<f32>) {
        assert!(!pieces.is_empty() && pieces.iter().all(|piece| !piece.tokens.is_empty()), "a pass that reads nothing");
        refuse_shared_writes(pieces, self.page_tokens);
        into.clear();
        for piece in pieces {
            for (offset, token) in piece.tokens.iter().enumerate() {
                let slot = self.slot(piece.pages, piece.start + offset);
                self.slots[slot] = Some((piece.start + offset, *token));
            }
        }
        for piece in pieces {
            let seen: Vec<u32> = (0..piece.start + piece.tokens.len())
                .map(|position| match self.slots[self.slot(piece.pages, position)] {
                    Some((written, token)) if written == position => token,
                    other => panic!("position {position} is where {other:?} was written"),
                })
                .collect();
            for length in seen.len() + 1 - piece.wanted.rows(piece.tokens.len())..=seen.len() {
                let logits: Vec<f32> = logits(&seen[..length]).collect();
                match piece.wanted {
                    Wanted::Nothing | Wanted::Last | Wanted::Every => into.extend(logits),
                    Wanted::Likeliest => {
                        let highest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                        into.extend(logits.iter().position(|logit| *logit == highest).map(|word| word as f32));
                    }
                    Wanted::Likelihoods { next } => {
                        let word = seen.get(length).copied().unwrap_or(next);
                        let likelihood = Sampler::default().likelihood(&logits, word);
                        into.extend([likelihood.log_probability, likelihood.entropy]);
                    }
                }
            }
        }
    }

    fn copy(&mut self, pages: &[Copied]) {
        for (place, Copied { from, to }) in pages.iter().enumerate() {
            let others = &pages[..place];
            assert!(others.iter().all(|other| ![*from, *to].contains(&other.to)), "{pages:?} depend on their order");
            let start = from.0 as usize * self.page_tokens;
            self.slots.copy_within(start..start + self.page_tokens, to.0 as usize * self.page_tokens);
        }
    }
}

/// Nobody writes into a page that another sequence of the same pass can see.
fn refuse_shared_writes(pieces: &[Piece<'_>], page_tokens: usize) {
    for (index, piece) in pieces.iter().enumerate() {
        let last = (piece.start + piece.tokens.len() - 1) / page_tokens;
        let written: BTreeSet<Page> = piece.pages[piece.start / page_tokens..=last].iter().copied().collect();
        for (_, other) in pieces.iter().enumerate().filter(|(other, _)| *other != index) {
            assert!(other.pages.iter().all(|page| !written.contains(page)), "a page is written while it is shared");
        }
    }
}
