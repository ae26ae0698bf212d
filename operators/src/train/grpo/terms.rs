//! What an answer is worth: named terms, their weights, and when the process counts.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::scored::PythonTerm;
use crate::verify::Status;

/// The terms of a reward, by their weights; a term of weight 0 does not count.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Terms {
    /// 1 for an answer that is built as asked.
    pub format: f64,
    /// 1 for a program that passes all tests.
    pub outcome: f64,
    /// The share of tests that the program passes.
    pub tests: f64,
    /// 1, -0.3, -0.6 or -1, by how far the program got. In place of the outcome with `outcome: 0`, otherwise beside it.
    pub compiler: f64,
    /// What a function of your own says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub python: Option<PythonTerm>,
    /// Columns of numbers of `rollouts`, by their weights: what other nodes have said of the answers.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, f64>,
    /// What lies beyond a budget costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length: Option<Length>,
    /// What a reward model says of the reasoning.
    pub process: ProcessTerm,
}

/// Tokens beyond a budget cost, evenly up to `max_tokens`, where they cost the whole weight
/// (DAPO, <https://arxiv.org/abs/2503.14476>, equation 13).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Length {
    /// What an answer of `max_tokens` costs.
    #[schemars(range(min = 0.0))]
    pub weight: f64,
    /// How many tokens cost nothing.
    pub budget: usize,
    /// The budget is greater at first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub falls: Option<Falls>,
}

/// A budget that falls evenly, step by step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Falls {
    /// What it is in the first step.
    pub from: usize,
    /// In how many steps it falls to what it is then.
    #[schemars(range(min = 1))]
    pub steps: u64,
}

/// What a reward model says of the reasoning, and when it counts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ProcessTerm {
    /// When it counts.
    pub gate: Process,
    /// How much.
    pub weight: f64,
    /// How its number becomes one between 0 and 1.
    pub squash: Squash,
}

/// When the process counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Process {
    /// Where the program passes all tests.
    #[default]
    Hard,
    /// By the share of tests that the program passes.
    Soft,
    /// Always.
    Add,
    /// Never.
    Off,
}

/// How a reward model's number becomes one between 0 and 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Squash {
    /// By the logistic function.
    #[default]
    Sigmoid,
    /// Between the least and the greatest of its group.
    Group,
    /// It is cut where it is less than 0 or more than 1.
    Clip,
}

impl Default for Terms {
    fn default() -> Self {
        let process = ProcessTerm::default();
        Self {
            format: 1.0,
            outcome: 1.0,
            tests: 0.0,
            compiler: 0.0,
            python: None,
            columns: BTreeMap::new(),
            length: None,
            process,
        }
    }
}

impl Default for ProcessTerm {
    fn default() -> Self {
        Self { gate: Process::Hard, weight: 1.0, squash: Squash::Sigmoid }
    }
}

/// What is known of an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Known {
    pub(super) formatted: bool,
    /// How the first test ended that was not passed; `Passed` where all were.
    pub(super) status: Status,
    /// The share of tests that were passed.
    pub(super) tests: f64,
    pub(super) tokens: usize,
    /// What the user's function says, where there is one.
    pub(super) python: Option<f64>,
    /// The weighted sum of the columns.
    pub(super) columns: f64,
    /// What the reward model says, squashed; nothing where there is no reasoning or no model.
    pub(super) process: Option<f64>,
}

/// What the terms of an answer are, without their weights, and what they come to with them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Worth {
    /// Every term that has a weight, by name.
    pub(super) terms: Vec<(&'static str, f64)>,
    pub(super) reward: f64,
}

impl Terms {
    /// What they are in a step, counted from zero.
    pub(super) fn at(&self, step: u64) -> Self {
        let length = self.length.map(|length| Length { budget: length.budget_at(step), falls: None, ..length });
        Self { length, ..self.clone() }
    }

    /// What an answer of at most `max_tokens` is worth.
    pub(super) fn of(&self, known: &Known, max_tokens: usize) -> Worth {
        let passed = f64::from(u8::from(known.status == Status::Passed));
        let gate = match self.process.gate {
            Process::Hard => passed,
            Process::Soft => known.tests,
            Process::Add => 1.0,
            Process::Off => 0.0,
        };
        let length = self.length.map_or((0.0, 0.0), |length| (length.weight, length.of(known.tokens, max_tokens)));
        let all = [
            ("format", self.format, f64::from(u8::from(known.formatted))),
            ("outcome", self.outcome, passed),
            ("tests", self.tests, known.tests),
            ("compiler", self.compiler, compiler(known.status)),
            ("python", self.python.as_ref().map_or(0.0, |python| python.weight), known.python.unwrap_or(0.0)),
            ("columns", if self.columns.is_empty() { 0.0 } else { 1.0 }, known.columns),
            ("length", length.0, length.1),
            ("process", self.process.weight, gate * known.process.unwrap_or(0.0)),
        ];
        let counted = all.into_iter().filter(|(_, weight, _)| *weight != 0.0);
        counted.fold(Worth::default(), |mut worth, (name, weight, value)| {
            worth.terms.push((name, value));
            worth.reward += weight * value;
            worth
        })
    }

    /// Whether more than the first failing test of a program matters.
    pub(super) fn counts_tests(&self) -> bool {
        self.tests != 0.0 || self.process.gate == Process::Soft
    }
}

impl ProcessTerm {
    /// Whether the manifest says anything of it.
    pub(super) fn is_said(&self) -> bool {
        *self != Self::default()
    }
}

impl Length {
    fn budget_at(self, step: u64) -> usize {
        let Some(Falls { from, steps }) = self.falls else { return self.budget };
        let left = 1.0 - (step as f64 / steps as f64).min(1.0);
        (self.budget as f64 + (from as f64 - self.budget as f64) * left).round() as usize
    }

