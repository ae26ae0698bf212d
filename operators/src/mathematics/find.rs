//! Where a completion says its answer: in a box, behind words that announce it, or last of all.
//!
//! Owns the order in which places are looked at. What is found there is read by others.

mod latex;
mod plain;

use super::answer::Answer;
use super::boxes::Boxes;
use super::formula::Formula;
use super::parse;
use super::tidy::tidied;
use super::work::Work;
use latex::{Group, first, groups};
use plain::Plain;

/// The answer of a text, as it was written and as it was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Found {
    /// The first that was found, whether it can be read or not.
    pub(crate) text: Option<String>,
    pub(super) answer: Option<Answer>,
    pub(super) is_boxed: bool,
    /// Why the text is not read.
    pub(super) why: Option<String>,
}

/// Something that may be the answer.
struct Candidate<'a> {
    /// Bytes of the text.
    start: usize,
    end: usize,
    what: What<'a>,
}

enum What<'a> {
    Boxed(&'a str),
    Latex(Group<'a>),
    Plain(Plain),
}

/// Bytes of a completion's end that are looked at: an answer is in the last of them.
const LOOKED_AT: usize = 20_000;

/// How many places of one rank are read at most.
const TRIED: usize = 50;

/// How far behind the words that announce it an answer may begin.
const ANNOUNCED: usize = 50;

/// A problem's own answer, which is all of the text.
pub(crate) fn reference(text: &str) -> Found {
    let (mut found, work) = (Found::default(), Work::new());
    found.read(tidied(end_of(text), Boxes::Last), |text| parse_latex(text, &work));
    found
}

/// The answer of a completion.
pub(crate) fn in_completion(completion: &str) -> Found {
    found_within(completion, &Work::new())
}

pub(super) fn found_within(completion: &str, work: &Work) -> Found {
    let found = last_said(end_of(completion), work);
    if work.is_spent() {
        let why = "finding it takes too long".to_owned();
        return Found { text: Some(String::new()), why: Some(why), ..Found::default() };
    }
    found
}

fn last_said(text: &str, work: &Work) -> Found {
    let mut found = Found::default();
    for rank in [hoped, final_or_boxed, answered_with_colon, answered, anywhere] {
        let mut candidates = rank(text, work);
        // What ends last is meant; of those that end there, what begins first says more.
        candidates.sort_by(|one, other| other.end.cmp(&one.end).then(one.start.cmp(&other.start)));
        for candidate in candidates.into_iter().take(TRIED) {
            candidate.what.read(&mut found, work);
            // What stands in a box is the answer, whether it can be read or not.
            if found.answer.is_some() || found.is_boxed {
                return found;
            }
        }
    }
    found
}

/// What of a text is looked at.
fn end_of(text: &str) -> &str {
    &text[text.ceil_char_boundary(text.len().saturating_sub(LOOKED_AT))..]
}

impl Found {
    fn read(&mut self, text: String, parse: impl FnOnce(&str) -> Result<Answer, String>) {
        match parse(&text) {
            Ok(answer) => self.answer = Some(answer),
            Err(why) => {
                self.why.get_or_insert(why);
            }
        }
        if !text.is_empty() {
            self.text.get_or_insert(text);
        }
    }
}

impl What<'_> {
    fn read(self, found: &mut Found, work: &Work) {
        match self {
            Self::Boxed(text) => {
                found.read(tidied(text, Boxes::Last), |text| parse_latex(text, work));
                found.is_boxed = found.text.is_some();
            }
            Self::Latex(group) => read_group(&group, found, work),
            Self::Plain(Plain::Number { text, value, is_percent }) => {
                let value = if is_percent { Formula::Percent(Box::new(value)) } else { value };
                found.read(text, |_| Ok(Answer::Formula(value)));
            }
            Self::Plain(Plain::Expression(text)) => {
                found.read(text, |text| parse::answer(&text.replace("**", "^"), work));
            }
        }
    }
}

/// Reads what stands between dollars; several with commas between them are one answer.
fn read_group(group: &Group<'_>, found: &mut Found, work: &Work) {
    let texts: Vec<String> = group.parts.iter().map(|part| tidied(part.content, Boxes::All)).collect();
    let answers: Vec<_> = texts.iter().map(|text| parse_latex(text, work)).collect();
    let percents = group.parts.iter().map(|part| part.is_percent);
    let answers = answers.into_iter().zip(percents).map(|(answer, is_percent)| match answer {
        Ok(Answer::Formula(formula)) if is_percent => Ok(Answer::Formula(Formula::Percent(Box::new(formula)))),
        other => other,
    });
    let answers: Vec<_> = answers.collect();
    if answers.len() > 1 && answers.iter().all(Result::is_ok) {
        let parts = answers.into_iter().flatten().flat_map(|answer| match answer {
            Answer::Set(parts) => parts,
            other => vec![other],
        });
        let parts = Answer::Set(parts.collect());
        return found.read(texts.join(" and "), |_| Ok(parts));
    }
    if let Some((text, answer)) = texts.into_iter().zip(answers).next() {
        found.read(text, |_| answer);
    }
}

