//! Which tokens may be drawn. Owns the letter of transformers' top-k, top-p and min-p.

use std::cmp::Ordering;

use super::exponential::sum;

/// Forbids all that is less likely than the `count`-th likeliest token; its equals remain, as in `TopKLogitsWarper`.
pub(super) fn top_k(scores: &mut [f32], count: usize, largest: &mut Vec<f32>) {
    let floor = nth_largest(scores, count, largest);
    forbid(scores, |score| score < floor);
}

/// The `count`-th largest number; negative infinity where there are fewer. Most numbers are only looked at once.
fn nth_largest(scores: &[f32], count: usize, largest: &mut Vec<f32>) -> f32 {
    let room = (2 * count).max(256);
    let mut floor = f32::NEG_INFINITY;
    largest.clear();
    for score in scores {
        if *score > floor {
            largest.push(*score);
            if largest.len() == room {
                largest.select_nth_unstable_by(count - 1, |a, b| b.total_cmp(a));
                largest.truncate(count);
                floor = largest[count - 1];
            }
        }
    }
    if largest.len() < count {
        return floor;
    }
    *largest.select_nth_unstable_by(count - 1, |a, b| b.total_cmp(a)).1
}

/// What [`top_p`] works in.
#[derive(Debug, Default)]
pub(super) struct Nucleus {
    /// What the tokens of a bucket weigh together.
    masses: Vec<f64>,
    /// The tokens of the bucket that the edge lies in.
    candidates: Vec<(f32, u32)>,
}

/// How many buckets scores are counted in, and how many there are to one: beyond the last, nothing has a weight.
const BUCKETS: usize = 4096;
const TO_ONE: f32 = BUCKETS as f32 / 88.0;

/// Takes the weight of all tokens but the likeliest whose weights together reach the share `enough`, as in
/// `TopPLogitsWarper`. Of equals, which that leaves to an unstable sort, the first in the vocabulary are the likelier.
///
/// Tokens are counted by their scores, and only those of the bucket that the edge lies in are put in order.
pub(super) fn top_p(scores: &[f32], highest: f32, weights: &mut [f32], enough: f64, nucleus: &mut Nucleus) {
    let Nucleus { masses, candidates } = nucleus;
    let total = sum(weights);
    // Tokens that are lighter do not reach the share that is left out, even if all were: the edge is not among them.
    let lightest = ((1.0 - enough) * total / weights.len() as f64 * 0.99) as f32;
    let bucket = |score: f32| (((highest - score) * TO_ONE) as usize).min(BUCKETS - 1);
    masses.clear();
    masses.resize(BUCKETS, 0.0);
    for (score, weight) in scores.iter().zip(&*weights).filter(|(_, weight)| **weight >= lightest) {
        masses[bucket(*score)] += f64::from(*weight);
    }
    let (mut edge, mut rest) = (0, enough * total);
    while edge < BUCKETS - 1 && masses[edge] < rest {
        rest -= masses[edge];
        edge += 1;
    }
    let heavy = scores.iter().zip(&*weights).zip(0..).filter(|((_, weight), _)| **weight >= lightest);
    let at_edge = heavy.filter(|((score, _), _)| bucket(**score) == edge);
    candidates.clear();
    candidates.extend(at_edge.map(|((score, _), token)| (*score, token)));
    let Some((last, place)) = last_of_nucleus(candidates, weights, rest) else { return };
    for ((score, weight), token) in scores.iter().zip(weights).zip(0..) {
        let beyond = *score < last || (*score == last && token > place);
        *weight = if beyond { 0.0 } else { *weight };
    }
}

/// The least likely token that is needed to reach `enough`. Each turn halves the candidates, and sums up one half.
fn last_of_nucleus(candidates: &mut [(f32, u32)], weights: &[f32], enough: f64) -> Option<(f32, u32)> {
    let (mut rest, mut before) = (candidates, 0.0);
    while rest.len() > 1 {
        let middle = rest.len() / 2;
        rest.select_nth_unstable_by(middle, likelier_first);
        let (likelier, others) = rest.split_at_mut(middle);
        let weight: f64 = likelier.iter().map(|(_, token)| f64::from(weights[*token as usize])).sum();
        if before + weight >= enough {
            rest = likelier;
        } else {
            before += weight;
            rest = others;
        }
    }
    rest.first().copied()
}

fn likelier_first(a: &(f32, u32), b: &(f32, u32)) -> Ordering {
    if a.0 == b.0 { a.1.cmp(&b.1) } else { b.0.total_cmp(&a.0) }
}

/// Takes the weight of all tokens that weigh less than this, where the likeliest weighs 1, as in `MinPLogitsWarper`.
pub(super) fn min_p(weights: &mut [f32], least: f32) {
    weights.iter_mut().for_each(|weight| *weight = if *weight < least { 0.0 } else { *weight });
}

fn forbid(scores: &mut [f32], which: impl Fn(f32) -> bool) {
    scores.iter_mut().for_each(|score| *score = if which(*score) { f32::NEG_INFINITY } else { *score });
}
