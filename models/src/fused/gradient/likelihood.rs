//! How likely a head makes given words. Owns the chunks in which logits are computed, and their gradients with them, so
//! that all logits of a batch are never kept.

use burn::tensor::Tensor;
use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::operation::{Asked, Numbers, Operand, record};
use crate::fused::exponential::exponential;
use crate::fused::instructions::Instructions;
use crate::fused::matrix::{Matrix, Sum, product};
use crate::fused::reduction::{maximum, sum};
use crate::fused::threads::divide;

/// How many tokens a chunk has.
const TOKENS: usize = 512;

/// `Σ factor · log softmax(hidden · weightᵀ)[word]`.
///
/// # Shapes
/// - hidden: `[tokens, width]`
/// - weight: `[vocabulary, width]`
/// - words, factors: `[tokens]`
/// - result: `[1]`
pub(crate) fn log_likelihood(
    hidden: &Tensor<2>,
    weight: &Tensor<2>,
    words: &[u32],
    factors: &[f32],
) -> Option<Tensor<1>> {
    let [vocabulary, width] = weight.dims();
    assert!(hidden.dims()[0] == words.len() && words.len() == factors.len(), "every token has a word and a factor");
    let operands = [Operand::of(hidden)?, Operand::of(weight)?];
    let asked = operands.each_ref().map(Operand::is_asked);
    let [hidden, weight] = operands.each_ref().map(Operand::numbers);
    let head = Head { hidden, weight, width, vocabulary };
    let (total, gradients) = head.compute(words, factors, asked);
    Some(record(operands, vec![total], [1], move |gradient, asked| {
        let scaled = |own: &Vec<f32>| own.iter().map(|number| number * gradient[0]).collect();
        let [hidden, weight] = gradients.each_ref().map(|own| own.as_ref().map(scaled));
        [hidden.filter(|_| asked[0]), weight.filter(|_| asked[1])]
    }))
}

struct Head {
    hidden: Numbers,
    weight: Numbers,
    width: usize,
    vocabulary: usize,
}

impl Head {
    /// The sum, and its gradients.
    fn compute(&self, words: &[u32], factors: &[f32], [hidden, weight]: Asked<2>) -> (f32, [Option<Vec<f32>>; 2]) {
        let mut gradients = [(hidden, &self.hidden), (weight, &self.weight)]
            .map(|(asked, own)| asked.then(|| vec![0.0; own.slice().len()]));
        let matrix = Matrix::new(self.weight.slice(), self.width);
        let (mut logits, mut total) = (Vec::new(), 0.0);
        let tokens = self.hidden.slice().chunks(TOKENS * self.width);
        for (chunk, ((hidden, words), factors)) in
            tokens.zip(words.chunks(TOKENS)).zip(factors.chunks(TOKENS)).enumerate()
        {
            logits.resize(words.len() * self.vocabulary, 0.0);
            product(Matrix::new(hidden, self.width), matrix.transposed(), &mut logits, Sum::Fresh);
            total += self.finish(&mut logits, words, factors);
            let logits = Matrix::new(&logits, self.vocabulary);
            if let Some(into) = &mut gradients[0] {
                let into = &mut into[chunk * TOKENS * self.width..][..hidden.len()];
                product(logits, matrix, into, Sum::Fresh);
            }
            if let Some(into) = &mut gradients[1] {
                product(logits.transposed(), Matrix::new(hidden, self.width), into, Sum::Added);
            }
        }
        (total as f32, gradients)
    }

    /// Makes logits into their gradients; gives the sum.
    fn finish(&self, logits: &mut [f32], words: &[u32], factors: &[f32]) -> f64 {
        let taken = divide(words.len(), 16 * logits.len());
        let parts = logits.par_chunks_mut(taken * self.vocabulary).zip(words.par_chunks(taken));
        let likelihoods: Vec<f64> = parts
            .zip(factors.par_chunks(taken))
            .flat_map_iter(|((logits, words), factors)| Instructions::best().run(Finish { logits, words, factors }))
            .collect();
        likelihoods.iter().sum()
    }
}

struct Finish<'a> {
    logits: &'a mut [f32],
    words: &'a [u32],
    factors: &'a [f32],
}

impl WithSimd for Finish<'_> {
    type Output = Vec<f64>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) -> Vec<f64> {
        let rows = self.logits.chunks_exact_mut(self.logits.len() / self.words.len());
        let mut all = Vec::with_capacity(self.words.len());
        for ((logits, word), factor) in rows.zip(self.words).zip(self.factors) {
            let word = *word as usize;
            let largest = maximum(logits, f32::MIN);
            let own = logits[word] - largest;
            logits.iter_mut().for_each(|logit| *logit = exponential(*logit - largest));
            let total = sum(logits);
            all.push(f64::from(*factor) * f64::from(own - total.ln()));
            let scale = -factor / total;
            logits.iter_mut().for_each(|logit| *logit *= scale);
            logits[word] += factor;
        }
        all
    }
}