/// Of a chain that cannot be read, what stands behind its last sign.
fn parse_latex(text: &str, work: &Work) -> Result<Answer, String> {
    parse::answer(text, work).or_else(|why| {
        let sides: Vec<&str> = text.split('=').collect();
        match sides.as_slice() {
            [_, _, .., last] if !text.contains([',', ';']) => parse::answer(last, work),
            _ => Err(why),
        }
    })
}

/// The last places where words end, whatever their case, and the text behind each.
fn behind<'a>(text: &'a str, words: &str) -> Vec<(usize, &'a str)> {
    // Only ASCII changes its case here, so that places stay where they are.
    let lower = text.to_ascii_lowercase();
    let places = lower.rmatch_indices(words).take(TRIED).map(|(place, _)| place + words.len());
    places.map(|place| (place, &text[place..])).collect()
}

/// `The final answer is 7. I hope it is correct.`
fn hoped<'a>(text: &'a str, work: &Work) -> Vec<Candidate<'a>> {
    let announced = behind(text, "final answer is").into_iter();
    let at =
        announced.flat_map(|(place, rest)| right_behind(text, place + rest.len() - announcement(rest).len(), work));
    at.filter(|candidate| text[candidate.end..].trim_start_matches('.').trim_start().starts_with("I hope")).collect()
}

/// What follows a colon and spaces.
fn announcement(rest: &str) -> &str {
    rest.strip_prefix(':').unwrap_or(rest).trim_start()
}

/// What `... final answer ... is` says, and all boxes.
fn final_or_boxed<'a>(text: &'a str, work: &Work) -> Vec<Candidate<'a>> {
    let boxed = groups(text, "\\boxed{", work);
    let mut found: Vec<Candidate<'a>> = boxed.into_iter().map(Candidate::latex).collect();
    if let (Some(start), Some(end)) = (text.find("\\boxed"), text.rfind('}')) {
        let is_last = start < end && text[start..end].contains('{');
        found.extend(is_last.then(|| Candidate { start, end: end + 1, what: What::Boxed(&text[start..=end]) }));
    }
    for (_, rest) in behind(text, "final answer") {
        let near = &rest[..rest.char_indices().nth(100).map_or(rest.len(), |(end, _)| end)];
        for (place, said) in behind(near, " is") {
            let at = text.len() - rest.len() + place;
            if said.starts_with([' ', ':', '\n']) {
                found.extend(right_behind(text, at + text[at..].len() - announcement(&text[at..]).len(), work));
            }
        }
    }
    found
}

/// What begins right at a place.
fn right_behind<'a>(text: &'a str, place: usize, work: &Work) -> Vec<Candidate<'a>> {
    let latex = first(&text[place..], 0, work).map(|group| Candidate::latex(group.moved(place)));
    latex.into_iter().chain(plain::at(text, place).map(Candidate::plain)).collect()
}

fn answered_with_colon<'a>(text: &'a str, work: &Work) -> Vec<Candidate<'a>> {
    announced(text, "answer:", work)
}

fn answered<'a>(text: &'a str, work: &Work) -> Vec<Candidate<'a>> {
    announced(text, "answer", work)
}

/// What begins shortly behind words.
fn announced<'a>(text: &'a str, words: &str, work: &Work) -> Vec<Candidate<'a>> {
    let mut found = Vec::new();
    for (place, rest) in behind(text, words) {
        let near = rest.char_indices().nth(ANNOUNCED).map_or(rest.len(), |(end, _)| end);
        found.extend(first(rest, near, work).map(|group| Candidate::latex(group.moved(place))));
        found.extend(plain::announced(text, place, near).map(Candidate::plain));
    }
    found
}

fn anywhere<'a>(text: &'a str, work: &Work) -> Vec<Candidate<'a>> {
    let latex = groups(text, "", work).into_iter().map(Candidate::latex);
    latex.chain(plain::all(text).into_iter().map(Candidate::plain)).collect()
}

impl<'a> Candidate<'a> {
    fn latex(group: Group<'a>) -> Self {
        Self { start: group.start, end: group.end, what: What::Latex(group) }
    }

    fn plain((start, end, plain): (usize, usize, Plain)) -> Self {
        Self { start, end, what: What::Plain(plain) }
    }
}
