//! Parameters one after another in one tensor. Owns which of them go together, and where each lies.
//!
//! A card is told of every operation by itself, which takes longer than the operation on most parameters: so gradients are put
//! together, and what an optimizer remembers stays together.

use burn::tensor::{DType, Tensor};

use super::Decay;

/// How many numbers go together at most: 1 GiB in single precision.
const MOST: usize = 1 << 28;

/// A parameter in a pack.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) count: usize,
    /// Of the parameter itself.
    pub(super) dtype: DType,
    /// Rows and columns, where it is a matrix.
    pub(super) matrix: Option<[usize; 2]>,
}

/// Some numbers of each of several parameters, which are in the same precision and decay alike.
#[derive(Debug)]
pub(super) struct Pack {
    pub(super) parts: Vec<Part>,
    pub(super) numbers: Tensor<1>,
}

impl Pack {
    /// Puts together what goes together.
    pub(super) fn of(all: impl IntoIterator<Item = (Part, Tensor<1>)>) -> Vec<Self> {
        let mut groups: Vec<(Vec<Part>, Vec<Tensor<1>>)> = Vec::new();
        for (part, numbers) in all {
            let group = groups.iter_mut().rev().find(|(parts, others)| {
                alike(&parts[0], &part) && others[0].dtype() == numbers.dtype() && size(parts) + part.count <= MOST
            });
            match group {
                Some((parts, others)) => {
                    parts.push(part);
                    others.push(numbers);
                }
                None => groups.push((vec![part], vec![numbers])),
            }
        }
        groups.into_iter().map(|(parts, numbers)| Self { parts, numbers: Tensor::cat(numbers, 0) }).collect()
    }
}

/// Whether a step is the same function of both parameters.
fn alike(one: &Part, other: &Part) -> bool {
    let decays = |part: &Part| Decay::Matrices.applies_to(&part.name);
    one.dtype == other.dtype && decays(one) == decays(other)
}

fn size(parts: &[Part]) -> usize {
    parts.iter().map(|part| part.count).sum()
}

/// What each of the parts has of all their numbers.
pub(super) fn apart(parts: &[Part], numbers: &Tensor<1>) -> Vec<Tensor<1>> {
    let mut begin = 0;
    let own = parts.iter().map(|part| {
        let own = numbers.clone().narrow(0, begin, part.count);
        begin += part.count;
        own
    });
    own.collect()
}
