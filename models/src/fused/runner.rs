//! Forward passes on the processor. Owns how a pass is shared between threads; what is computed is [`Packed`]'s.
//!
//! A sequence's logits are the same to the bit whatever else is in the batch, however its tokens are divided into passes,
//! and whichever instructions compute them.

use rayon::prelude::*;

use super::groups::{Group, groups};
use super::instructions::Instructions;
use super::layer::Scratch;
use super::pack;
use super::packed::Packed;
use super::pages::{Pages, TOKENS};
use super::threads::{ROWS, alone};
use crate::config::Config;
use crate::decoder::{Decoder, LanguageModel, Linear, RewardModel};
use crate::generate::pages::Copied;
use crate::generate::{Piece, Runner};

/// A decoder and its head on the processor, with keys and values in pages.
#[derive(Debug)]
pub struct FusedRunner {
    packed: Packed,
    pages: Pages,
    /// Of each group.
    scratch: Vec<Scratch>,
}

impl FusedRunner {
    /// How many tokens a page has room for.
    pub const PAGE_TOKENS: usize = TOKENS;

    /// Packs a model, and makes room for so many pages. Weights in bf16 stay so; sums, keys and values are f32.
    pub fn new(model: LanguageModel, config: &Config, pages: usize) -> Self {
        let LanguageModel { model, lm_head } = model;
        Self::with_head(model, lm_head, config, pages)
    }

    /// The same of a reward model: each wanted token gives one number.
    pub fn of_rewards(model: RewardModel, config: &Config, pages: usize) -> Self {
        Self::with_head(model.model, Some(model.score), config, pages)
    }

    fn with_head(model: Decoder, head: Option<Linear>, config: &Config, pages: usize) -> Self {
        let pages = Pages::new(config.windows.len(), pack::heads(config), pages);
        Self { packed: Packed::new(model, head, config), pages, scratch: Vec::new() }
    }

    /// The same with other instructions than the fastest.
    #[must_use]
    pub fn with_instructions(mut self, instructions: Instructions) -> Self {
        self.packed.instructions = instructions;
        self
    }

    /// Computes the groups, each in a thread where there are several.
    fn compute(&mut self, groups: &mut [Group<'_>], logits: &mut [f32]) {
        let Self { packed, pages, scratch } = self;
        scratch.resize_with(groups.len().max(scratch.len()), Scratch::default);
        let mut rest = logits;
        let parts = groups.iter_mut().zip(scratch).map(|(group, scratch)| {
            let own =
                rest.split_off_mut(..group.wanted() * packed.outputs()).expect("logits are as many as are wanted");
            (group, scratch, own)
        });
        let mut parts: Vec<_> = parts.collect();
        let pass = |(group, scratch, logits): &mut (&mut Group<'_>, &mut Scratch, &mut [f32])| {
            packed.pass(group, pages, scratch, logits);
        };
        match parts.as_mut_slice() {
            [only] if alone(packed.work()[0] * only.0.rows().max(ROWS)) => pass(only),
            // Within the pool, so that its threads hand work to each other and this one waits once.
            parts => parts.par_iter_mut().for_each(pass),
        }
    }
}

impl Runner for FusedRunner {
    fn page_tokens(&self) -> usize {
        TOKENS
    }

    fn vocabulary_size(&self) -> usize {
        self.packed.words()
    }

    fn outputs(&self) -> usize {
        self.packed.outputs()
    }

    fn forward(&mut self, pieces: &[Piece<'_>], logits: &mut Vec<f32>) {
        let furthest = pieces.iter().map(|piece| piece.start + piece.tokens.len()).max();
        self.packed.angles.extend(furthest.unwrap_or(0));
        let mut groups = groups(pieces, self.packed.work(), &mut self.pages);
        let wanted: usize = groups.iter().map(Group::wanted).sum();
        logits.clear();
        logits.resize(wanted * self.packed.outputs(), 0.0);
        self.compute(&mut groups, logits);
        groups.into_iter().flat_map(|group| group.sequences).for_each(|own| self.pages.take_back(own));
    }

    fn copy(&mut self, pages: &[Copied]) {
        pages.iter().for_each(|Copied { from, to }| self.pages.copy(*from, *to));
    }
}
