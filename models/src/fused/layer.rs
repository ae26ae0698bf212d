//! One layer of a decoder over packed weights. Owns the order of its steps and its two residual connections.

use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::attention::Attention;
use super::batch::Batch;
use super::gate::Gate;
use super::heads::{Divide, Finish, Heads};
use super::instructions::Instructions;
use super::norm::Normalise;
use super::pages::{Pages, Sequence};
use super::panels::Panels;
use super::product::Product;
use super::rotary::Angles;
use super::rows::Rows;
use super::threads::share;
use super::tile::COLUMNS;

/// The weights of a layer.
#[derive(Debug)]
pub(crate) struct Layer {
    pub(crate) heads: Heads,
    pub(crate) window: Option<usize>,
    pub(crate) epsilon: f32,
    pub(crate) attention_norm: Vec<f32>,
    /// Queries, keys and values side by side.
    pub(crate) projection: Panels,
    pub(crate) finish: Finish,
    pub(crate) output: Linear,
    pub(crate) mlp_norm: Vec<f32>,
    /// Panels of the gate and of what it gates in turn.
    pub(crate) gate: Panels,
    pub(crate) gate_biases: Option<Vec<[f32; COLUMNS]>>,
    pub(crate) down: Linear,
}

/// A projection back to hidden states.
#[derive(Debug)]
pub(crate) struct Linear {
    pub(crate) weight: Panels,
    pub(crate) bias: Option<Vec<f32>>,
}

/// What all layers of a pass share.
pub(crate) struct Pass<'a, 'p> {
    pub(crate) instructions: Instructions,
    pub(crate) batch: &'a Batch<'a>,
    pub(crate) angles: &'a Angles,
    pub(crate) pages: &'a Pages,
    /// Of each piece.
    pub(crate) sequences: &'a mut [Sequence<'p>],
    pub(crate) scratch: &'a mut Scratch,
}

/// Memory that every layer uses anew.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    /// `[rows, hidden]`
    pub(crate) hidden: Vec<f32>,
    pub(crate) rows: Rows,
    pub(crate) product: Product,
    /// `[rows, heads, width]`
    heads: Vec<f32>,
    attended: Vec<f32>,
}

impl Layer {
    /// Goes from the hidden states before the layer to those after it.
    pub(crate) fn forward(&self, pass: &mut Pass<'_, '_>, index: usize) {
        self.project(pass);
        self.remember(pass, index);
        self.attend(pass, index);
        self.gate(pass);
    }

    /// How many numbers its matrices have.
    pub(crate) fn sizes(&self) -> [usize; 4] {
        [&self.projection, &self.output.weight, &self.gate, &self.down.weight].map(Panels::size)
    }

    /// From hidden states to the heads of queries, keys and values.
    fn project(&self, pass: &mut Pass<'_, '_>) {
        let Scratch { hidden, rows, product, heads, .. } = pass.scratch;
        let (instructions, width) = (pass.instructions, self.heads.all());
        let norm = Normalise { input: hidden, weight: &self.attention_norm, epsilon: self.epsilon, into: rows };
        instructions.run(norm);
        product.compute(instructions, rows, &self.projection);
        heads.resize(pass.batch.rows() * width, 0.0);
        let divide = |(first, into): (usize, &mut [f32])| {
            let positions = &pass.batch.positions[first..];
            let (finish, angles, projected) = (&self.finish, pass.angles, &*product);
            instructions.run(Divide { heads: self.heads, finish, angles, projected, first, positions, into });
        };
        let taken = share(pass.batch.rows(), 8 * heads.len());
        if taken >= pass.batch.rows() {
            divide((0, heads));
        } else {
            let parts = heads.par_chunks_mut(taken * width).enumerate();
            parts.map(|(part, into)| (part * taken, into)).for_each(divide);
        }
    }

    /// Keeps keys and values in their pages.
    fn remember(&self, pass: &mut Pass<'_, '_>, index: usize) {
        let Heads { queries, shared, width } = self.heads;
        let mut tokens = pass.scratch.heads.chunks_exact(self.heads.all());
        for (piece, sequence) in pass.batch.pieces.iter().zip(&mut *pass.sequences) {
            for (position, token) in (piece.start..).zip(tokens.by_ref().take(piece.tokens.len())) {
                let (keys, values) = token[queries * width..].split_at(shared * width);
                sequence.write(index, position, keys, values);
            }
        }
    }

    fn attend(&self, pass: &mut Pass<'_, '_>, layer: usize) {
        let Scratch { hidden, rows, product, heads, attended } = pass.scratch;
        let (batch, pages, sequences, window) = (pass.batch, pass.pages, &*pass.sequences, self.window);
        let attention = Attention { batch, heads: self.heads, tokens: heads, pages, sequences, layer, window };
        attention.compute(pass.instructions, attended);
        attention.gather(attended, rows);
        self.output.add(pass.instructions, rows, product, hidden);
    }

    fn gate(&self, pass: &mut Pass<'_, '_>) {
        let Scratch { hidden, rows, product, .. } = pass.scratch;
        let instructions = pass.instructions;
        let norm = Normalise { input: hidden, weight: &self.mlp_norm, epsilon: self.epsilon, into: rows };
        instructions.run(norm);
        product.compute_then(instructions, rows, &self.gate, 2, |pair, panels| {
            let (gate, up) = panels.split_at_mut(panels.len() / 2);
            let biases = self.gate_biases.as_ref().map(|biases| &biases[2 * pair..2 * pair + 2]);
            instructions.run(Gate { gate, up, biases });
        });
        rows.take(pass.batch.rows(), self.down.weight.depth(), |panel, row| product.line(2 * panel, row));
        self.down.add(instructions, rows, product, hidden);
    }
}

impl Linear {
    /// Adds the projection of `rows` to hidden states.
    fn add(&self, instructions: Instructions, rows: &Rows, product: &mut Product, hidden: &mut [f32]) {
        product.compute(instructions, rows, &self.weight);
        instructions.run(Add { product, bias: self.bias.as_deref(), width: self.weight.columns(), hidden });
    }
}

/// Adds a product to rows.
///
/// # Shapes
/// - hidden: `[rows, width]`
struct Add<'a> {
    product: &'a Product,
    bias: Option<&'a [f32]>,
    width: usize,
    hidden: &'a mut [f32],
}

impl WithSimd for Add<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        for (row, hidden) in self.hidden.chunks_exact_mut(self.width).enumerate() {
            for (panel, hidden) in hidden.chunks_mut(COLUMNS).enumerate() {
                hidden.iter_mut().zip(self.product.line(panel, row)).for_each(|(number, added)| *number += added);
            }
            if let Some(bias) = self.bias {
                hidden.iter_mut().zip(bias).for_each(|(number, added)| *number += added);
            }
        }
    }
}
