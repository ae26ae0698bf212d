//! Votes: how they are asked for, read and counted.

use arrow::datatypes::{DataType, Field};
use engine::operator::Complaint;
use engine::port::PortType;
use indexmap::IndexMap;
use regex::Regex;

use super::{Judge, Scale};
use crate::row::{list, with_columns};

/// What a vote may be.
pub(super) struct Ballot {
    kind: Kind,
    pattern: Regex,
    /// Whether the pattern is the manifest's own.
    own: bool,
}

enum Kind {
    Scale(Scale),
    Choices(IndexMap<String, Option<f64>>),
}

/// The votes on a row, counted.
#[derive(Debug, PartialEq)]
pub(super) struct Votes {
    /// The mean of the votes that are worth a number.
    pub(super) score: Option<f64>,
    /// The choice that most votes were for.
    pub(super) verdict: Option<String>,
    /// Each vote; none where it could not be read.
    pub(super) votes: Vec<Option<String>>,
}

impl Ballot {
    pub(super) fn new(config: &Judge) -> Result<Self, Box<Complaint>> {
        let complaint = |path: &[&str], message: String| {
            Box::new(Complaint::parameter("operator::parameters", path, message, "here"))
        };
        let kind = match (config.scale, config.choices.is_empty()) {
            (Some(scale), true) if scale.from < scale.to => Kind::Scale(scale),
            (Some(_), true) => {
                return Err(complaint(&["scale"], "`scale` goes from the worse to the better".to_owned()));
            }
            (None, false) => Kind::Choices(config.choices.clone()),
            (Some(_), false) => {
                return Err(complaint(&["choices"], "`scale` and `choices` exclude each other: remove one".to_owned()));
            }
            (None, true) => {
                let message = "what a vote may be is not said: give a `scale` or `choices`";
                return Err(complaint(&[], message.to_owned()));
            }
        };
        let text = config.pattern.clone().unwrap_or_else(|| kind.pattern());
        let pattern = Regex::new(&text).map_err(|error| complaint(&["pattern"], error.to_string()))?;
        if pattern.capture_names().flatten().all(|name| name != "vote") {
            return Err(complaint(&["pattern"], "`pattern` has no group `vote`: write `(?P<vote>...)`".to_owned()));
        }
        Ok(Self { kind, pattern, own: config.pattern.is_some() })
    }

    /// How the model is to end its answer, in a sentence; none where the pattern is the manifest's own.
    pub(super) fn answer_format(&self) -> Option<String> {
        let format = match &self.kind {
            Kind::Scale(Scale { from, to }) => {
                format!("End with a line `Score: N`, where N is a number from {from} to {to}.")
            }
            Kind::Choices(choices) => {
                let choices: Vec<_> = choices.keys().map(|choice| format!("`{choice}`")).collect();
                format!("End with a line `Verdict: X`, where X is one of {}.", choices.join(", "))
            }
        };
        (!self.own).then_some(format)
    }

    /// Why no vote could be read.
    pub(super) fn unreadable(&self) -> String {
        match &self.kind {
            Kind::Scale(Scale { from, to }) => format!("no answer has a score from {from} to {to}"),
            Kind::Choices(_) => "no answer has a verdict that is one of `choices`".to_owned(),
        }
    }

    /// Reads and counts what was answered.
    pub(super) fn read(&self, answers: &[String]) -> Votes {
        let votes: Vec<Option<(String, Option<f64>)>> = answers.iter().map(|answer| self.vote(answer)).collect();
        let worth: Vec<f64> = votes.iter().flatten().filter_map(|(_, worth)| *worth).collect();
        let score = (!worth.is_empty()).then(|| worth.iter().sum::<f64>() / worth.len() as f64);
        let named: Vec<Option<String>> = votes.into_iter().map(|vote| vote.map(|(name, _)| name)).collect();
        Votes { score, verdict: self.verdict(&named), votes: named }
    }

    /// A vote, and what it is worth.
    fn vote(&self, answer: &str) -> Option<(String, Option<f64>)> {
        let last = self.pattern.captures_iter(answer).last()?;
        let vote = last.name("vote")?.as_str();
        match &self.kind {
            Kind::Scale(scale) => {
                let number: f64 = vote.parse().ok()?;
                (scale.from..=scale.to).contains(&number).then(|| (vote.to_owned(), Some(number)))
            }
            Kind::Choices(choices) => {
                let (choice, worth) = choices.iter().find(|(choice, _)| choice.eq_ignore_ascii_case(vote.trim()))?;
                Some((choice.clone(), *worth))
            }
        }
    }

    fn verdict(&self, votes: &[Option<String>]) -> Option<String> {
        let Kind::Choices(choices) = &self.kind else { return None };
        let count = |choice: &String| votes.iter().flatten().filter(|vote| *vote == choice).count();
        // `max_by_key` takes the last of equals.
        let most = choices.keys().rev().max_by_key(|choice| count(choice))?;
        (count(most) > 0).then(|| most.clone())
    }
}

