//! One draw. Owns the order of its steps and the memory that they work in.

use super::exponential::{exponentials, highest, sum_of_few};
use super::filter::{self, Nucleus};
use super::{Draw, Occurred};
use crate::generate::{Processors, Sampling, Written};

/// How many weights are summed up at once to find the one that is drawn.
const STRIDE: usize = 256;

/// Draws tokens. It only owns memory, so that it may serve any sequence.
#[derive(Debug, Default)]
pub struct Sampler {
    scores: Vec<f32>,
    pub(super) weights: Vec<f32>,
    largest: Vec<f32>,
    nucleus: Nucleus,
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
        let highest = self.change(logits, drawing)?;
        if sampling.temperature == 0.0 {
            return self.likeliest(highest).ok_or(NoToken::NotNumbers(written.tokens.len()));
        }
        let total = self.filter(highest, drawing)?;
        let place = written.tokens.len() - written.prompt;
        Ok(self.pick(drawing.draw.uniform(place as u64) * total))
    }

    /// The probability of each token to be drawn.
    pub fn distribution(&mut self, logits: &[f32], drawing: &Drawing<'_>) -> Result<Vec<f64>, NoToken> {
        let highest = self.change(logits, drawing)?;
        let total = self.filter(highest, drawing)?;
        Ok(self.weights.iter().map(|weight| f64::from(*weight) / total).collect())
    }

    /// What happens to logits however the token is then chosen. Gives the highest of what comes of them.
    fn change(&mut self, logits: &[f32], drawing: &Drawing<'_>) -> Result<f32, NoToken> {
        self.scores.clear();
        self.scores.extend_from_slice(logits);
        if let Some(occurred) = drawing.occurred {
            occurred.penalise(drawing.sampling.repetition_penalty, &mut self.scores);
        }
        drawing.processors.process(drawing.written, &mut self.scores);
        let highest = highest(&self.scores);
        let nothing = highest == f32::NEG_INFINITY && !self.scores.iter().any(|score| score.is_nan());
        if nothing { Err(NoToken::Forbidden(drawing.written.tokens.len())) } else { Ok(highest) }
    }

    /// The first of the likeliest tokens; nothing where there are scores that are no numbers.
    fn likeliest(&self, highest: f32) -> Option<u32> {
        let numbers = self.scores.iter().fold(true, |numbers, score| numbers & !score.is_nan());
        let first = self.scores.iter().position(|score| *score == highest);
        first.filter(|_| numbers).map(|token| token as u32)
    }

    /// Weighs the tokens that remain; gives what they weigh together.
    fn filter(&mut self, highest: f32, drawing: &Drawing<'_>) -> Result<f64, NoToken> {
        let (Self { scores, weights, largest, nucleus }, sampling) = (self, drawing.sampling);
        if sampling.temperature != 1.0 {
            scores.iter_mut().for_each(|score| *score /= sampling.temperature);
        }
        let highest = highest / sampling.temperature;
        if let Some(count) = sampling.top_k.filter(|count| (1..scores.len()).contains(count)) {
            filter::top_k(scores, count, largest);
        }
        exponentials(scores, highest, weights);
        if sampling.top_p < 1.0 {
            filter::top_p(scores, highest, weights, f64::from(sampling.top_p), nucleus);
        }
        if sampling.min_p > 0.0 {
            filter::min_p(weights, sampling.min_p);
        }
        let total: f64 = weights.chunks(STRIDE).map(sum_of_few).sum();
        // What is no number leaves no sum that is one.
        if total.is_nan() { Err(NoToken::NotNumbers(drawing.written.tokens.len())) } else { Ok(total) }
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
