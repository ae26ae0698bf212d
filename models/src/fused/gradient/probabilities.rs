//! How likely a head makes each of given words, and how uncertain it is. Owns the chunks in which logits are computed, and
//! computed again for the gradients, so that all logits of a batch are never kept.

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

/// `log softmax(scale · hidden · weightᵀ)[word]` of each token, and the entropy of the distribution it stands in.
///
/// # Shapes
/// - hidden: `[tokens, width]`
/// - weight: `[vocabulary, width]`
/// - words: `[tokens]`
/// - result: `[2, tokens]`, log-probabilities first
pub(crate) fn log_probabilities(
    hidden: &Tensor<2>,
    weight: &Tensor<2>,
    words: &[u32],
    scale: f32,
) -> Option<Tensor<2>> {
    let [vocabulary, width] = weight.dims();
    assert_eq!(hidden.dims()[0], words.len(), "every token has a word");
    let operands = [Operand::of(hidden)?, Operand::of(weight)?];
    let [hidden, weight] = operands.each_ref().map(Operand::numbers);
    let head = Head { hidden, weight, width, vocabulary, words: words.to_vec(), scale };
    let (output, logarithms) = head.forward();
    let entropies = output[words.len()..].to_vec();
    let done = Done { head, logarithms, entropies };
    Some(record(operands, output, [2, words.len()], move |gradient, asked| done.backward(gradient, asked)))
}

struct Head {
    hidden: Numbers,
    weight: Numbers,
    width: usize,
    vocabulary: usize,
    words: Vec<u32>,
    scale: f32,
}

/// What the backward pass needs.
struct Done {
    head: Head,
    /// The logarithm of each token's sum of exponentials.
    logarithms: Vec<f32>,
    entropies: Vec<f32>,
}

impl Head {
    /// Log-probabilities and entropies, and the logarithms of sums.
    fn forward(&self) -> (Vec<f32>, Vec<f32>) {
        let tokens = self.words.len();
        let (mut output, mut logarithms) = (vec![0.0; 2 * tokens], vec![0.0; tokens]);
        let (probabilities, entropies) = output.split_at_mut(tokens);
        let mut logits = Vec::new();
        for first in (0..tokens).step_by(TOKENS) {
            let part = first..tokens.min(first + TOKENS);
            self.logits(part.clone(), &mut logits);
            let taken = divide(part.len(), 16 * logits.len());
            let rows = logits.par_chunks_mut(taken * self.vocabulary).zip(self.words[part.clone()].par_chunks(taken));
            let results = probabilities[part.clone()].par_chunks_mut(taken);
            let results = results.zip(entropies[part.clone()].par_chunks_mut(taken));
            let results = results.zip(logarithms[part].par_chunks_mut(taken));
            rows.zip(results).for_each(|((logits, words), ((probabilities, entropies), logarithms))| {
                let scale = self.scale;
                Instructions::best().run(Forward { logits, words, scale, probabilities, entropies, logarithms });
            });
        }
        (output, logarithms)
    }

    fn logits(&self, part: std::ops::Range<usize>, into: &mut Vec<f32>) {
        into.resize(part.len() * self.vocabulary, 0.0);
        product(self.part(part), self.matrix().transposed(), into, Sum::Fresh);
    }

    fn part(&self, part: std::ops::Range<usize>) -> Matrix<'_> {
        Matrix::new(&self.hidden.slice()[part.start * self.width..part.end * self.width], self.width)
    }

    fn matrix(&self) -> Matrix<'_> {
        Matrix::new(self.weight.slice(), self.width)
    }
}

impl Done {
    fn backward(&self, gradient: &[f32], [hidden, weight]: Asked<2>) -> [Option<Vec<f32>>; 2] {
        let head = &self.head;
        let tokens = head.words.len();
        let mut gradients = [(hidden, &head.hidden), (weight, &head.weight)]
            .map(|(asked, own)| asked.then(|| vec![0.0; own.slice().len()]));
        let mut logits = Vec::new();
        for first in (0..tokens).step_by(TOKENS) {
            let part = first..tokens.min(first + TOKENS);
            head.logits(part.clone(), &mut logits);
            self.through(part.clone(), gradient, &mut logits);
            let logits = Matrix::new(&logits, head.vocabulary);
            if let Some(into) = &mut gradients[0] {
                let into = &mut into[part.start * head.width..part.end * head.width];
                product(logits, head.matrix(), into, Sum::Fresh);
            }
            if let Some(into) = &mut gradients[1] {
                product(logits.transposed(), head.part(part), into, Sum::Added);
            }
        }
        gradients
    }

    /// Makes logits into their gradients.
    fn through(&self, part: std::ops::Range<usize>, gradient: &[f32], logits: &mut [f32]) {
        let (probabilities, entropies) = gradient.split_at(self.head.words.len());
        let vocabulary = self.head.vocabulary;
        let taken = divide(part.len(), 16 * logits.len());
        logits.par_chunks_mut(taken * vocabulary).enumerate().for_each(|(index, logits)| {
            let first = part.start + index * taken;
            let part = first..first + logits.len() / vocabulary;
            Instructions::best().run(Backward {
                logits,
                words: &self.head.words[part.clone()],
                scale: self.head.scale,
                logarithms: &self.logarithms[part.clone()],
                entropies: &self.entropies[part.clone()],
                through: [&probabilities[part.clone()], &entropies[part]],
            });
        });
    }
}

struct Forward<'a> {
    logits: &'a mut [f32],
    words: &'a [u32],
    scale: f32,
    probabilities: &'a mut [f32],
    entropies: &'a mut [f32],
    logarithms: &'a mut [f32],
}

impl WithSimd for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let rows = self.logits.chunks_exact_mut(self.logits.len() / self.words.len());
        let results = self.probabilities.iter_mut().zip(self.entropies).zip(self.logarithms);
        for ((logits, word), ((probability, entropy), logarithm)) in rows.zip(self.words).zip(results) {
            logits.iter_mut().for_each(|logit| *logit *= self.scale);
            let own = logits[*word as usize];
            let largest = maximum(logits, f32::MIN);
            let mut products = 0.0;
            for logit in logits.iter_mut() {
                let below = *logit - largest;
                *logit = exponential(below);
                products += *logit * below;
            }
            let total = sum(logits);
            *logarithm = largest + total.ln();
            *probability = own - *logarithm;
            *entropy = total.ln() - products / total;
        }
    }
}

/// `g · (own - p) - h · p · (log p + entropy)`, `g` and `h` being the gradients of log-probability and entropy.
struct Backward<'a> {
    logits: &'a mut [f32],
    words: &'a [u32],
    scale: f32,
    logarithms: &'a [f32],
    entropies: &'a [f32],
    through: [&'a [f32]; 2],
}

impl WithSimd for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let rows = self.logits.chunks_exact_mut(self.logits.len() / self.words.len());
        let known = self.logarithms.iter().zip(self.entropies);
        let gradients = self.through[0].iter().zip(self.through[1]);
        let scale = self.scale;
        for (((logits, word), (logarithm, entropy)), (own, spread)) in rows.zip(self.words).zip(known).zip(gradients) {
            for logit in logits.iter_mut() {
                let log = *logit * scale - logarithm;
                *logit = -scale * exponential(log) * (own + spread * (log + entropy));
            }
            logits[*word as usize] += scale * own;
        }
    }
}
