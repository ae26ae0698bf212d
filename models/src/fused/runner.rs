//! Forward passes on the processor, over packed weights. Owns the way from tokens to logits.
//!
//! A sequence's logits are the same to the bit whatever else is in the batch, however its tokens are divided into passes,
//! and whichever instructions compute them.

use super::batch::Batch;
use super::embedding::Embedding;
use super::instructions::Instructions;
use super::layer::{Layer, Pass, Scratch};
use super::norm::Normalise;
use super::pack;
use super::pages::{Pages, TOKENS};
use super::panels::Panels;
use super::rotary::Angles;
use super::threads::alone;
use crate::config::Config;
use crate::decoder::{Decoder, LanguageModel, Linear, RewardModel};
use crate::generate::pages::Copied;
use crate::generate::{Piece, Runner};

/// A decoder and its head on the processor, with keys and values in pages.
#[derive(Debug)]
pub struct FusedRunner {
    instructions: Instructions,
    embedding: Embedding,
    layers: Vec<Layer>,
    norm: Vec<f32>,
    epsilon: f32,
    head: Panels,
    angles: Angles,
    pages: Pages,
    scratch: Scratch,
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

    /// A head that is nothing is the embedding's.
    fn with_head(model: Decoder, head: Option<Linear>, config: &Config, pages: usize) -> Self {
        let embedding = pack::data(model.embed_tokens.weight);
        let head = head.map(|Linear { weight, .. }| pack::data(weight));
        let layers = model.layers.into_iter().zip(&config.windows);
        Self {
            instructions: Instructions::best(),
            layers: layers.map(|(own, window)| pack::layer(own, config, *window)).collect(),
            norm: pack::single(model.norm.weight),
            epsilon: config.norm_epsilon as f32,
            head: pack::matrix(head.as_ref().unwrap_or(&embedding)),
            embedding: Embedding::new(embedding),
            angles: Angles::new(config.frequencies()),
            pages: Pages::new(config.windows.len(), pack::heads(config), pages),
            scratch: Scratch::default(),
        }
    }

    /// The same with other instructions than the fastest.
    #[must_use]
    pub fn with_instructions(self, instructions: Instructions) -> Self {
        Self { instructions, ..self }
    }

    fn pass(&mut self, batch: &Batch<'_>, logits: &mut Vec<f32>) {
        let Self { instructions, angles, pages, scratch, .. } = self;
        scratch.hidden.clear();
        batch.tokens().for_each(|token| self.embedding.read(token, &mut scratch.hidden));
        let mut pass = Pass { instructions: *instructions, batch, angles, pages, scratch };
        for (index, layer) in self.layers.iter().enumerate() {
            layer.forward(&mut pass, index);
        }
        self.read_off(&batch.wanted(), logits);
    }

    /// The logits of some rows.
    fn read_off(&mut self, wanted: &[usize], logits: &mut Vec<f32>) {
        let Scratch { hidden, rows, product, .. } = &mut self.scratch;
        let width = self.norm.len();
        let chosen: Vec<f32> = wanted.iter().flat_map(|row| &hidden[row * width..][..width]).copied().collect();
        let norm = Normalise { input: &chosen, weight: &self.norm, epsilon: self.epsilon, into: rows };
        self.instructions.run(norm);
        product.compute(self.instructions, rows, &self.head);
        logits.resize(wanted.len() * self.head.columns(), 0.0);
        let all = logits.chunks_exact_mut(self.head.columns()).enumerate();
        all.for_each(|(row, logits)| product.copy(row, 0, logits));
    }

    /// How much work the largest product is for each row.
    fn largest(&self) -> usize {
        self.layers.iter().map(Layer::largest).chain([self.head.size()]).max().unwrap_or(0)
    }
}

impl Runner for FusedRunner {
    fn page_tokens(&self) -> usize {
        TOKENS
    }

    fn vocabulary_size(&self) -> usize {
        self.embedding.words()
    }

    fn outputs(&self) -> usize {
        self.head.columns()
    }

    fn forward(&mut self, pieces: &[Piece<'_>], logits: &mut Vec<f32>) {
        let batch = Batch::new(pieces, self.pages.heads());
        logits.clear();
        let furthest = batch.positions.iter().max().map_or(0, |position| position + 1);
        self.angles.extend(furthest);
        if alone(self.largest() * batch.rows().max(8)) {
            self.pass(&batch, logits);
        } else {
            // Within the pool, so that its threads hand work to each other and this one waits once.
            rayon::scope(|_| self.pass(&batch, logits));
        }
    }

    fn copy(&mut self, pages: &[Copied]) {
        pages.iter().for_each(|Copied { from, to }| self.pages.copy(*from, *to));
    }
}
