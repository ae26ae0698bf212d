//! What speaks for following a child: its value, and how seldom it was followed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A rule and its constants. `Q` is a child's value, `n` its visits, `N` its parent's, `p` how likely the
/// model finds it: the geometric mean of its tokens' probabilities, since steps differ in length.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Formula {
    /// The rule.
    pub rule: Rule,
    /// How much it counts that a child was followed seldom.
    #[schemars(range(min = 0.0))]
    pub c: f64,
    /// For `var_p_uct`: how many visits it takes until exploring counts more.
    #[schemars(range(min = 0.0))]
    pub base: f64,
}

/// A rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// `Q + c √(ln N) / (1 + n)`.
    Uct,
    /// `Q + c p √(ln N) / (1 + n)` (P-UCB, as PG-TD has it, <https://arxiv.org/abs/2303.05510>).
    #[default]
    PUct,
    /// `Q + (c + ln((N + base + 1) / base)) p √(ln N) / (1 + n)`.
    VarPUct,
    /// `Q + c √(ln N / n)`, what was never followed first (UCB1; SRA-MCTS with `c` times √2,
    /// <https://arxiv.org/abs/2411.11053>).
    Ucb,
}

impl Default for Formula {
    fn default() -> Self {
        Self { rule: Rule::default(), c: 4.0, base: 10.0 }
    }
}

/// A child as its parent sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    pub(super) value: f64,
    pub(super) visits: u64,
    pub(super) parent_visits: u64,
    pub(super) likelihood: f64,
}

impl Formula {
    pub(super) fn of(&self, seen: Seen) -> f64 {
        let Seen { value, likelihood, .. } = seen;
        let (visits, parent_visits) = (seen.visits as f64, seen.parent_visits as f64);
        // A parent that was never visited has no logarithm; nothing was learned to explore against.
        let logarithm = parent_visits.max(1.0).ln();
        let seldom = logarithm.sqrt() / (1.0 + visits);
        match self.rule {
            Rule::Uct => value + self.c * seldom,
            Rule::PUct => value + self.c * likelihood * seldom,
            Rule::VarPUct => {
                value + (((parent_visits + self.base + 1.0) / self.base).ln() + self.c) * likelihood * seldom
            }
            Rule::Ucb if seen.visits == 0 => f64::INFINITY,
            Rule::Ucb => value + self.c * (logarithm / visits).sqrt(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(rule: Rule, c: f64, base: f64, seen: (f64, f64, u64, u64)) -> f64 {
        let (value, likelihood, parent_visits, visits) = seen;
        Formula { rule, c, base }.of(Seen { value, visits, parent_visits, likelihood })
    }

    /// What the public implementations of PG-TD, SRA-MCTS and CodeTree give for the same numbers.
    #[test]
    fn rules_give_what_their_authors_do() {
        let cases = [
            (Rule::Uct, 4.0, (0.5, 0.6, 8, 3), 1.942_026_886_601),
            (Rule::PUct, 4.0, (0.5, 0.6, 8, 3), 1.365_216_131_961),
            (Rule::VarPUct, 4.0, (0.5, 0.6, 8, 3), 1.504_051_716_130),
            (Rule::Uct, 4.0, (0.9, 0.1, 8, 0), 6.668_107_546_404),
            (Rule::PUct, 4.0, (0.9, 0.1, 8, 0), 1.476_810_754_640),
            (Rule::VarPUct, 4.0, (0.9, 0.1, 8, 0), 1.569_367_810_753),
            (Rule::Ucb, 0.5 * 2.0_f64.sqrt(), (5.0, 1.0, 6, 2), 5.669_283_099_523),
            (Rule::Ucb, 1.0, (0.75, 1.0, 6, 2), 1.696_509_236_412),
        ];
        for (rule, c, seen, expected) in cases {
            let given = of(rule, c, 10.0, seen);
            assert!((given - expected).abs() < 1e-11, "{rule:?} {seen:?}: {given}, not {expected}");
        }
        assert_eq!(of(Rule::Ucb, 1.0, 10.0, (0.0, 1.0, 6, 0)), f64::INFINITY);
        assert_eq!(of(Rule::PUct, 4.0, 10.0, (0.5, 0.5, 0, 0)), 0.5);
    }
}
