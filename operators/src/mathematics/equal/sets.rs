//! Whether two collections have the same members.

use super::line::Line;
use super::{Sameness, same};
use crate::mathematics::answer::{Answer, Interval};
use crate::mathematics::exact::exact;
use crate::mathematics::formula::Formula;
use crate::mathematics::rational::Rational;
use crate::mathematics::work::Work;

/// Members of a set at most: each is held to each.
const MEMBERS: usize = 200;

pub(super) fn same_sets(wanted: &Answer, said: &Answer, work: &Work) -> Sameness {
    if let (Answer::Interval(wanted), Answer::Interval(said)) = (wanted, said) {
        return same_intervals(wanted, said, work);
    }
    match (members(wanted, work), members(said, work)) {
        (Some(one), Some(other)) => listed((wanted, &one), (said, &other), work),
        _ => in_pieces(wanted, said, work),
    }
}

fn same_intervals(wanted: &Interval, said: &Interval, work: &Work) -> Sameness {
    if wanted.open != said.open {
        let line = |interval: &Interval| Line::of(&Answer::Interval(interval.clone()), work);
        return match (line(wanted), line(said)) {
            // Whether an infinite end is left out says nothing.
            (Some(wanted), Some(said)) if wanted.is(&said) => Sameness::Same,
            _ => Sameness::Different,
        };
    }
    let end = |end: &Formula| Answer::Formula(end.clone());
    let ends = [(&wanted.from, &said.from), (&wanted.to, &said.to)];
    Sameness::all(ends.map(|(wanted, said)| same(&end(wanted), &end(said), work)))
}

/// What is listed one by one: an open interval may be a pair, and one answer a set of one.
fn members(answer: &Answer, work: &Work) -> Option<Vec<Answer>> {
    match answer {
        Answer::Formula(_) | Answer::Relation(_) => Some(vec![answer.clone()]),
        Answer::Tuple(parts) => Some(parts.clone()),
        Answer::Set(parts) => Some(distinct(parts, work)),
        Answer::Interval(Interval { from, to, open: [true, true] }) => {
            Some(vec![Answer::Formula(from.clone()), Answer::Formula(to.clone())])
        }
        _ => None,
    }
}

/// Each member once, in the order in which they were written.
fn distinct(parts: &[Answer], work: &Work) -> Vec<Answer> {
    let mut kept: Vec<(&Answer, Option<Rational>)> = Vec::new();
    for part in parts.iter().take(MEMBERS + 1) {
        if work.take(kept.len() as u64).is_none() {
            break;
        }
        let value = if let Answer::Formula(formula) = part { exact(formula, work) } else { None };
        if !kept.iter().any(|(other, own)| *other == part || value.is_some() && *own == value) {
            kept.push((part, value));
        }
    }
    kept.into_iter().map(|(part, _)| part.clone()).collect()
}

/// Two collections, each with its members.
fn listed((wanted, one): (&Answer, &[Answer]), (said, other): (&Answer, &[Answer]), work: &Work) -> Sameness {
    if one.len() != other.len() {
        // An interval with two ends is still not a list of another length.
        return Sameness::Different;
    }
    if one.len() > MEMBERS {
        return Sameness::Undecided(format!("a set has more than {MEMBERS} members"));
    }
    let pair_for_one = matches!(wanted, Answer::Interval(_)) && matches!(said, Answer::Formula(_));
    if pair_for_one {
        return Sameness::Different;
    }
    if matches!(wanted, Answer::Set(_)) { matched(one, other, work) } else { in_order(one, other, work) }
}

fn in_order(one: &[Answer], other: &[Answer], work: &Work) -> Sameness {
    Sameness::all(one.iter().zip(other).map(|(wanted, said)| same(wanted, said, work)))
}

/// Each wanted member with one that was said and is no other's.
fn matched(one: &[Answer], other: &[Answer], work: &Work) -> Sameness {
    let mut free: Vec<&Answer> = other.iter().collect();
    let mut all = Sameness::Same;
    for wanted in one {
        let mut asked = 0;
        let verdicts = free.iter().map(|said| same(wanted, said, work)).inspect(|_| asked += 1);
        match Sameness::any(verdicts) {
            Sameness::Same => drop(free.swap_remove(asked - 1)),
            Sameness::Different => return Sameness::Different,
            undecided => all = undecided,
        }
    }
    all
}

/// Sets of real numbers; where they are no such sets, nothing is said but of what was written alike.
fn in_pieces(wanted: &Answer, said: &Answer, work: &Work) -> Sameness {
    match (Line::of(wanted, work), Line::of(said, work)) {
        (Some(wanted), Some(said)) if wanted.is(&said) => Sameness::Same,
        (Some(_), Some(_)) => Sameness::Different,
        _ => match (wanted, said) {
            (Answer::Union(one), Answer::Union(other)) if one.len() == other.len() => matched(one, other, work),
            (Answer::Numbers(_), Answer::Numbers(_)) => Sameness::Different,
            (Answer::Tuple(_), _) | (_, Answer::Tuple(_)) => Sameness::Different,
            _ => Sameness::Undecided("these sets are not compared".to_owned()),
        },
    }
}
