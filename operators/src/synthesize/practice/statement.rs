//! Statements: what a problem asks, in one of several wordings.
//!
//! Owns how phrases become sentences. Knows no primitive by name.

use super::composition::{Composition, Parameters, Step};
use super::draw::Draw;
use super::kind::Kind;
use super::primitive::Mood;

/// How clauses are put together.
#[derive(Clone, Copy)]
enum Style {
    /// "Given a text, do this, do that, and return the result."
    Sentence,
    /// "Given a text: do this, then do that, then return the result."
    Sequence,
    /// "You get a text. Do this. Do that. Return the result."
    Sentences,
}

/// A wording of what the composition does. The same wording says the same of every composition, so that no two
/// functions share a statement.
pub(super) fn statement(composition: &Composition, draw: &mut Draw) -> String {
    let style = *draw.one_of(&[Style::Sentence, Style::Sequence, Style::Sentences]);
    let mut clauses = clauses(composition, draw);
    let last = clauses.pop().expect("a composition has a step");
    let domain = domain(composition);
    match style {
        Style::Sentence => {
            let and = if clauses.is_empty() { "" } else { "and " };
            let clauses = clauses.iter().map(|clause| format!("{clause}, ")).collect::<String>();
            format!("Given {domain}, {clauses}{and}{last}.")
        }
        Style::Sequence => {
            let clauses = clauses.iter().map(|clause| format!("{clause}, then ")).collect::<String>();
            format!("Given {domain}: {clauses}{last}.")
        }
        Style::Sentences => {
            let opening = draw.one_of(&["You get", "You are given"]);
            let clauses = clauses.iter().chain([&last]).map(|clause| format!(" {}.", capitalised(clause)));
            format!("{opening} {domain}.{}", clauses.collect::<String>())
        }
    }
}

/// What is done, step by step, and that the last result is returned.
fn clauses(composition: &Composition, draw: &mut Draw) -> Vec<String> {
    let (last, steps) = composition.steps.split_last().expect("a composition has a step");
    let mut clauses: Vec<String> = steps.iter().map(|step| on_the_way(step, &phrase(step, draw))).collect();
    clauses.push(in_the_end(last, &phrase(last, draw)));
    if last.primitive.mood == Mood::Act {
        clauses.push(returned(composition, draw));
    }
    clauses
}

fn phrase(step: &Step, draw: &mut Draw) -> String {
    let template = draw.one_of::<String>(&step.primitive.phrases);
    step.constants.fill(template, step.origin)
}

/// A step's phrase as something to do.
pub(super) fn on_the_way(step: &Step, phrase: &str) -> String {
    match step.primitive.mood {
        Mood::Act => phrase.to_owned(),
        Mood::Noun => format!("take {phrase}"),
        Mood::Whether => format!("check whether {phrase}"),
    }
}

/// The last step's phrase as something to do; where it changes something, the return is said apart.
pub(super) fn in_the_end(step: &Step, phrase: &str) -> String {
    match step.primitive.mood {
        Mood::Act => phrase.to_owned(),
        Mood::Noun => format!("return {phrase}"),
        Mood::Whether => format!("return whether {phrase}"),
    }
}

fn returned(composition: &Composition, draw: &mut Draw) -> String {
    let named = match composition.gives() {
        Kind::Natural | Kind::Integer => "return the number",
        Kind::Truth => "return the answer",
        Kind::Numbers | Kind::Words => "return the list",
        Kind::LowerText | Kind::Text => "return the text",
    };
    (*draw.one_of(&["return the result", named])).to_owned()
}

fn domain(composition: &Composition) -> String {
    match composition.parameters() {
        Parameters::Value => composition.takes.domain().to_owned(),
        Parameters::ValueAndK => format!("{} and a number k >= 1", composition.takes.domain()),
    }
}

/// With a capital first letter.
pub(super) fn capitalised(clause: &str) -> String {
    let mut characters = clause.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
