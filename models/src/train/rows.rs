//! Examples side by side. Owns where the hidden states stand that learned tokens are predicted from.

use burn::tensor::{Device, IndexingUpdateOp, Int, Tensor, TensorData};

use super::{Example, Trained};
use crate::decoder::Positions;

/// Examples as a model reads them, and the tokens of them that are learned, row by row.
#[derive(Debug, Clone)]
pub struct Rows {
    tokens: Tensor<2, Int>,
    positions: Positions,
    /// The place of the hidden state that each learned token is predicted from, over all rows.
    places: Vec<i64>,
    words: Vec<u32>,
    /// How many tokens of each row are learned.
    counts: Vec<usize>,
}

impl Rows {
    /// Examples for a model.
    pub fn of<M: Trained>(model: &M, examples: &[&Example]) -> Self {
        let texts: Vec<&[u32]> = examples.iter().map(|example| example.tokens.as_slice()).collect();
        let positions = match model.folds() {
            true => Positions::folded(&texts),
            false => Positions::beginning(texts.iter().map(|text| text.len())),
        };
        Self::new(examples, positions, &model.device())
    }

    /// Examples that stand there.
    pub fn new(examples: &[&Example], positions: Positions, device: &Device) -> Self {
        let batch = positions.batch();
        let mut tokens = vec![0_i64; batch[0] * batch[1]];
        let (mut places, mut words) = (Vec::new(), Vec::new());
        for (row, example) in examples.iter().enumerate() {
            for (column, token) in example.tokens.iter().enumerate() {
                tokens[positions.token(row, column)] = i64::from(*token);
            }
            for place in example.places() {
                places.push(positions.token(row, place - 1) as i64);
                words.push(example.tokens[place]);
            }
        }
        let counts = examples.iter().map(|example| example.count()).collect();
        let tokens = Tensor::from_data(TensorData::new(tokens, batch), device);
        Self { tokens, positions, places, words, counts }
    }

    /// The tokens, and padding where texts are not folded.
    ///
    /// # Shapes
    /// - result: `[batch rows, batch columns]`
    pub fn tokens(&self) -> Tensor<2, Int> {
        self.tokens.clone()
    }

    /// Where they stand.
    pub fn positions(&self) -> &Positions {
        &self.positions
    }

    /// The tokens that are learned, row by row.
    pub fn words(&self) -> &[u32] {
        &self.words
    }

    /// How many tokens of each row are learned.
    pub fn counts(&self) -> &[usize] {
        &self.counts
    }

    /// The hidden states that learned tokens are predicted from.
    ///
    /// # Shapes
    /// - hidden: `[batch rows, batch columns, width]`
    /// - result: `[learned, width]`
    pub fn predicting(&self, hidden: Tensor<3>) -> Tensor<2> {
        let flat = hidden.flatten(0, 1);
        let places =
            Tensor::<1, Int>::from_data(TensorData::new(self.places.clone(), [self.places.len()]), &flat.device());
        flat.select(0, places)
    }

    /// Numbers of learned tokens by row, the shorter rows filled up with zeros; see [`Rows::mask`].
    ///
    /// # Shapes
    /// - numbers: `[learned]`
    /// - result: `[rows, longest]`
    pub fn by_row(&self, numbers: Tensor<1>) -> Tensor<2> {
        let (longest, learned, device) = (self.longest(), self.words.len(), numbers.device());
        let own = |(row, count): (usize, &usize)| row * longest..row * longest + count;
        let places: Vec<i64> = self.counts.iter().enumerate().flat_map(own).map(|place| place as i64).collect();
        let places = Tensor::<2, Int>::from_data(TensorData::new(places, [learned, 1]), &device);
        let zeros = Tensor::<1>::zeros([self.counts.len() * longest], (&device, numbers.dtype()));
        // Written and not selected: on a card the way back from what is selected of a vector is a single thread.
        zeros.scatter_nd(places, numbers, IndexingUpdateOp::Assign).reshape([self.counts.len(), longest])
    }

    /// One where a learned token stands in [`Rows::by_row`], zero where a row is filled up.
    ///
    /// # Shapes
    /// - result: `[rows, longest]`
    pub fn mask(&self, device: &Device) -> Tensor<2> {
        let longest = self.longest();
        let row =
            |count: &usize| (0..longest).map(|place| if place < *count { 1.0_f32 } else { 0.0 }).collect::<Vec<_>>();
        let mask: Vec<f32> = self.counts.iter().flat_map(row).collect();
        Tensor::from_data(TensorData::new(mask, [self.counts.len(), longest]), device)
    }

    fn longest(&self) -> usize {
        self.counts.iter().copied().max().unwrap_or(0)
    }
}

/// The numbers of a tensor, out of whatever precision it has.
pub(super) fn numbers(tensor: Tensor<1>) -> Vec<f32> {
    tensor.into_data().iter::<f32>().collect()
}
