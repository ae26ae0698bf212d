//! Causal attention over whole texts, rotation included. Owns its gradient, for which weights are computed again in blocks
//! of queries: nothing of the size of a text's square is ever kept, <https://arxiv.org/abs/2205.14135>.

use std::sync::Arc;

use burn::tensor::Tensor;

use super::operation::{Asked, Numbers, Operand, record};
use super::scores::{Block, Gradients, Weights};
use super::turned::{Layout, Turn};
use crate::decoder::Positions;
use crate::fused::instructions::Instructions;
use crate::fused::matrix::{Matrix, Sum, product_here};
use crate::fused::room::{Room, written};
use crate::fused::rotary::Angles;

/// How many queries a block has.
const QUERIES: usize = 64;

/// What queries, keys and values are, and how far back a query sees.
#[derive(Clone)]
pub(crate) struct Sight {
    pub(crate) positions: Positions,
    pub(crate) angles: Arc<Angles>,
    /// The heads of queries, and of keys and values.
    pub(crate) heads: [usize; 2],
    pub(crate) width: usize,
    pub(crate) window: Option<usize>,
}

/// `softmax(q · kᵀ / √width) · v` with queries and keys rotated to their positions. What follows a row's tokens is padding:
/// zero, and without a gradient. What rows share is computed for the row whose own it is.
///
/// # Shapes
/// - queries, result: `[batch rows, batch columns, heads · width]`
/// - keys, values: `[batch rows, batch columns, key-value heads · width]`
pub(crate) fn attend(queries: &Tensor<3>, keys: &Tensor<3>, values: &Tensor<3>, sight: &Sight) -> Option<Tensor<3>> {
    let shape = queries.dims();
    let operands = [Operand::of(queries)?, Operand::of(keys)?, Operand::of(values)?];
    let texts = Texts::new(operands.each_ref().map(Operand::numbers), sight.clone());
    let (attended, logarithms) = texts.forward();
    let output = texts.queries().joined(&attended, None);
    let done = Done { texts, attended, logarithms };
    Some(record(operands, output, shape, move |gradient, asked| done.backward(gradient, asked)))
}

/// Whether [`attend`] has something to say of such tensors.
pub(crate) fn attends<const D: usize>(tensor: &Tensor<D>) -> bool {
    Operand::of(tensor).is_some()
}

/// Queries, keys and values by head, rotated, the queries scaled.
struct Texts {
    sight: Sight,
    by_head: [Vec<f32>; 3],
}

/// What the backward pass needs.
struct Done {
    texts: Texts,
    attended: Vec<f32>,
    /// The logarithm of each query's sum of exponentials.
    logarithms: Vec<f32>,
}

impl Texts {
    fn new(operands: [Numbers; 3], sight: Sight) -> Self {
        let [queries, keys, values] = operands;
        let mut texts = Self { sight, by_head: Default::default() };
        let (many, few) = (texts.queries(), texts.keys());
        texts.by_head = [
            many.by_head(queries.slice(), Some(texts.turn(texts.scale()))),
            few.by_head(keys.slice(), Some(texts.turn(1.0))),
            few.by_head(values.slice(), None),
        ];
        texts
    }

