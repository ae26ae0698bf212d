//! The runner. Owns the model, its pages, and the way from hidden states to the logits that were asked for.

use std::fmt;

use burn::tensor::{Device, Int, Tensor, TensorData};

use super::copies::Copies;
use super::groups::groups;
use super::model::Model;
use super::past::{Layer, PagedPast};
use super::places::Places;
use super::store::{Shape, store};
use crate::config::Config;
use crate::decoder::{LanguageModel, RewardModel};
use crate::generate::pages::Copied;
use crate::generate::{Piece, Runner, Wanted};
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

    /// The logits that a batch of pieces asks for; nothing where it asks for none.
    ///
    /// # Shapes
    /// - result: `[wanted tokens, outputs]`
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
        let logits = self.model.read_off(hidden).into_data();
        Some(logits.try_into_vec().expect("what a head gives is in single precision"))
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

    fn forward(&mut self, pieces: &[Piece<'_>], logits: &mut Vec<f32>) {
        let rows: Vec<usize> = pieces.iter().map(rows).collect();
        let lengths: Vec<usize> = pieces.iter().map(|piece| piece.tokens.len()).collect();
        logits.clear();
        logits.resize(rows.iter().sum::<usize>() * self.outputs, 0.0);
        for group in groups(&lengths) {
            let own: Vec<Piece<'_>> = group.iter().map(|index| pieces[*index]).collect();
            let Some(computed) = self.batch(&own) else { continue };
            let mut computed = computed.as_slice();
            for index in group {
                let start = rows[..index].iter().sum::<usize>() * self.outputs;
                let (own, others) = computed.split_at(rows[index] * self.outputs);
                logits[start..start + own.len()].copy_from_slice(own);
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

/// How many rows of logits a piece asks for.
fn rows(piece: &Piece<'_>) -> usize {
    match piece.wanted {
        Wanted::Nothing => 0,
        Wanted::Last => 1,
        Wanted::Every => piece.tokens.len(),
    }
}

/// The wanted tokens of a batch, by their numbers in it.
fn wanted(pieces: &[Piece<'_>], columns: usize) -> Vec<i32> {
    let of_piece = |(row, piece): (usize, &Piece<'_>)| {
        let end = row * columns + piece.tokens.len();
        end - rows(piece)..end
    };
    pieces.iter().enumerate().flat_map(of_piece).map(|place| place as i32).collect()
}