impl Kind {
    /// Finds a vote as the answer's format asks for it, whatever stands around it.
    fn pattern(&self) -> String {
        match self {
            Self::Scale(_) => r"(?i)\bscore\b[^\w-]*(?P<vote>-?\d+(?:\.\d+)?)".to_owned(),
            Self::Choices(choices) => {
                // A longer choice may begin with a shorter one.
                let mut choices: Vec<&String> = choices.keys().collect();
                choices.sort_by_key(|choice| std::cmp::Reverse(choice.len()));
                // A choice is no part of a word: `not sure` is no `no`.
                let is_word = |sign: char| sign.is_alphanumeric() || sign == '_';
                let end = |choice: &str| if choice.ends_with(is_word) { r"\b" } else { "" };
                let words: Vec<_> = choices.iter().map(|choice| regex::escape(choice) + end(choice)).collect();
                // What is no choice is no vote, and neither is what was said before.
                format!(r"(?i)\bverdict\b(?:\W*?(?P<vote>{})|\W*[:=])", words.join("|"))
            }
        }
    }
}

impl Votes {
    /// Whether none could be read.
    pub(super) fn is_empty(&self) -> bool {
        self.votes.iter().all(Option::is_none)
    }
}

/// The types of `rows` and `unjudged` over rows of a type.
pub(super) fn types(rows: &PortType) -> (PortType, PortType) {
    let critiques = || Field::new("critiques", list(DataType::Utf8), false);
    let counted = vec![
        Field::new("verdict", DataType::Utf8, true),
        Field::new("votes", list(DataType::Utf8), false),
        critiques(),
    ];
    let reason = Field::new("reason", DataType::Utf8, false);
    let scored = PortType::rows("Score").over(rows);
    (with_columns(&scored, counted), with_columns(rows, vec![critiques(), reason]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn ballot(config: Value) -> Result<Ballot, Box<Complaint>> {
        let mut judge = json!({"prompt": "p"});
        judge.as_object_mut().expect("an object").extend(config.as_object().expect("an object").clone());
        Ballot::new(&serde_json::from_value(judge).expect("a configuration"))
    }

    fn read(config: Value, answers: &[&str]) -> Votes {
        let answers: Vec<String> = answers.iter().map(|answer| (*answer).to_owned()).collect();
        ballot(config).unwrap_or_else(|complaint| panic!("{}", complaint.message)).read(&answers)
    }

    #[test]
    fn the_last_score_within_the_scale_counts() {
        let votes = read(
            json!({"scale": {"from": 1, "to": 5}}),
            &["Score: 2\nno:\n**Score:** 4/5", "score = 3.5", "Score: 7", "5", "underscore 3"],
        );
        assert_eq!(votes.score, Some(3.75));
        assert_eq!(votes.votes, [Some("4".to_owned()), Some("3.5".to_owned()), None, None, None]);
        assert_eq!(votes.verdict, None);
    }

    #[test]
    fn choices_are_counted_and_may_abstain() {
        let config = json!({"choices": {"no": 1, "none": null, "yes": 0}});
        let votes = read(config.clone(), &["Verdict: **Yes**.", "verdict - No", "VERDICT: none", "no"]);
        assert_eq!(votes.score, Some(0.5));
        assert_eq!(votes.verdict.as_deref(), Some("no"), "the first of equals");
        assert_eq!(votes.votes[2].as_deref(), Some("none"), "not `no`");
        assert_eq!(votes.votes[3], None);
        let whole =
            ["Verdict: not flawed", "Verdict: not sure", "Verdict: nobody knows", "Verdict: yes?\nVerdict: not so"];
        assert!(read(config.clone(), &whole).is_empty());
        let written = [
            "**Verdict:** Yes",
            "Verdict: [[no]]",
            "Final verdict:\nVerdict: `yes`.",
            "Verdict: no, and this verdict is final.",
        ];
        let yes_and_no = ["yes", "no", "yes", "no"].map(|vote| Some(vote.to_owned()));
        assert_eq!(read(config.clone(), &written).votes, yes_and_no);
        let marks = json!({"choices": {"-1": -1, "1": 1, "A": 2, "A+": 3}});
        let marks = read(marks, &["Verdict: -1", "Verdict: 1", "Verdict: A+", "Verdict: **A**"]);
        assert_eq!(marks.votes, ["-1", "1", "A+", "A"].map(|vote| Some(vote.to_owned())));
        let abstained = read(config.clone(), &["Verdict: none"]);
        assert_eq!((abstained.score, abstained.is_empty()), (None, false));
        assert!(read(config, &["I cannot say"]).is_empty());
    }

    #[test]
    fn a_pattern_of_ones_own_says_what_is_read() {
        let config = json!({"scale": {"from": 1, "to": 5}, "pattern": r"\$\$(?P<vote>\d+)\$\$"});
        assert_eq!(read(config.clone(), &["$$3$$ or $$4$$", "Score: 5"]).votes, [Some("4".to_owned()), None]);
        assert!(ballot(config).is_ok_and(|ballot| ballot.answer_format().is_none()));
        assert!(ballot(json!({"scale": {"from": 1, "to": 5}, "pattern": "x"})).is_err());
        assert!(ballot(json!({"scale": {"from": 5, "to": 1}})).is_err());
        assert!(ballot(json!({})).is_err());
        assert!(ballot(json!({"scale": {"from": 1, "to": 5}, "choices": {"yes": 1}})).is_err());
    }
}
