//! Whether two relations say the same.

use super::formulas::same_values;
use super::line::Line;
use super::{Sameness, same};
use crate::mathematics::answer::{Answer, Interval, Relation, Sign};
use crate::mathematics::formula::{Constant, Formula};
use crate::mathematics::rational::Rational;
use crate::mathematics::value::{POINTS, Point, value};
use crate::mathematics::work::Work;

pub(super) fn same_relations(wanted: &Relation, said: &Relation, work: &Work) -> Sameness {
    if wanted.rest.len() != said.rest.len() {
        return Sameness::Different;
    }
    let pairs = wanted.pairs().zip(said.pairs());
    Sameness::all(pairs.map(|(wanted, said)| same_comparison(wanted, said, work)))
}

/// Two sides and the sign between them.
type Comparison<'a> = (&'a Answer, Sign, &'a Answer);

fn same_comparison(wanted: Comparison<'_>, said: Comparison<'_>, work: &Work) -> Sameness {
    let (Some(one), Some(other)) = (difference(wanted), difference(said)) else {
        let signs = if wanted.1 == said.1 { Sameness::Same } else { Sameness::Different };
        return Sameness::all([signs, same(wanted.0, said.0, work), same(wanted.2, said.2, work)]);
    };
    if wanted.1 == Sign::Equal && said.1 == Sign::Equal {
        return proportional(&one, &other, work);
    }
    let kept = (wanted.1 == said.1).then(|| same_values(&one, &other, work));
    let turned = (wanted.1.turned() == said.1).then(|| same_values(&one, &other.negative(), work));
    Sameness::any(kept.into_iter().chain(turned))
}

/// One side less the other.
fn difference((left, _, right): Comparison<'_>) -> Option<Formula> {
    match (left, right) {
        (Answer::Formula(left), Answer::Formula(right)) => Some(left.clone().minus(right.clone())),
        _ => None,
    }
}

/// Whether both are zero for the same reason: one is the other times a number.
fn proportional(one: &Formula, other: &Formula, work: &Work) -> Sameness {
    let mut ratio = None;
    let mut seen = 0;
    for index in 0..POINTS {
        let values = [one, other].map(|formula| value(formula, Point::Drawn(index), work));
        let [Ok(one), Ok(other)] = values else {
            continue;
        };
        if one.norm() < 1e-12 || other.norm() < 1e-12 {
            continue;
        }
        let own = one / other;
        let first = *ratio.get_or_insert(own);
        if (own - first).norm() > 1e-9 * first.norm() {
            return Sameness::Different;
        }
        seen += 1;
    }
    match seen {
        0..4 => Sameness::Undecided("an equation has no value at enough points".to_owned()),
        _ => Sameness::Same,
    }
}

/// The numbers of which a relation holds, where it is linear in one letter.
pub(super) fn solved(relation: &Relation, work: &Work) -> Option<Answer> {
    let everything = Line::between(f64::NEG_INFINITY, f64::INFINITY, [true; 2]);
    let mut letter: Option<String> = None;
    let mut line = everything;
    for comparison in relation.pairs() {
        let formula = difference(comparison)?;
        let mut letters = formula.symbols();
        letters.dedup();
        let [own] = letters.as_slice() else { return None };
        if letter.get_or_insert_with(|| (*own).to_owned()) != own {
            return None;
        }
        work.take(line.pieces().count() as u64)?;
        line = line.intersected(&half(&formula, comparison.1, work)?);
    }
    let parts = line.pieces().map(|(ends, open)| piece(ends, open)).collect::<Option<Vec<_>>>()?;
    Some(Answer::Union(parts))
}

/// Where a linear formula is on the right side of zero.
fn half(formula: &Formula, sign: Sign, work: &Work) -> Option<Line> {
    let at =
        |place: f64| value(formula, Point::At(place), work).ok().filter(|value| value.im == 0.0).map(|value| value.re);
    let (zero, one, two) = (at(0.0)?, at(1.0)?, at(2.0)?);
    let slope = one - zero;
    if slope == 0.0 || ((two - one) - slope).abs() > 1e-9 * slope.abs() {
        return None;
    }
    let root = -zero / slope;
    let above = |open: bool| Line::between(root, f64::INFINITY, [open, true]);
    let below = |open: bool| Line::between(f64::NEG_INFINITY, root, [true, open]);
    Some(match (sign, slope > 0.0) {
        (Sign::Equal, _) => Line::point(root),
        (Sign::Unequal, _) => Line::point(root).complement(),
        (Sign::Greater, true) | (Sign::Less, false) => above(true),
        (Sign::AtLeast, true) | (Sign::AtMost, false) => above(false),
        (Sign::Less, true) | (Sign::Greater, false) => below(true),
        (Sign::AtMost, true) | (Sign::AtLeast, false) => below(false),
    })
}

fn piece(ends: [f64; 2], open: [bool; 2]) -> Option<Answer> {
    let [from, to] = ends.map(end);
    Some(Answer::Interval(Interval { from: from?, to: to?, open }))
}

fn end(place: f64) -> Option<Formula> {
    let infinity = || Formula::Constant(Constant::Infinity);
    match place {
        f64::INFINITY => Some(infinity()),
        f64::NEG_INFINITY => Some(infinity().negative()),
        place => Some(Formula::Decimal(Rational::of_float(place)?)),
    }
}
