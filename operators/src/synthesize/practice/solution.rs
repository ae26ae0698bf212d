//! Solutions: a composition as Python.
//!
//! Owns signatures, lines and the variables that steps pass on. Knows no words.

use super::composition::{Composition, Parameters, Step};
use super::kind::Kind;
use super::primitive::Code;

/// The function that every problem asks for.
pub(super) const ENTRY: &str = "solve";

/// What stands before a line of the function's body.
const INDENT: &str = "    ";

/// The first line, which an answer begins with.
pub(super) fn starter(composition: &Composition) -> String {
    let value = format!("{}: {}", composition.takes.variable(), composition.takes.annotation());
    let parameters = match composition.parameters() {
        Parameters::Value => value,
        Parameters::ValueAndK => format!("{value}, k: int"),
    };
    format!("def {ENTRY}({parameters}) -> {}:\n", composition.gives().annotation())
}

/// The lines that each step adds to the function's body, without indentation; the last step's return.
pub(super) fn lines(composition: &Composition) -> Vec<Vec<String>> {
    let kinds = composition.kinds().expect("a composition's steps fit each other");
    let last = composition.steps.len() - 1;
    let steps = composition.steps.iter().zip(kinds).enumerate();
    steps
        .map(|(place, (step, kind))| if place == last { returning(step, kind) } else { assigning(step, kind) })
        .collect()
}

/// The whole program.
pub(super) fn solution(composition: &Composition) -> String {
    let lines = lines(composition).into_iter().flatten();
    lines.fold(starter(composition), |program, line| program + INDENT + &line + "\n")
}

fn assigning(step: &Step, kind: Kind) -> Vec<String> {
    match &step.primitive.code {
        Code::Expression(expression) => vec![format!("{} = {}", kind.variable(), filled(step, expression))],
        Code::Block(lines) => lines.iter().map(|line| filled(step, line)).collect(),
    }
}

fn returning(step: &Step, kind: Kind) -> Vec<String> {
    match &step.primitive.code {
        Code::Expression(expression) => vec![format!("return {}", filled(step, expression))],
        Code::Block(_) => {
            let mut lines = assigning(step, kind);
            lines.push(format!("return {}", kind.variable()));
            lines
        }
    }
}

fn filled(step: &Step, template: &str) -> String {
    step.constants.fill(template, step.origin)
}
