//! The gradients of a step, gathered from the parts of its batch. Owns their sum and their norm.

use std::collections::BTreeMap;

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{DType, Gradients, Tensor};

use super::pack::{Pack, Part, apart};
use crate::fused::optimize::{Flat, add, sum_of_squares};

/// The sum of gradients by the parameters' names, added up in single precision whatever the parameters have.
#[derive(Debug, Default)]
pub struct Gathered {
    sums: BTreeMap<String, Sum>,
    /// Those that were put together.
    packs: Vec<Pack>,
    /// What all of them are yet to be multiplied with; nothing is one.
    factor: Option<f64>,
}

/// What was added up of a parameter.
#[derive(Debug)]
struct Sum {
    numbers: Tensor<1>,
    /// Of the parameter.
    dtype: DType,
    /// Rows and columns, where the parameter is a matrix.
    matrix: Option<[usize; 2]>,
}

impl Sum {
    /// So many times it.
    fn scaled(self, factor: f64) -> Self {
        if factor == 1.0 { self } else { Self { numbers: self.numbers.cast(DType::F32).mul_scalar(factor), ..self } }
    }

    /// In single precision.
    fn single(self) -> Tensor<1> {
        self.numbers.cast(DType::F32)
    }
}

/// The gradient of a parameter.
pub(super) struct Gradient {
    /// Added up.
    pub(super) sum: Tensor<1>,
    /// What it is yet to be multiplied with.
    pub(super) factor: f64,
}

/// The gradient of a matrix.
pub(super) struct OfMatrix {
    pub(super) name: String,
    pub(super) shape: [usize; 2],
    pub(super) gradient: Tensor<1>,
}

impl Gathered {
    /// No gradients yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the gradients of one part; a parameter that has none is left as it is.
    pub fn add<M: Module>(&mut self, model: &M, gradients: Gradients) {
        self.settle();
        let mut gatherer = Gatherer { gradients, path: Vec::new(), sums: &mut self.sums };
        model.visit(&mut gatherer);
    }

    /// Adds the gradients of another part.
    pub fn merge(&mut self, part: Self) {
        self.add_scaled(part, 1.0);
    }

    /// Adds so many times the gradients of another part.
    pub fn add_scaled(&mut self, mut part: Self, factor: f64) {
        self.settle();
        part.settle();
        for (name, sum) in part.sums {
            insert(&mut self.sums, name, sum.scaled(factor));
        }
    }

    /// Takes apart what was put together, and multiplies what is yet to be multiplied.
    fn settle(&mut self) {
        for Pack { parts, numbers } in std::mem::take(&mut self.packs) {
            let each = apart(&parts, &numbers);
            let sums = parts.into_iter().zip(each);
            self.sums
                .extend(sums.map(|(Part { name, dtype, matrix, .. }, numbers)| (name, Sum { numbers, dtype, matrix })));
        }
        if let Some(factor) = self.factor.take() {
            self.sums
                .values_mut()
                .for_each(|sum| sum.numbers = sum.numbers.clone().cast(DType::F32).mul_scalar(factor));
        }
    }

    /// Puts together what is on a card.
    pub(super) fn pack(&mut self) {
        self.pack_those(|numbers| !Flat::is_here(numbers));
    }

    pub(super) fn pack_those(&mut self, chosen: impl Fn(&Tensor<1>) -> bool) {
        let taken = self.sums.extract_if(.., |_, sum| chosen(&sum.numbers));
        let each = taken.map(|(name, Sum { numbers, dtype, matrix })| {
            (Part { name, count: numbers.dims()[0], dtype, matrix }, numbers)
        });
        self.packs.extend(Pack::of(each));
    }

    /// Takes what was put together, and what it is yet to be multiplied with.
    pub(super) fn take_packs(&mut self) -> (Vec<Pack>, f64) {
        (std::mem::take(&mut self.packs), self.factor.unwrap_or(1.0))
    }

    /// The norm of all gradients as one vector: the square root of the sum of all squares.
    pub fn norm(&mut self) -> f64 {
        self.pack();
        let (mut sum, mut away) = (0.0, Vec::new());
        let all = self.sums.values().map(|sum| &sum.numbers).chain(self.packs.iter().map(|pack| &pack.numbers));
        for numbers in all.map(|numbers| numbers.clone().cast(DType::F32)) {
            match sum_of_squares(&numbers) {
                Some(known) => sum += known,
                None => away.push(numbers.square().sum()),
            }
        }
        // Whatever is on a card comes at once: to ask for a number is to wait for all that was told before.
        if !away.is_empty() {
            sum += numbers(Tensor::cat(away, 0)).into_iter().map(f64::from).sum::<f64>();
        }
        sum.sqrt() * self.factor.unwrap_or(1.0)
    }

    /// Shortens the gradients so that their norm is at most `greatest`, as `torch.nn.utils.clip_grad_norm_` does; gives
    /// the norm that they had.
    pub fn clip(&mut self, greatest: f64) -> f64 {
        let norm = self.norm();
        let factor = greatest / (norm + 1e-6);
        // A norm that is no number shortens nothing: it is for the caller to see.
        if factor < 1.0 {
            self.factor = Some(self.factor.unwrap_or(1.0) * factor);
        }
        norm
    }

    pub(super) fn take(&mut self, name: &str) -> Option<Gradient> {
        let factor = self.factor.unwrap_or(1.0);
        self.sums.remove(name).map(|sum| Gradient { sum: sum.single(), factor })
    }

    /// Takes the gradients of the matrices whose names are chosen.
    pub(super) fn take_matrices(&mut self, chosen: impl Fn(&str) -> bool) -> Vec<OfMatrix> {
        self.settle();
        let taken = self.sums.extract_if(.., |name, sum| sum.matrix.is_some() && chosen(name));
        let each = taken.filter_map(|(name, sum)| Some(OfMatrix { name, shape: sum.matrix?, gradient: sum.single() }));
        each.collect()
    }
}

/// Adds a parameter's gradient to what it has.
fn insert(sums: &mut BTreeMap<String, Sum>, name: String, more: Sum) {
    let sum = match sums.remove(&name) {
        Some(before) => {
            let (dtype, matrix) = (more.dtype, more.matrix);
            Sum { numbers: add(before.single(), more.single()), dtype, matrix }
        }
        None => more,
    };
    sums.insert(name, sum);
}

fn numbers(tensor: Tensor<1>) -> Vec<f32> {
    tensor.into_data().iter::<f32>().collect()
}

struct Gatherer<'a> {
    gradients: Gradients,
    path: Vec<String>,
    sums: &'a mut BTreeMap<String, Sum>,
}

impl ModuleVisitor for Gatherer<'_> {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        let value = parameter.val();
        let Some(gradient) = value.grad_remove(&mut self.gradients) else { return };
        let (numbers, matrix) =
            (gradient.reshape([value.shape().num_elements()]), value.dims().as_slice().try_into().ok());
        insert(self.sums, self.path.join("."), Sum { numbers, dtype: value.dtype(), matrix });
    }
}
