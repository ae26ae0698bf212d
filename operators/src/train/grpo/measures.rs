//! What a step's answers were, in numbers.

use models::train::Watched;

use super::rollout::Rollout;
use crate::verify::Status;

/// The numbers of a step's answers, by name.
pub(super) fn of_rollouts(rollouts: &[Rollout], groups: &[usize]) -> Vec<(String, f64)> {
    let share = |counts: &dyn Fn(&Rollout) -> bool| mean(rollouts.iter().map(|rollout| share_of(counts(rollout))));
    let rewards: Vec<f64> = rollouts.iter().map(|rollout| rollout.worth.reward).collect();
    let mut numbers = vec![
        ("reward".to_owned(), mean(rewards.iter().copied())),
        ("reward_deviation".to_owned(), deviation(&rewards)),
        ("pass_rate".to_owned(), share(&|rollout| rollout.known.status == Status::Passed)),
        ("undecided".to_owned(), share(&|rollout| rollout.known.status.verdict().is_none())),
        ("tests_rate".to_owned(), mean(rollouts.iter().map(|rollout| rollout.known.tests))),
        ("format_rate".to_owned(), share(&|rollout| rollout.known.formatted)),
        ("truncated".to_owned(), share(&|rollout| rollout.truncated)),
        ("completion_tokens".to_owned(), mean(rollouts.iter().map(|rollout| rollout.known.tokens as f64))),
        ("zero_advantage_groups".to_owned(), mean(equal_groups(rollouts, groups).into_iter().map(share_of))),
    ];
    let process: Vec<f64> = rollouts.iter().filter_map(|rollout| rollout.known.process).collect();
    if !process.is_empty() {
        let missing = 1.0 - process.len() as f64 / rollouts.len() as f64;
        numbers.push(("process_missing".to_owned(), missing));
        numbers.push(("process_score".to_owned(), mean(process.into_iter())));
    }
    let names = rollouts.first().map(|rollout| rollout.worth.terms.iter().map(|(name, _)| *name));
    for (place, name) in names.into_iter().flatten().enumerate() {
        let values: Vec<f64> = rollouts.iter().map(|rollout| rollout.worth.terms[place].1).collect();
        numbers.push((format!("term.{name}"), mean(values.iter().copied())));
        numbers.push((format!("term.{name}_deviation"), deviation(&values)));
    }
    numbers
}

/// The numbers of what was learned of them.
pub(super) fn of_updates(watched: &Watched, updates: usize) -> Vec<(String, f64)> {
    let per_token = |sum: f64| sum / watched.tokens;
    [
        ("loss", watched.loss / updates as f64),
        ("clip_fraction", per_token(watched.clipped)),
        ("dual_clip_fraction", per_token(watched.dual_clipped)),
        ("entropy", per_token(watched.entropy)),
        ("kl_old", per_token(watched.moved)),
        ("kl", per_token(watched.divergence)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

/// For each group whether no answer in it is better than another.
pub(super) fn equal_groups(rollouts: &[Rollout], groups: &[usize]) -> Vec<bool> {
    let mut equal = vec![true; groups.iter().max().map_or(0, |last| last + 1)];
    for (rollout, group) in rollouts.iter().zip(groups) {
        equal[*group] &= rollout.advantage == 0.0;
    }
    equal
}

fn share_of(counts: bool) -> f64 {
    f64::from(u8::from(counts))
}

fn mean(numbers: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = numbers.len().max(1) as f64;
    numbers.sum::<f64>() / count
}

/// The sample's deviation; zero where it has none.
fn deviation(numbers: &[f64]) -> f64 {
    if numbers.len() < 2 {
        return 0.0;
    }
    let mean = mean(numbers.iter().copied());
    let squares: f64 = numbers.iter().map(|number| (number - mean).powi(2)).sum();
    (squares / (numbers.len() - 1) as f64).sqrt()
}