    fn queries(&self) -> Layout<'_> {
        Layout { positions: &self.sight.positions, heads: self.sight.heads[0], width: self.sight.width }
    }

    fn keys(&self) -> Layout<'_> {
        Layout { heads: self.sight.heads[1], ..self.queries() }
    }

    fn turn(&self, scale: f32) -> Turn<'_> {
        Turn { angles: &self.sight.angles, scale, direction: 1.0 }
    }

    fn scale(&self) -> f32 {
        (self.sight.width as f32).powf(-0.5)
    }

    /// The blocks of queries of a row, of those that are its own.
    fn blocks(&self, row: usize) -> impl Iterator<Item = Block> {
        let (own, window) = (self.sight.positions.own(row), self.sight.window);
        own.clone().step_by(QUERIES).map(move |first| Block { first, end: own.end.min(first + QUERIES), window })
    }

    /// The keys of the head that a head of queries shares, or the values.
    fn shared<'a>(&'a self, numbers: &'a [f32], index: usize) -> &'a [f32] {
        let [many, few] = self.sight.heads;
        let size = self.queries().size();
        let (row, head) = (index / many, index % many / (many / few));
        &numbers[(row * few + head) * size..][..size]
    }

    fn forward(&self) -> (Vec<f32>, Vec<f32>) {
        let (size, width, columns) = (self.queries().size(), self.sight.width, self.sight.positions.columns());
        let [queries, keys, values] = &self.by_head;
        let count = queries.len();
        let [attended, logarithms] = written([[count, size], [count / width, columns]], |index, rooms| {
            let [attended, logarithms] = rooms.map(Room::zeros);
            let own = &queries[index * size..][..size];
            let (keys, values) = (self.shared(keys, index), self.shared(values, index));
            let mut scores = Vec::new();
            for block in self.blocks(index / self.sight.heads[0]) {
                block.scores(own, keys, width, &mut scores);
                let logarithms = &mut logarithms[block.first..block.end];
                Instructions::best().run(Weights { block, scores: &mut scores, logarithms });
                let into = &mut attended[block.first * width..block.end * width];
                product_here(block.matrix(&scores), block.seen(values, width), into, width, Sum::Fresh);
            }
            [attended, logarithms]
        });
        (attended, logarithms)
    }
}

impl Done {
    fn backward(&self, gradient: &[f32], [queries, keys, values]: Asked<3>) -> [Option<Vec<f32>>; 3] {
        let texts = &self.texts;
        let (size, group) = (texts.queries().size().max(1), texts.sight.heads[0] / texts.sight.heads[1]);
        let gradient = texts.queries().by_head(gradient, None);
        let [many, few, others] = texts.by_head.each_ref().map(Vec::len);
        let into = written([[many, group * size], [few, size], [others, size]], |shared, rooms| {
            let [many, keys, values] = rooms.map(Room::zeros);
            for (index, queries) in (shared * group..).zip(many.chunks_mut(size)) {
                self.head(index, &gradient, [queries, &mut *keys, &mut *values]);
            }
            [many, keys, values]
        });
        let back = |scale| Some(Turn { direction: -1.0, ..texts.turn(scale) });
        [
            queries.then(|| texts.queries().joined(&into[0], back(texts.scale()))),
            keys.then(|| texts.keys().joined(&into[1], back(1.0))),
            values.then(|| texts.keys().joined(&into[2], None)),
        ]
    }

    /// The gradients of one head of queries; those of keys and values are added to what the heads before it gave.
    fn head(&self, index: usize, gradient: &[f32], [queries, keys, values]: [&mut [f32]; 3]) {
        let (texts, width, size) = (&self.texts, self.texts.sight.width, queries.len());
        let columns = texts.sight.positions.columns();
        let part = index * size..(index + 1) * size;
        let [all_queries, all_keys, all_values] = &texts.by_head;
        let own = &all_queries[part.clone()];
        let (gradient, attended) = (&gradient[part.clone()], &self.attended[part]);
        let (own_keys, own_values) = (texts.shared(all_keys, index), texts.shared(all_values, index));
        let (mut weights, mut through) = (Vec::new(), Vec::new());
        for block in texts.blocks(index / texts.sight.heads[0]) {
            let rows = block.first * width..block.end * width;
            let seen = block.start() * width..block.end * width;
            block.scores(own, own_keys, width, &mut weights);
            block.scores(gradient, own_values, width, &mut through);
            Instructions::best().run(Gradients {
                block,
                weights: &mut weights,
                through: &mut through,
                logarithms: &self.logarithms[index * columns + block.first..][..block.end - block.first],
                gradient: &gradient[rows.clone()],
                attended: &attended[rows.clone()],
            });
            let (weights, through) = (block.matrix(&weights), block.matrix(&through));
            let add = |left: Matrix<'_>, right: &[f32], into: &mut [f32]| {
                product_here(left, Matrix::new(right, width), into, width, Sum::Added);
            };
            add(through, &own_keys[seen.clone()], &mut queries[rows.clone()]);
            add(through.transposed(), &own[rows.clone()], &mut keys[seen.clone()]);
            add(weights.transposed(), &gradient[rows], &mut values[seen]);
        }
    }
}
