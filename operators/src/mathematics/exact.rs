//! The exact value of what is a fraction.

use super::formula::{Formula, Function};
use super::rational::Rational;
use super::work::Work;

/// Whose factorial is computed at most, and out of how many is chosen.
const FACTORIAL: i64 = 400;

/// Its value, where it is a fraction of bounded size that is found without roots.
pub(super) fn exact(formula: &Formula, work: &Work) -> Option<Rational> {
    work.take(1)?;
    match formula {
        Formula::Number(value) | Formula::Decimal(value) => Some(value.clone()),
        Formula::Percent(part) => times(&exact(part, work)?, &hundredth(), work),
        Formula::Sum(parts) => {
            parts.iter().try_fold(Rational::integer(0)?, |sum, part| plus(&sum, &exact(part, work)?, work))
        }
        Formula::Product(parts) => {
            parts.iter().try_fold(Rational::integer(1)?, |product, part| times(&product, &exact(part, work)?, work))
        }
        Formula::Power(base, exponent) => {
            let (base, exponent) = (exact(base, work)?, exact(exponent, work)?.to_integer()?);
            work.take(base.effort_of_power(exponent))?;
            base.power(exponent)
        }
        Formula::Call(function, parts) => called(function, parts, work),
        Formula::Symbol(_) | Formula::Constant(_) | Formula::Matrix(_) => None,
    }
}

fn plus(one: &Rational, other: &Rational, work: &Work) -> Option<Rational> {
    work.take(one.effort(other))?;
    one.plus(other)
}

fn times(one: &Rational, other: &Rational, work: &Work) -> Option<Rational> {
    work.take(one.effort(other))?;
    one.times(other)
}

fn called(function: &Function, parts: &[Formula], work: &Work) -> Option<Rational> {
    let first = exact(parts.first()?, work)?;
    match function {
        Function::Absolute => Some(first.magnitude()),
        Function::Floor => Some(first.floor()),
        Function::Ceiling => Some(first.negative().floor().negative()),
        Function::Factorial => {
            let count = first.to_integer().filter(|count| (0..=FACTORIAL).contains(count))?;
            (1..=count)
                .try_fold(Rational::integer(1)?, |product, factor| times(&product, &Rational::integer(factor)?, work))
        }
        Function::Binomial => {
            let all = first.to_integer().filter(|all| (0..=FACTORIAL).contains(all))?;
            let chosen = exact(parts.get(1)?, work)?.to_integer().filter(|chosen| (0..=all).contains(chosen))?;
            (1..=chosen).try_fold(Rational::integer(1)?, |product, factor| {
                times(&product, &Rational::new((all - factor + 1).into(), factor.into())?, work)
            })
        }
        _ => None,
    }
}

pub(super) fn hundredth() -> Rational {
    Rational::new(1.into(), 100.into()).expect("a hundred is not zero")
}
