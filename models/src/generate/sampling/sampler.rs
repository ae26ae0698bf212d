//! One draw. Owns the order of its steps and the memory that they work in.

use super::exponential::{exponentials, highest, sum, sum_of_few};
use super::{Draw, Occurred, filter};
use crate::generate::{Processors, Sampling, Written};

/// How many weights are summed up at once to find the one that is drawn.
const STRIDE: usize = 256;

/// Draws tokens. It only owns memory, so that it may serve any sequence.
#[derive(Debug, Default)]
pub struct Sampler {
    scores: Vec<f32>,
    pub(super) weights: Vec<f32>,
    largest: Vec<f32>,
    candidates: Vec<(f32, u32)>,
}

/// What a token is drawn with, apart from the logits.
#[derive(Debug, Clone, Copy)]
pub struct Drawing<'a> {
    /// How.
    pub sampling: &'a Sampling,
    /// What else changes the logits.
    pub processors: &'a Processors,
    /// What comes before.
    pub written: Written<'a>,
    /// What has occurred in it; nothing where there is no penalty for that.
    pub occurred: Option<&'a Occurred>,
    /// What the draw is made with.
    pub draw: Draw,
}

/// There is no token to be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoToken {
    /// The model's logits are no numbers.
    #[error(
        "the model gave logits that are no numbers, after {0} tokens; its weights are broken, or too large for its precision"
    )]
    NotNumbers(usize),
    /// A processor forbids every token.
    #[error("every token is forbidden after {0} tokens; a processor must leave at least one")]
    Forbidden(usize),
}

impl Sampler {
    /// Draws a token.
    pub fn draw(&mut self, logits: &[f32], drawing: &Drawing<'_>) -> Result<u32, NoToken> {
        let Drawing { sampling, written, .. } = drawing;
        self.change(logits, drawing)?;
        if sampling.temperature == 0.0 {
            return Ok(self.likeliest());
        }
        let total = self.filter(sampling);
        let place = written.tokens.len() - written.prompt;
        Ok(self.pick(drawing.draw.uniform(place as u64) * total))
    }

    /// The probability of each token to be drawn.
    pub fn distribution(&mut self, logits: &[f32], drawing: &Drawing<'_>) -> Result<Vec<f64>, NoToken> {
        self.change(logits, drawing)?;
        let total = self.filter(drawing.sampling);
        Ok(self.weights.iter().map(|weight| f64::from(*weight) / total).collect())
    }

    /// What happens to logits however the token is then chosen.
    fn change(&mut self, logits: &[f32], drawing: &Drawing<'_>) -> Result<(), NoToken> {
        let place = drawing.written.tokens.len();
        self.scores.clear();
        self.scores.extend_from_slice(logits);
        if let Some(occurred) = drawing.occurred {
            occurred.penalise(drawing.sampling.repetition_penalty, &mut self.scores);
        }
        drawing.processors.process(drawing.written, &mut self.scores);
        let broken =
            self.scores.iter().fold(false, |broken, score| broken | score.is_nan() | (*score == f32::INFINITY));
        if broken {
            return Err(NoToken::NotNumbers(place));
        }
        if highest(&self.scores) == f32::NEG_INFINITY { Err(NoToken::Forbidden(place)) } else { Ok(()) }
    }

    /// The first of the likeliest tokens.
    fn likeliest(&self) -> u32 {
        let highest = highest(&self.scores);
        let place = self.scores.iter().position(|score| *score == highest);
        place.expect("the highest is one of them") as u32
    }

    /// Weighs the tokens that remain; gives what they weigh together.
    fn filter(&mut self, sampling: &Sampling) -> f64 {
        let Self { scores, weights, largest, candidates } = self;
        if sampling.temperature != 1.0 {
            scores.iter_mut().for_each(|score| *score /= sampling.temperature);
        }
        if let Some(count) = sampling.top_k.filter(|count| (1..scores.len()).contains(count)) {
            filter::top_k(scores, count, largest);
        }
        exponentials(scores, highest(scores), weights);
        if sampling.top_p < 1.0 {
            let total = sum(weights);
            filter::top_p(scores, weights, total, f64::from(sampling.top_p), candidates);
        }
        if sampling.min_p > 0.0 {
            filter::min_p(weights, sampling.min_p);
        }
        weights.chunks(STRIDE).map(sum_of_few).sum()
    }

    /// The token where the weights, added up in their order, pass `target`.
    fn pick(&self, target: f64) -> u32 {
        let mut before = 0.0;
        // Where rounding leaves the target at the very end, it is the last that has a weight.
        let mut last = 0;
        for (stride, weights) in self.weights.chunks(STRIDE).enumerate() {
            let sum = sum_of_few(weights);
            if sum == 0.0 {
                continue;
            }
            let within = stride * STRIDE;
            last =
                within + weights.iter().rposition(|weight| *weight > 0.0).expect("a sum that is not zero has a part");
            if before + sum <= target {
                before += sum;
                continue;
            }
            let mut passed = before;
            let found = weights.iter().position(|weight| {
                passed += f64::from(*weight);
                passed > target
            });
            return found.map_or(last, |place| within + place) as u32;
        }
        last as u32
    }
}
