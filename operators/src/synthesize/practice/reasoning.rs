//! Golden reasoning: a composition applied to one input step by step, with the values that really come out.
//!
//! Owns what a step says. Knows neither how inputs are chosen nor how a statement words the same thing.

use serde::Serialize;

use super::composition::{Composition, Input, Parameters};
use super::primitive::Mood;
use super::solution;
use super::statement::{capitalised, in_the_end, on_the_way};

/// A step of reasoning; the columns of `steps`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct ReasoningStep {
    /// `given` for the input, `step` on the way, `return` for the last.
    pub(super) kind: &'static str,
    /// What is done, a sentence without its full stop.
    pub(super) text: String,
    /// The solution's lines that do it, without indentation.
    pub(super) code: Option<String>,
    /// What comes out, as Python writes it.
    pub(super) value: Option<String>,
}

/// The steps over one input; none where a value on the way is unwieldy.
pub(super) fn steps(composition: &Composition, input: &Input) -> Option<Vec<ReasoningStep>> {
    let values = composition.trace(input)?;
    let codes = solution::lines(composition);
    let last = values.len() - 1;
    let steps = composition.steps.iter().zip(codes).zip(values).enumerate();
    let steps = steps.map(|(place, ((step, code), value))| {
        let thought = step.constants.fill(&step.primitive.thought, step.origin);
        let done = if place == last { in_the_end(step, &thought) } else { on_the_way(step, &thought) };
        let returned = if place == last && step.primitive.mood == Mood::Act { ", and return the result" } else { "" };
        ReasoningStep {
            kind: if place == last { "return" } else { "step" },
            text: format!("{}{returned}", capitalised(&done)),
            code: Some(code.join("\n")),
            value: Some(value.python()),
        }
    });
    Some([given(composition, input)].into_iter().chain(steps).collect())
}

/// The text that steps are: each its sentence, and behind a colon what comes out.
pub(super) fn text(steps: &[ReasoningStep]) -> String {
    let sentence = |step: &ReasoningStep| match &step.value {
        Some(value) => format!("{}: {value}.", step.text),
        None => format!("{}.", step.text),
    };
    steps.iter().map(sentence).collect::<Vec<_>>().join(" ")
}

fn given(composition: &Composition, input: &Input) -> ReasoningStep {
    let value = format!("Try {} = {}", composition.takes.variable(), input.value.python());
    let text = match composition.parameters() {
        Parameters::Value => value,
        Parameters::ValueAndK => format!("{value} and k = {}", input.k),
    };
    ReasoningStep { kind: "given", text, code: None, value: None }
}
