//! The choice within one group.

use std::cmp::Ordering;

use indexmap::IndexMap;

use super::Method;

/// A row of a group, in the input's order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) row: usize,
    pub(super) score: Option<f64>,
    /// Stands for its answer; none where it gives none.
    pub(super) answer: Option<u128>,
}

/// Where a row comes in its group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Placed {
    /// From 1.
    pub(super) rank: i64,
    /// Its answer's part of all; 1 where answers are not counted.
    pub(super) share: f64,
}

/// The rows that stay, best first.
pub(super) fn choose(candidates: Vec<Candidate>, method: Method, keep: usize) -> Vec<(usize, Placed)> {
    let ranked: Vec<(usize, f64)> = match method {
        Method::Best => {
            let mut candidates = candidates;
            candidates.sort_by(better);
            candidates.into_iter().map(|candidate| (candidate.row, 1.0)).collect()
        }
        Method::Majority => by_answer(&candidates, |_| 1.0),
        Method::Weighted => {
            by_answer(&candidates, |candidate| candidate.score.filter(|score| !score.is_nan()).unwrap_or(0.0))
        }
    };
    ranked.into_iter().take(keep).zip(1..).map(|((row, share), rank)| (row, Placed { rank, share })).collect()
}

/// One row for each answer and the answer's share, the heaviest first; of equals, the one that was given first.
fn by_answer(candidates: &[Candidate], weight: impl Fn(&Candidate) -> f64) -> Vec<(usize, f64)> {
    let mut answers: IndexMap<u128, (f64, Candidate)> = IndexMap::new();
    for candidate in candidates {
        let Some(answer) = candidate.answer else { continue };
        let (total, best) = answers.entry(answer).or_insert((0.0, *candidate));
        *total += weight(candidate);
        if better(candidate, best) == Ordering::Less {
            *best = *candidate;
        }
    }
    let all: f64 = answers.values().map(|(total, _)| total).sum();
    let mut ranked: Vec<_> = answers.into_values().collect();
    ranked.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    let share = |total: f64| if all == 0.0 { 0.0 } else { total / all };
    ranked.into_iter().map(|(total, best)| (best.row, share(total))).collect()
}

/// Greater scores first, then rows without one; stable sorting leaves equals in their order.
fn better(one: &Candidate, other: &Candidate) -> Ordering {
    let score = |candidate: &Candidate| candidate.score.filter(|score| !score.is_nan()).unwrap_or(f64::NEG_INFINITY);
    score(other).total_cmp(&score(one))
}
