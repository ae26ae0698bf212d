//! The runner. Owns the model, its pages, and the way from hidden states to the logits that were asked for.

use std::fmt;
use std::ops::Range;

use burn::tensor::{Device, Int, Tensor, TensorData};

use super::copies::Copies;
use super::groups::groups;
use super::model::Model;
use super::past::{Layer, PagedPast};
use super::places::Places;
use super::store::{Shape, store};
use super::told::told;
use crate::config::Config;
use crate::decoder::{LanguageModel, RewardModel};
use crate::generate::pages::Copied;
use crate::generate::{Piece, Runner};
use crate::memory::{self, Pools};

/// Forward passes over a model of burn's own operations, on the device and in the precision of its weights.
pub struct ComposedRunner {
    model: Model,
    vocabulary: usize,
    outputs: usize,
    shape: Shape,
    device: Device,
    layers: Vec<Layer>,
    /// Behind all that takes memory of the device.
    _pools: Pools,
}

impl ComposedRunner {
    /// A runner with so many pages, each with room for so many tokens.
    pub fn new(model: LanguageModel, config: &Config, pages: usize, page_tokens: usize) -> Self {
        Self::with_model(Model::Language(model), config, pages, page_tokens)
    }

    /// The same of a reward model: each wanted token gives one number.
    pub fn of_rewards(model: RewardModel, config: &Config, pages: usize, page_tokens: usize) -> Self {
        Self::with_model(Model::Reward(model), config, pages, page_tokens)
    }

    fn with_model(model: Model, config: &Config, pages: usize, page_tokens: usize) -> Self {
        let shape = Shape { pages, heads: config.key_value_heads, page_tokens, width: config.head_dimension };
        let norm = model.decoder().norm.weight.val();
        let (device, dtype) = (norm.device(), norm.dtype());
        // The room of pages may be what another thread has used.
        memory::give_back(&device);
        assert!(i32::try_from(shape.keys()).is_ok(), "keys are numbered in 31 bits");
        let store = || store(shape, &device, dtype);
        let layers = config.windows.iter().map(|_| Layer { keys: store(), values: store() }).collect();
        let (vocabulary, outputs) = (config.vocabulary_size, model.outputs(config));
        Self { model, vocabulary, outputs, shape, layers, _pools: Pools::of(&device), device }
    }

    /// What a batch of pieces asks for; nothing where it asks for nothing.
    fn batch(&mut self, pieces: &[Piece<'_>]) -> Option<Vec<f32>> {
        let places = Places::new(pieces, self.shape, &self.device);
        let (rows, columns) = (places.positions.rows(), places.positions.columns());
        let padded = pieces.iter().flat_map(|piece| {
            piece.tokens.iter().map(|token| i64::from(*token)).chain(std::iter::repeat(0)).take(columns)
        });
        let tokens = TensorData::new(padded.collect(), [rows, columns]);
        let tokens = Tensor::<2, Int>::from_data(tokens, &self.device);
        let mut past = PagedPast { layers: &mut self.layers, places: &places };
        let hidden = self.model.decoder().forward(tokens, &places.positions, &mut past);
        let wanted = wanted(pieces, columns);
        if wanted.is_empty() {
            return None;
        }
        let [_, _, width] = hidden.dims();
        let count = wanted.len();
        let wanted = Tensor::<1, Int>::from_data(TensorData::new(wanted, [count]), &self.device);
        let hidden = hidden.reshape([rows * columns, width]).select(0, wanted);
        Some(told(&self.model.read_off(hidden), pieces))
    }
}

impl Runner for ComposedRunner {
    fn page_tokens(&self) -> usize {
        self.shape.page_tokens
    }

    fn vocabulary_size(&self) -> usize {
        self.vocabulary
    }

    fn outputs(&self) -> usize {
        self.outputs
    }

    fn condenses(&self) -> bool {
        matches!(self.model, Model::Language(_))
    }

    fn forward(&mut self, pieces: &[Piece<'_>], logits: &mut Vec<f32>) {
        let groups = groups(&pieces.iter().map(|piece| piece.tokens.len()).collect::<Vec<_>>());
        if let [group] = groups.as_slice()
            && group.is_sorted()
        {
            *logits = self.batch(pieces).unwrap_or_default();
            return;
        }
        let mut all = 0;
        let starts = pieces.iter().map(|piece| {
            let start = all;
            all += piece.wanted.rows(piece.tokens.len()) * piece.wanted.numbers(self.outputs);
            start..all
        });
        let places: Vec<Range<usize>> = starts.collect();
        logits.clear();
        logits.resize(all, 0.0);
        for group in groups {
            let own: Vec<Piece<'_>> = group.iter().map(|index| pieces[*index]).collect();
            let Some(computed) = self.batch(&own) else { continue };
            let mut computed = computed.as_slice();
            for index in group {
                let (own, others) = computed.split_at(places[index].len());
                logits[places[index].clone()].copy_from_slice(own);
                computed = others;
            }
        }
    }

    fn copy(&mut self, pages: &[Copied]) {
        let copies = Copies::new(pages, &self.device);
        for layer in &mut self.layers {
            layer.keys.copy(&copies);
            layer.values.copy(&copies);
        }
    }
}

impl fmt::Debug for ComposedRunner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ComposedRunner").field("shape", &self.shape).finish_non_exhaustive()
    }
}

/// The wanted tokens of a batch, by their numbers in it.
fn wanted(pieces: &[Piece<'_>], columns: usize) -> Vec<i32> {
    let of_piece = |(row, piece): (usize, &Piece<'_>)| {
        let end = row * columns + piece.tokens.len();
        end - piece.wanted.rows(piece.tokens.len())..end
    };
    pieces.iter().enumerate().flat_map(of_piece).map(|place| place as i32).collect()
}