    fn of(self, tokens: usize, max_tokens: usize) -> f64 {
        let beyond = tokens.saturating_sub(self.budget) as f64;
        let room = max_tokens.saturating_sub(self.budget).max(1) as f64;
        -(beyond / room).min(1.0)
    }
}

impl Squash {
    /// The numbers of a group, between 0 and 1.
    pub(super) fn apply(self, group: &[Option<f64>]) -> Vec<Option<f64>> {
        let known = || group.iter().flatten().copied();
        let (least, greatest) = (known().fold(f64::INFINITY, f64::min), known().fold(f64::NEG_INFINITY, f64::max));
        let one = |number: f64| match self {
            Self::Sigmoid => 1.0 / (1.0 + (-number).exp()),
            Self::Group if greatest > least => (number - least) / (greatest - least),
            Self::Group => 0.5,
            Self::Clip => number.clamp(0.0, 1.0),
        };
        group.iter().map(|number| number.map(one)).collect()
    }
}

/// How far a program got: StepCoder, <https://arxiv.org/abs/2402.01391>, section 3.
fn compiler(status: Status) -> f64 {
    match status {
        Status::Passed => 1.0,
        Status::Failed | Status::InvalidTest | Status::Unsupported | Status::Undecided => -0.3,
        Status::RuntimeError | Status::Misnamed | Status::Timeout | Status::Memory | Status::Output => -0.6,
        Status::CompileError => -1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(formatted: bool, status: Status, tests: f64, process: Option<f64>) -> Known {
        Known { formatted, status, tests, tokens: 10, python: None, columns: 0.0, process }
    }

    fn gated(gate: Process) -> Terms {
        Terms { process: ProcessTerm { gate, ..ProcessTerm::default() }, ..Terms::default() }
    }

    #[test]
    fn only_the_process_is_gated() {
        let reward = |gate, known: &Known| gated(gate).of(known, 100).reward;
        let right = known(true, Status::Passed, 1.0, Some(0.7));
        let wrong = known(true, Status::Failed, 0.5, Some(0.7));
        let unformatted = known(false, Status::Passed, 1.0, Some(0.7));
        for (gate, expected) in [
            (Process::Hard, [2.7, 1.0, 1.7]),
            (Process::Soft, [2.7, 1.35, 1.7]),
            (Process::Add, [2.7, 1.7, 1.7]),
            (Process::Off, [2.0, 1.0, 1.0]),
        ] {
            let found = [&right, &wrong, &unformatted].map(|known| reward(gate, known));
            let apart = found.iter().zip(expected).map(|(one, other)| (one - other).abs()).fold(0.0, f64::max);
            assert!(apart < 1e-12, "{gate:?}: {found:?}");
        }
        assert_eq!(reward(Process::Hard, &known(true, Status::Passed, 1.0, None)), 2.0);
    }

    #[test]
    fn programs_are_worth_by_how_far_they_get_and_lengths_beyond_a_budget_cost() {
        let terms = Terms {
            format: 0.0,
            outcome: 0.0,
            compiler: 1.0,
            length: Some(Length { weight: 1.0, budget: 5, falls: None }),
            process: ProcessTerm { gate: Process::Off, ..ProcessTerm::default() },
            ..Terms::default()
        };
        let ladder = [Status::Passed, Status::Failed, Status::RuntimeError, Status::CompileError];
        let rewards = ladder.map(|status| terms.of(&known(true, status, 0.0, None), 15).reward);
        assert_eq!(rewards, [0.5, -0.8, -1.1, -1.5]);
        let over = Known { tokens: 50, ..known(true, Status::Passed, 1.0, None) };
        assert_eq!(terms.of(&over, 15).reward, 0.0);
    }

    #[test]
    fn numbers_are_squashed_alone_or_by_their_group() {
        let group = [Some(0.0), None, Some(4.0), Some(2.0)];
        assert_eq!(Squash::Group.apply(&group), [Some(0.0), None, Some(1.0), Some(0.5)]);
        assert_eq!(Squash::Sigmoid.apply(&group[..2]), [Some(0.5), None]);
        assert_eq!(Squash::Clip.apply(&group), [Some(0.0), None, Some(1.0), Some(1.0)]);
        assert_eq!(Squash::Group.apply(&[Some(3.0), Some(3.0)]), [Some(0.5), Some(0.5)]);
    }

    #[test]
    fn what_the_papers_leave_open_is_fixed() {
        let config: super::super::Grpo = serde_json::from_str(r#"{"steps": 1}"#).expect("all else has a default");
        assert_eq!((config.group, config.temperature, config.rate), (8, 1.0, 1e-6));
        assert_eq!(config.terms.process, ProcessTerm { gate: Process::Hard, weight: 1.0, squash: Squash::Sigmoid });
        assert_eq!((config.advantage.epsilon, config.objective.dual_clip), (1e-6, Some(3.0)));
        assert_eq!((config.optimizer.clip, config.optimizer.weight_decay), (Some(1.0), 0.01));
        assert!(config.limits.fuel.is_some() && config.objective.kl.is_none());
    }

    #[test]
    fn a_budget_falls_evenly_and_then_stays() {
        let length = Length { weight: 1.0, budget: 100, falls: Some(Falls { from: 300, steps: 4 }) };
        let terms = Terms { length: Some(length), ..Terms::default() };
        let budgets = [0, 1, 2, 4, 9].map(|step| terms.at(step).length.map(|length| (length.budget, length.falls)));
        assert_eq!(budgets, [300, 250, 200, 100, 100].map(|budget| Some((budget, None))));
    }
}
