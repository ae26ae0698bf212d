//! Trainings killed at random moments and started again: whatever the step, at an epoch's border, during validation, the
//! weights are those of a training that nobody killed.

use super::killed::{Moment, kill_and_resume};
use super::site::Site;
use crate::operators::python_is_here;

/// What all trainings begin with. Texts are few and steps cross the borders of epochs.
const BEGINNING: &str = r#"
name: trained
seed: 17
nodes:
  problems: {op: synthesize.practice, with: {count: 30, tests: 2, depth: {from: 1, to: 1}}}
  pairs:    {op: source.jsonl, with: {path: pairs.jsonl, rows: Preference}}
  scratch:
    op: model.scratch
    inputs: problems
    with: {vocabulary: 300, tokens: ["<think>", "</think>", "<answer>", "</answer>"], shape: {hidden: 16, heads: 2, layers: 2, context: 768}}
"#;

const SFT: &str = r#"
  taught:
    op: train.sft
    inputs: {rows: problems, validation: problems, model: scratch}
    with:
      prompt: "{{ statement }}"
      completion: "<think>{{ reasoning }}</think><answer>{{ solution }}</answer>"
      batch: 12
      epochs: 2
      rate: 0.01
      optimizer: {schedule: cosine, warmup_ratio: 0.2}
"#;

const REWARD: &str = "
  reward:
    op: train.reward
    inputs: {pairs: pairs, validation: pairs, model: scratch}
    with: {batch: 4, epochs: 2, rate: 0.01, validation_every: 2, patience: 2, optimizer: {matrices: muon}}
";

const DPO: &str = "
  improved:
    op: train.dpo
    inputs: {pairs: pairs, validation: pairs, model: scratch}
    with: {per: step, batch: 4, epochs: 2, rate: 0.01, lora: {rank: 2}}
";

const GRPO: &str = r#"
  policy:
    op: train.grpo
    inputs: {problems: problems, validation: problems, model: scratch, process: reward}
    with:
      prompt: "{{ statement }}"
      reading: whole
      steps: 4
      batch: 4
      group: 3
      updates: 2
      max_tokens: 12
      rate: 0.01
      validation_every: 2
      rollouts_every: 1
      terms: {process: {gate: add}}
      limits: {fuel: 1000000000}
      objective: {kl: {coefficient: 0.01}}
  again:
    op: train.grpo
    inputs: {rollouts: policy.rollouts, model: scratch}
    with: {steps: 4, rate: 0.01, terms: {format: 0.0, tests: 1.0, process: {gate: add}}}
"#;

fn site(parts: &[&str]) -> Site {
    let site = Site::new(&[&[BEGINNING], parts].concat().concat());
    let pair = |number: usize| {
        let (chosen, rejected) = ("right ".repeat(number % 4 + 1), "wrong ".repeat(number % 3 + 1));
        format!(
            "{{\"id\": \"{number}\", \"prompt\": \"question {number}\", \"chosen\": \"{chosen}\", \"rejected\": \"{rejected}\"}}\n"
        )
    };
    site.write("pairs.jsonl", &(0..10).map(pair).collect::<String>());
    site
}

fn survive(parts: &[&str], kills: usize) {
    let site = site(parts);
    kill_and_resume(&site, kills, |random| Moment::by_files(&site, random));
}

#[test]
fn supervised_training_is_killed_and_goes_on_to_the_same_weights() {
    survive(&[SFT], 12);
}

#[test]
fn reward_training_is_killed_and_goes_on_to_the_same_weights() {
    survive(&[REWARD], 12);
}

#[test]
fn preference_training_is_killed_and_goes_on_to_the_same_weights() {
    survive(&[DPO], 12);
}

#[test]
fn policy_optimization_is_killed_and_goes_on_to_the_same_weights() {
    if python_is_here() {
        survive(&[REWARD, GRPO], 12);
    }
}
