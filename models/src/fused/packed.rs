//! A decoder and its head as packed weights. Owns the way from tokens to logits.

use super::embedding::Embedding;
use super::groups::Group;
use super::instructions::Instructions;
use super::layer::{Layer, Pass, Scratch};
use super::norm::Normalise;
use super::pack;
use super::pages::Pages;
use super::panels::Panels;
use super::rotary::Angles;
use crate::config::Config;
use crate::decoder::{Decoder, Linear};

/// What every pass reads.
#[derive(Debug)]
pub(crate) struct Packed {
    pub(crate) instructions: Instructions,
    pub(crate) angles: Angles,
    embedding: Embedding,
    layers: Vec<Layer>,
    norm: Vec<f32>,
    epsilon: f32,
    head: Panels,
}

impl Packed {
    /// A head that is nothing is the embedding's.
    pub(crate) fn new(model: Decoder, head: Option<Linear>, config: &Config) -> Self {
        let embedding = pack::data(model.embed_tokens.weight);
        let head = head.map(|Linear { weight, .. }| pack::data(weight));
        let layers = model.layers.into_iter().zip(&config.windows);
        Self {
            instructions: Instructions::best(),
            angles: Angles::new(config.frequencies()),
            layers: layers.map(|(own, window)| pack::layer(own, config, *window)).collect(),
            norm: pack::single(model.norm.weight),
            epsilon: config.norm_epsilon as f32,
            head: pack::matrix(head.as_ref().unwrap_or(&embedding)),
            embedding: Embedding::new(embedding),
        }
    }

    /// How many words there are.
    pub(crate) fn words(&self) -> usize {
        self.embedding.words()
    }

    /// How many numbers the head gives.
    pub(crate) fn outputs(&self) -> usize {
        self.head.columns()
    }

    /// How much work a token is: in the largest product, and in all.
    pub(crate) fn work(&self) -> [usize; 2] {
        let matrices = || self.layers.iter().flat_map(Layer::sizes).chain([self.head.size()]);
        [matrices().max().unwrap_or(0), matrices().sum()]
    }

    /// From tokens to the logits that are asked for.
    pub(crate) fn pass(&self, group: &mut Group<'_>, pages: &Pages, scratch: &mut Scratch, logits: &mut [f32]) {
        scratch.hidden.clear();
        group.batch.tokens().for_each(|token| self.embedding.read(token, &mut scratch.hidden));
        let Group { batch, sequences } = group;
        let (instructions, angles) = (self.instructions, &self.angles);
        let mut pass = Pass { instructions, batch, angles, pages, sequences, scratch };
        for (index, layer) in self.layers.iter().enumerate() {
            layer.forward(&mut pass, index);
        }
        self.read_off(&group.batch.wanted(), scratch, logits);
    }

    /// The logits of some rows.
    fn read_off(&self, wanted: &[usize], scratch: &mut Scratch, logits: &mut [f32]) {
        let Scratch { hidden, rows, product, .. } = scratch;
        let width = self.norm.len();
        let chosen: Vec<f32> = wanted.iter().flat_map(|row| &hidden[row * width..][..width]).copied().collect();
        let norm = Normalise { input: &chosen, weight: &self.norm, epsilon: self.epsilon, into: rows };
        self.instructions.run(norm);
        product.compute(self.instructions, rows, &self.head);
        let all = logits.chunks_exact_mut(self.head.columns()).enumerate();
        all.for_each(|(row, logits)| product.copy(row, 0, logits));
    }
}
