//! How much room a step of training takes at its fullest, told before there is a model. Owns what is kept and for how long;
//! knows nothing of what else lies there. What it says is about an eighth more or less than is then taken.

use crate::adapter;
use crate::config::Config;
use crate::decoder::Kept;
use crate::device::DeviceName;
use crate::optimize::Matrices;
use crate::weights::Dtype;

/// Single precision: what is gathered of gradients, and all that the optimizer keeps.
const SINGLE: u64 = 4;

/// Tokens of which the likelihood of every word is held at once.
const SCORED: u64 = 256;

/// Queries whose keys are looked at at once, where a layer is computed once more.
const QUERIES: u64 = 256;

/// A training that may be begun.
#[derive(Debug, Clone, Copy)]
pub struct Foreseen<'a> {
    /// The model.
    pub config: &'a Config,
    /// What its weights are computed in.
    pub dtype: Dtype,
    /// What is trained in place of the model.
    pub adapter: Option<&'a adapter::Settings>,
    /// What the matrices of layers follow.
    pub matrices: Matrices,
    /// What is kept of a forward pass.
    pub kept: Kept,
    /// How many tokens are computed at once.
    pub tokens: u64,
    /// How many of them a text has at most.
    pub longest: u64,
    /// Where.
    pub device: DeviceName,
}

/// Bytes, by what takes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// The weights, and the optimizer's own copy where they are in half precision.
    pub weights: u64,
    /// What is remembered of the gradients of what is trained.
    pub moments: u64,
    /// Gradients: of a part as they are found, and of a batch as they are gathered.
    pub gradients: u64,
    /// What is kept from the way forward for the way back.
    pub activations: u64,
}

impl Foreseen<'_> {
    /// The room that it takes.
    pub fn room(&self) -> Room {
        let (parameters, trained, size) = (self.config.parameters() as u64, self.trained(), self.dtype.size() as u64);
        // An adapter is in single precision as it is.
        let copy = if self.dtype == Dtype::F32 || self.adapter.is_some() { 0 } else { SINGLE * trained };
        Room {
            weights: size * parameters + copy,
            moments: SINGLE * self.remembered(trained),
            // Those of a batch, those of a part before they are added to them, and those that are on their way there.
            gradients: 2 * SINGLE * trained + size * self.under_way(trained),
            activations: size * self.kept_numbers() + self.squares() + self.likelihoods(),
        }
    }

    /// How many parameters are trained.
    fn trained(&self) -> u64 {
        let Some(adapter) = self.adapter else { return self.config.parameters() as u64 };
        let chosen = self.config.projections().into_iter().filter(|(name, ..)| adapter.is_target(name));
        let numbers: usize = chosen.map(|(_, input, output)| adapter.rank * (input + output)).sum();
        (self.config.layers() * numbers) as u64
    }

    /// How many numbers are remembered: two of a parameter, and one where it follows Muon.
    fn remembered(&self, trained: u64) -> u64 {
        let layers = (self.config.layers() * self.config.layer_parameters()) as u64;
        let of_matrices = if self.adapter.is_some() { trained } else { trained.min(layers) };
        match self.matrices {
            Matrices::AdamW => 2 * trained,
            Matrices::Muon { .. } => 2 * trained - of_matrices,
        }
    }

    /// How many gradients are found before they are gathered: all, or those of a layer or of the embedding.
    fn under_way(&self, trained: u64) -> u64 {
        let embedding = self.config.vocabulary_size * self.config.hidden_size;
        match self.kept {
            Kept::Everything => trained,
            Kept::BetweenLayers => trained.min(self.config.layer_parameters().max(embedding) as u64),
        }
    }

    /// Whether operations of our own compute it, which keep no more than they were given.
    fn is_fused(&self) -> bool {
        self.device == DeviceName::Cpu && self.dtype == Dtype::F32
    }

    /// What attention keeps of each query and key, in bytes.
    fn squares(&self) -> u64 {
        if self.is_fused() {
            return 0;
        }
        let (layers, seen) = match self.kept {
            Kept::Everything => (self.config.layers() as u64, self.longest),
            Kept::BetweenLayers => (1, self.longest.min(QUERIES)),
        };
        // Scores and weights in single precision, and the weights once more as they are multiplied.
        layers * self.config.heads as u64 * self.tokens * seen * (2 * SINGLE + self.dtype.size() as u64)
    }

    /// The likelihood of every word, in bytes.
    fn likelihoods(&self) -> u64 {
        let words = self.config.vocabulary_size as u64;
        // A few tokens at a time, or all of them: logits, what becomes of them, and their gradient.
        if self.is_fused() { SINGLE * SCORED * words } else { 3 * SINGLE * self.tokens * words }
    }

    /// How many numbers are kept of a forward pass.
    fn kept_numbers(&self) -> u64 {
        let Config { hidden_size: hidden, intermediate_size: inside, head_dimension: width, .. } = *self.config;
        let (queries, shared) = (self.config.heads * width, self.config.key_value_heads * width);
        // What each operation of a layer was given: both norms, both sums, attention, its output and the MLP's product.
        let layer = (4 * hidden + 2 * queries + 2 * shared + 3 * inside) as u64;
        // burn's own operations are smaller, and there are more of them.
        let layer = if self.is_fused() { layer } else { 2 * layer };
        // On the way back through the MLP, before what is kept of it is let go.
        let back = (3 * inside + 2 * hidden) as u64;
        let layers = self.config.layers() as u64;
        let between = match self.kept {
            Kept::Everything => layers * layer,
            Kept::BetweenLayers => (layers + 1) * hidden as u64 + layer,
        };
        self.tokens * (between + back)
    }
}
