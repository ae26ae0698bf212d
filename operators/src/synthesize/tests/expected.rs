//! What comes out for inputs: found out by running solutions.
//!
//! Owns which input becomes a test. How programs run is the runner's, and who wins a vote is `agreement`'s.

use engine::operator::Fault;
use engine::row::Cell;
use futures_util::future::try_join_all;

use super::agreement::majority;
use super::inputs::{Inputs, Refused};
use super::solutions::Weighted;
use crate::verify::{Answer, Runner};

/// Who is believed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Trust {
    /// The one program that there is.
    Oracle,
    /// What at least this share of those that ran agree on.
    Majority(f64),
}

/// Tests, and the inputs of which none was made.
pub(super) struct Settled {
    pub(super) tests: Vec<Cell>,
    /// The share of the solutions that agree on each; nothing where there was no vote.
    pub(super) agreement: Vec<Option<f64>>,
    pub(super) refused: Vec<Refused>,
}

/// Makes tests of inputs.
pub(super) async fn settle(
    inputs: Inputs,
    solutions: &Weighted,
    trust: Trust,
    runner: &Runner,
) -> Result<Settled, Fault> {
    let runs = try_join_all(solutions.keys().map(|program| runner.answers(program, &inputs.tests))).await?;
    let kind = inputs.kind().name();
    let mut settled = Settled { tests: Vec::new(), agreement: Vec::new(), refused: inputs.refused };
    for (place, input) in inputs.texts.into_iter().enumerate() {
        let answers: Vec<(&Result<Answer, String>, usize)> =
            runs.iter().map(|run| &run[place]).zip(solutions.values().copied()).collect();
        match believed(&answers, trust, runner) {
            Ok((answer, agreement)) => {
                let output = answer.expected();
                let test = [("kind", kind.into()), ("input", input.into()), ("output", output.into())];
                settled.tests.push(Cell::structure(test));
                settled.agreement.push(agreement);
            }
            Err(reason) => settled.refused.push(Refused::new(input, reason)),
        }
    }
    Ok(settled)
}

/// What is expected for one input, and the share that agrees; or why nothing is.
fn believed(
    answers: &[(&Result<Answer, String>, usize)],
    trust: Trust,
    runner: &Runner,
) -> Result<(Answer, Option<f64>), String> {
    match trust {
        Trust::Oracle => {
            let (answer, _) = answers.first().ok_or("there is no solution")?;
            let answer = answer.as_ref().map_err(|reason| format!("the solution fails: {reason}"))?;
            let is_passable = runner.agree(answer, answer);
            let answer = is_passable.then(|| answer.clone()).ok_or("what the solution gives equals nothing")?;
            Ok((answer, None))
        }
        Trust::Majority(threshold) => {
            let ran: Vec<(&Answer, usize)> =
                answers.iter().filter_map(|(answer, weight)| Some((answer.as_ref().ok()?, *weight))).collect();
            let agree = |expected: &&Answer, actual: &&Answer| runner.agree(expected, actual);
            let (place, share) = majority(&ran, agree, threshold)?;
            Ok((ran[place].0.clone(), Some(share)))
        }
    }
}
