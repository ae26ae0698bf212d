//! Rewards into advantages: how much better a text is than the others that were drawn for its prompt.

/// How rewards become advantages (GRPO, <https://arxiv.org/abs/2402.03300>, section 4.1.2):
/// `(r - mean of the group) / (deviation + ε)`, the deviation being the sample's (`n - 1`).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Advantages {
    /// What rewards are scaled by.
    pub scale: Scale,
    /// `ε`: 1e-6 in verl, 1e-4 in TRL.
    pub epsilon: f64,
    /// What a group of one gets.
    pub singleton: Singleton,
}

/// What rewards are scaled by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// The deviation in the group.
    Group,
    /// The deviation in the whole batch; the mean is still the group's.
    Batch,
    /// Nothing (Dr. GRPO, <https://arxiv.org/abs/2503.20783>).
    None,
}

/// What a group of one gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Singleton {
    /// Its reward, as in verl: there is no mean to compare it with.
    Reward,
    /// Nothing.
    Zero,
}

impl Advantages {
    /// The advantage of each text; `groups` says which prompt it was drawn for. A reward that is not a number has no
    /// part in means and deviations, and its advantage is zero.
    ///
    /// # Panics
    /// Where there are not as many groups as rewards.
    pub fn of(&self, rewards: &[f64], groups: &[usize]) -> Vec<f64> {
        assert_eq!(rewards.len(), groups.len(), "every reward belongs to a group");
        let count = groups.iter().max().map_or(0, |last| last + 1);
        let mut members: Vec<Vec<f64>> = vec![Vec::new(); count];
        for (reward, group) in rewards.iter().zip(groups).filter(|(reward, _)| !reward.is_nan()) {
            members[*group].push(*reward);
        }
        let all: Vec<f64> = rewards.iter().copied().filter(|reward| !reward.is_nan()).collect();
        let batch = deviation(&all);
        let advantage = |(reward, group): (&f64, &usize)| match members[*group].as_slice() {
            _ if reward.is_nan() => 0.0,
            [_] if self.singleton == Singleton::Zero => 0.0,
            [only] => self.scaled(*only, 1.0, batch),
            group => self.scaled(reward - mean(group), deviation(group), batch),
        };
        rewards.iter().zip(groups).map(advantage).collect()
    }

    fn scaled(&self, difference: f64, group: f64, batch: f64) -> f64 {
        match self.scale {
            Scale::Group => difference / (group + self.epsilon),
            Scale::Batch => difference / (batch + self.epsilon),
            Scale::None => difference,
        }
    }
}

fn mean(rewards: &[f64]) -> f64 {
    rewards.iter().sum::<f64>() / rewards.len() as f64
}

/// The sample's deviation; zero where it has none.
fn deviation(rewards: &[f64]) -> f64 {
    if rewards.len() < 2 {
        return 0.0;
    }
    let mean = mean(rewards);
    let squares: f64 = rewards.iter().map(|reward| (reward - mean).powi(2)).sum();
    (squares / (rewards.len() - 1) as f64).sqrt()
}
