//! Whether two formulas are the same number, or the same of the same letters.

use num_complex::Complex64;

use super::Sameness;
use crate::mathematics::exact::exact;
use crate::mathematics::formula::Formula;
use crate::mathematics::rational::Rational;
use crate::mathematics::value::{NoValue, POINTS, Point, value};
use crate::mathematics::work::Work;

/// Decimals that count where a number was written with a point.
const DECIMALS: u32 = 6;

/// How far two values of the same number may lie apart, as a part of them.
const NEAR: f64 = 1e-11;

/// The same of formulas with letters, in which more is computed.
const NEAR_WITH_LETTERS: f64 = 1e-9;

/// Points at which both must have a value.
const ENOUGH: usize = 4;

pub(super) fn same_formulas(wanted: &Formula, said: &Formula, work: &Work) -> Sameness {
    if let (Formula::Matrix(wanted), Formula::Matrix(said)) = (wanted, said) {
        return same_matrices(wanted, said, work);
    }
    if matches!(wanted, Formula::Symbol(_)) || matches!(said, Formula::Symbol(_)) {
        return same_words(wanted, said);
    }
    if rounded_alike(wanted, said, work) || percents_alike(wanted, said) {
        return Sameness::Same;
    }
    same_values(wanted, said, work)
}

/// Whether it is no number: something divided by zero in it.
pub(super) fn is_defined(formula: &Formula, work: &Work) -> bool {
    exact(formula, work).is_some()
        || (0..POINTS).any(|index| value(formula, Point::Drawn(index), work) != Err(NoValue::Undefined))
}

fn same_matrices(wanted: &[Vec<Formula>], said: &[Vec<Formula>], work: &Work) -> Sameness {
    let shape = |rows: &[Vec<Formula>]| (rows.len(), rows.first().map_or(0, Vec::len));
    if shape(wanted) != shape(said) {
        return Sameness::Different;
    }
    let parts = wanted.iter().flatten().zip(said.iter().flatten());
    Sameness::all(parts.map(|(wanted, said)| same_formulas(wanted, said, work)))
}

/// A word, and a word or the product of its letters.
fn same_words(wanted: &Formula, said: &Formula) -> Sameness {
    let word = |formula: &Formula| match formula {
        Formula::Product(parts) => parts.iter().map(Formula::letter).collect::<Option<String>>(),
        other => other.letter().map(str::to_owned),
    };
    match (word(wanted), word(said)) {
        (Some(wanted), Some(said)) if wanted == said => Sameness::Same,
        _ => Sameness::Different,
    }
}

/// Whether both are the same to some decimals, where one of them was written with a point.
fn rounded_alike(wanted: &Formula, said: &Formula, work: &Work) -> bool {
    let decimal = |formula: &Formula| match formula {
        Formula::Percent(part) => matches!(**part, Formula::Decimal(_)),
        other => matches!(other, Formula::Decimal(_)),
    };
    if !decimal(wanted) && !decimal(said) {
        return false;
    }
    // An integer is known to all decimals.
    let whole = |formula: &Formula| matches!(formula, Formula::Number(number) if number.is_integer());
    !whole(wanted) && !whole(said) && rounded(wanted, work).is_some_and(|wanted| rounded(said, work) == Some(wanted))
}

fn rounded(formula: &Formula, work: &Work) -> Option<Rational> {
    let known = exact(formula, work).or_else(|| {
        let value = value(formula, Point::At(0.0), work).ok().filter(|value| value.im == 0.0)?;
        if formula.symbols().is_empty() { Rational::of_float(value.re) } else { None }
    });
    known?.rounded(DECIMALS)
}

/// Whether both are the same whole number, with or without a sign for percent: whether that belongs there is often left to
/// the reader.
fn percents_alike(wanted: &Formula, said: &Formula) -> bool {
    let whole = |formula: &Formula| {
        let number = match formula {
            Formula::Percent(part) => part,
            other => other,
        };
        if let Formula::Number(number) = number { number.to_integer() } else { None }
    };
    whole(wanted).is_some_and(|wanted| whole(said) == Some(wanted))
}

/// Whether two values differ by no more than how they were computed.
fn are_near(one: Complex64, other: Complex64, near: f64) -> bool {
    let apart = (one - other).norm();
    one == other || apart.is_finite() && (apart <= near * one.norm().max(other.norm()) || apart <= 1e-13)
}

/// Whether both have the same value, wherever they have one.
pub(super) fn same_values(wanted: &Formula, said: &Formula, work: &Work) -> Sameness {
    if let (Some(wanted), Some(said)) = (exact(wanted, work), exact(said, work)) {
        return if wanted == said { Sameness::Same } else { Sameness::Different };
    }
    let lettered = !(wanted.symbols().is_empty() && said.symbols().is_empty());
    let (points, enough, near) = if lettered { (POINTS, ENOUGH, NEAR_WITH_LETTERS) } else { (1, 1, NEAR) };
    let (mut equal, mut why) = (0, None);
    for index in 0..points {
        match (value(wanted, Point::Drawn(index), work), value(said, Point::Drawn(index), work)) {
            (Ok(one), Ok(other)) if are_near(one, other, near) => equal += 1,
            (Ok(_), Ok(_)) => return Sameness::Different,
            // Where only one is defined it says something that the other does not.
            (Err(NoValue::Undefined), Ok(_)) | (Ok(_), Err(NoValue::Undefined)) if !lettered => {
                return Sameness::Different;
            }
            (Err(error), _) | (_, Err(error)) => why = Some(error),
        }
    }
    match why {
        _ if equal >= enough => Sameness::Same,
        Some(NoValue::TooGreat) => Sameness::Undecided("a number in it is too great".to_owned()),
        Some(NoValue::NotComputed) => Sameness::Undecided("something in it is not computed".to_owned()),
        _ => Sameness::Undecided("it has no value at enough points".to_owned()),
    }
}
