//! Factual errors: a number that the statement does not say, or a value that does not come out.

use super::steps::{Said, Step};
use super::value;
use crate::synthesize::draw::Draw;

/// What the step says with an error; none where it has nothing to be wrong about.
pub(in crate::synthesize) fn wrong(step: &Step, statement: &str, draw: &mut Draw) -> Option<Said> {
    let said = &step.said;
    let other_number =
        |draw: &mut Draw| Some(Said { text: other_number(&said.text, statement, draw)?, ..said.clone() });
    let other_value = |draw: &mut Draw| {
        let value = value::changed(said.value.as_deref()?, draw)?;
        Some(Said { value: Some(value), ..said.clone() })
    };
    match draw.happens(50) {
        true => other_number(draw).or_else(|| other_value(draw)),
        false => other_value(draw).or_else(|| other_number(draw)),
    }
}

/// The text with another number in place of one that the statement has too, wherever it stands.
fn other_number(text: &str, statement: &str, draw: &mut Draw) -> Option<String> {
    let stated: Vec<&str> = numbers(statement).map(|(_, number)| number).collect();
    let shared: Vec<&str> = numbers(text).map(|(_, number)| number).filter(|number| stated.contains(number)).collect();
    let number = *draw.some_of(&shared)?;
    let said: i64 = number.parse().ok()?;
    let other = (said + *draw.one_of(&[-2, -1, 1, 2])).max(0);
    let mut changed = String::new();
    let mut end = 0;
    for (start, _) in numbers(text).filter(|(_, found)| *found == number) {
        changed.push_str(&text[end..start]);
        changed.push_str(&other.to_string());
        end = start + number.len();
    }
    changed.push_str(&text[end..]);
    (changed != text).then_some(changed)
}

/// Runs of digits that are no part of a word, with where they begin.
fn numbers(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    let mut end = 0;
    std::iter::from_fn(move || {
        let start = end + text[end..].find(is_word)?;
        end = text[start..].find(|character| !is_word(character)).map_or(text.len(), |length| start + length);
        Some((start, &text[start..end]))
    })
    .filter(|(_, word)| word.bytes().all(|byte| byte.is_ascii_digit()))
}
