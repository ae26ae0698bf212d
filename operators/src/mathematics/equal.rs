//! Whether two answers are the same. Not symmetric: the problem's own answer says what form is meant.

mod formulas;
mod line;
mod relations;
mod sets;

use std::borrow::Cow;

use super::answer::Answer;
use super::find::Found;
use super::work::Work;
use formulas::same_formulas;
use relations::{same_relations, solved};
use sets::same_sets;

/// What is to be said of two answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sameness {
    Same,
    Different,
    /// Nothing can be said, and why.
    Undecided(String),
}

impl Found {
    /// Whether an answer is this one.
    pub(crate) fn is_said_by(&self, said: &Self) -> Sameness {
        self.is_said_within(said, &Work::new())
    }

    pub(super) fn is_said_within(&self, said: &Self, work: &Work) -> Sameness {
        if self.text.is_some() && self.text == said.text {
            return Sameness::Same;
        }
        match (&self.answer, &said.answer) {
            (Some(wanted), Some(answer)) => match same(wanted, answer, work) {
                // What was left out for want of steps may have been all that matters.
                _ if work.is_spent() => Sameness::Undecided("comparing them takes too long".to_owned()),
                verdict => verdict,
            },
            (None, _) => Sameness::Undecided(format!("the problem's own answer is not read: {}", self.reason())),
            (_, None) if said.text.is_some() => {
                Sameness::Undecided(format!("the answer is not read: {}", said.reason()))
            }
            (_, None) => Sameness::Different,
        }
    }

    fn reason(&self) -> &str {
        self.why.as_deref().unwrap_or("there is none")
    }
}

impl Sameness {
    /// Same where all are, different where one is.
    fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Self::Same;
        for part in parts {
            match part {
                Self::Same => {}
                Self::Different => return Self::Different,
                Self::Undecided(_) => all = part,
            }
        }
        all
    }

    /// The first that is the same; undecided where one of them is.
    fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut any = Self::Different;
        for part in parts {
            match part {
                Self::Same => return Self::Same,
                Self::Different => {}
                Self::Undecided(_) => any = part,
            }
        }
        any
    }
}

/// Whether it is more than something divided by zero.
fn has_value(answer: &Answer, work: &Work) -> bool {
    match answer {
        Answer::Formula(formula) => formulas::is_defined(formula, work),
        _ => true,
    }
}

/// Whether `said` is what is `wanted`.
fn same(wanted: &Answer, said: &Answer, work: &Work) -> Sameness {
    if work.take(1).is_none() {
        return Sameness::Undecided("there are no steps left".to_owned());
    }
    let (wanted, said) = unwrapped(wanted, said, work);
    if wanted == said && has_value(&wanted, work) {
        return Sameness::Same;
    }
    match (&*wanted, &*said) {
        (Answer::Relation(wanted), Answer::Relation(said)) => same_relations(wanted, said, work),
        (Answer::Formula(wanted), Answer::Formula(said)) => same_formulas(wanted, said, work),
        (Answer::Relation(_), _) | (_, Answer::Relation(_)) => Sameness::Different,
        (wanted, said) => same_sets(wanted, said, work),
    }
}

/// Both in the form of what is wanted: `x = 5` for `5` is 5, and for `x = 5` it is both.
fn unwrapped<'a>(wanted: &'a Answer, said: &'a Answer, work: &Work) -> (Cow<'a, Answer>, Cow<'a, Answer>) {
    let shortened = |answer: &'a Answer| match answer {
        Answer::Relation(relation) if relation.is_assignment() => Cow::Owned(Answer::Relation(relation.shortened())),
        other => Cow::Borrowed(other),
    };
    let (mut wanted, mut said) = (shortened(wanted), shortened(said));
    let equation = |answer: &Answer| matches!(answer, Answer::Relation(relation) if relation.is_equation());
    match (&*wanted, &*said) {
        (_, Answer::Relation(relation)) if relation.is_equation() && !equation(&wanted) => {
            said = Cow::Owned(relation.last().clone());
        }
        (Answer::Relation(relation), _) if relation.is_assignment() && !equation(&said) => {
            wanted = Cow::Owned(relation.last().clone());
        }
        _ => {}
    }
    // What holds of a number may be answered by the numbers of which it holds, but not the other way round.
    if let (Answer::Relation(relation), true) = (&*wanted, said.is_collection())
        && let Some(numbers) = solved(relation, work)
    {
        return (Cow::Owned(numbers), said);
    }
    (wanted, said)
}
