//! Which of a step's problems are learned. Owns what is hard.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::measures::equal_groups;
use super::rollout::Rollout;

/// Which of a step's problems are learned. Those whose answers are all worth the same teach nothing, and are left out.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Curriculum {
    /// The share of the others that is learned, at least one: those whose answers are worth least on average.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub hardest: f64,
}

impl Curriculum {
    /// Whether each group is learned.
    pub(super) fn learned(self, rollouts: &[Rollout], groups: &[usize]) -> Vec<bool> {
        let equal = equal_groups(rollouts, groups);
        let mut worth = vec![(0.0, 0.0); equal.len()];
        for (rollout, group) in rollouts.iter().zip(groups) {
            worth[*group].0 += rollout.worth.reward;
            worth[*group].1 += 1.0;
        }
        let mean = |group: &usize| worth[*group].0 / worth[*group].1;
        let mut hard: Vec<usize> = (0..equal.len()).filter(|group| !equal[*group]).collect();
        // Of equally hard ones those that come first.
        hard.sort_by(|one, other| mean(one).total_cmp(&mean(other)));
        hard.truncate(((self.hardest * hard.len() as f64).ceil() as usize).max(1));
        (0..equal.len()).map(|group| hard.contains(&group)).collect()
    }
}

#[cfg(test)]
mod tests {
    use models::train::Example;

    use super::*;
    use crate::train::grpo::terms::{Known, Worth};
    use crate::verify::Status;

    fn rollout(reward: f64, advantage: f64) -> Rollout {
        let known = Known {
            formatted: true,
            status: Status::Passed,
            tests: 1.0,
            tokens: 1,
            python: None,
            columns: 0.0,
            process: None,
        };
        Rollout {
            prompt: String::new(),
            completion: String::new(),
            problem: String::new(),
            sample: 0,
            example: Example::completion(&[1], &[2]),
            drawn: vec![0.0],
            truncated: false,
            known,
            worth: Worth { reward, ..Worth::default() },
            advantage,
        }
    }

    #[test]
    fn the_hardest_are_learned_of_those_that_teach() {
        let rewards = [[2.0, 1.0], [0.0, 0.0], [1.0, 0.0], [0.0, 0.5], [2.0, 2.0], [1.0, 0.0]];
        let (mut rollouts, mut groups) = (Vec::new(), Vec::new());
        for (group, own) in rewards.iter().enumerate() {
            let mean = own.iter().sum::<f64>() / 2.0;
            rollouts.extend(own.map(|reward| rollout(reward, reward - mean)));
            groups.extend([group; 2]);
        }
        let learned = |hardest: f64| -> Vec<usize> {
            let learned = Curriculum { hardest }.learned(&rollouts, &groups);
            (0..learned.len()).filter(|group| learned[*group]).collect()
        };
        assert_eq!(learned(1.0), [0, 2, 3, 5]);
        assert_eq!(learned(0.75), [2, 3, 5]);
        assert_eq!(learned(0.5), [2, 3]);
        assert_eq!(learned(0.0), [3]);
        assert_eq!(Curriculum { hardest: 0.5 }.learned(&rollouts[2..4], &[0, 0]), [false]);
    }
}
