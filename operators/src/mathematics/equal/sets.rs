//! Whether two collections have the same members.

use super::line::Line;
use super::{Sameness, same};
use crate::mathematics::answer::{Answer, Interval};
use crate::mathematics::exact::exact;

/// Members of a set at most: each is held to each.
const MEMBERS: usize = 200;

pub(super) fn same_sets(wanted: &Answer, said: &Answer) -> Sameness {
    if let (Answer::Interval(wanted), Answer::Interval(said)) = (wanted, said) {
        return same_intervals(wanted, said);
    }
    match (members(wanted), members(said)) {
        (Some(one), Some(other)) => listed(wanted, &one, said, &other),
        _ => in_pieces(wanted, said),
    }
}

fn same_intervals(wanted: &Interval, said: &Interval) -> Sameness {
    if wanted.open != said.open {
        return match (Line::of(&Answer::Interval(wanted.clone())), Line::of(&Answer::Interval(said.clone()))) {
            // Whether an infinite end is left out says nothing.
            (Some(wanted), Some(said)) if wanted.is(&said) => Sameness::Same,
            _ => Sameness::Different,
        };
    }
    let ends = [(&wanted.from, &said.from), (&wanted.to, &said.to)];
    Sameness::all(ends.map(|(wanted, said)| same(&Answer::Formula(wanted.clone()), &Answer::Formula(said.clone()))))
}

/// What is listed one by one: an open interval may be a pair, and one answer a set of one.
fn members(answer: &Answer) -> Option<Vec<Answer>> {
    match answer {
        Answer::Formula(_) | Answer::Relation(_) => Some(vec![answer.clone()]),
        Answer::Tuple(parts) => Some(parts.clone()),
        Answer::Set(parts) => Some(distinct(parts)),
        Answer::Interval(Interval { from, to, open: [true, true] }) => {
            Some(vec![Answer::Formula(from.clone()), Answer::Formula(to.clone())])
        }
        _ => None,
    }
}

/// Each member once, in the order in which they were written.
fn distinct(parts: &[Answer]) -> Vec<Answer> {
    let equal = |one: &Answer, other: &Answer| match (one, other) {
        (Answer::Formula(one), Answer::Formula(other)) if one != other => {
            exact(one).is_some_and(|one| exact(other) == Some(one))
        }
        (one, other) => one == other,
    };
    let mut kept: Vec<Answer> = Vec::new();
    for part in parts.iter().take(MEMBERS + 1) {
        if !kept.iter().any(|other| equal(other, part)) {
            kept.push(part.clone());
        }
    }
    kept
}

fn listed(wanted: &Answer, one: &[Answer], said: &Answer, other: &[Answer]) -> Sameness {
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
    if matches!(wanted, Answer::Set(_)) { matched(one, other) } else { in_order(one, other) }
}

fn in_order(one: &[Answer], other: &[Answer]) -> Sameness {
    Sameness::all(one.iter().zip(other).map(|(wanted, said)| same(wanted, said)))
}

/// Each wanted member with one that was said and is no other's.
fn matched(one: &[Answer], other: &[Answer]) -> Sameness {
    let mut free: Vec<&Answer> = other.iter().collect();
    let mut all = Sameness::Same;
    for wanted in one {
        let verdicts: Vec<Sameness> = free.iter().map(|said| same(wanted, said)).collect();
        match verdicts.iter().position(|verdict| *verdict == Sameness::Same) {
            Some(place) => drop(free.swap_remove(place)),
            None => match Sameness::any(verdicts) {
                Sameness::Undecided(why) => all = Sameness::Undecided(why),
                _ => return Sameness::Different,
            },
        }
    }
    all
}

/// Sets of real numbers; where they are no such sets, nothing is said but of what was written alike.
fn in_pieces(wanted: &Answer, said: &Answer) -> Sameness {
    match (Line::of(wanted), Line::of(said)) {
        (Some(wanted), Some(said)) if wanted.is(&said) => Sameness::Same,
        (Some(_), Some(_)) => Sameness::Different,
        _ => match (wanted, said) {
            (Answer::Union(one), Answer::Union(other)) if one.len() == other.len() => matched(one, other),
            (Answer::Numbers(_), Answer::Numbers(_)) => Sameness::Different,
            (Answer::Tuple(_), _) | (_, Answer::Tuple(_)) => Sameness::Different,
            _ => Sameness::Undecided("these sets are not compared".to_owned()),
        },
    }
}
