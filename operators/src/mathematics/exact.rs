//! The exact value of what is a fraction.

use super::formula::{Formula, Function};
use super::rational::Rational;

/// Whose factorial is computed at most, and out of how many is chosen.
const FACTORIAL: i64 = 400;

/// Its value, where it is a fraction of bounded size that is found without roots.
pub(super) fn exact(formula: &Formula) -> Option<Rational> {
    match formula {
        Formula::Number(value) | Formula::Decimal(value) => Some(value.clone()),
        Formula::Percent(part) => exact(part)?.times(&hundredth()),
        Formula::Sum(parts) => parts.iter().try_fold(Rational::integer(0)?, |sum, part| sum.plus(&exact(part)?)),
        Formula::Product(parts) => {
            parts.iter().try_fold(Rational::integer(1)?, |product, part| product.times(&exact(part)?))
        }
        Formula::Power(base, exponent) => exact(base)?.power(exact(exponent)?.to_integer()?),
        Formula::Call(function, parts) => called(function, parts),
        Formula::Symbol(_) | Formula::Constant(_) | Formula::Matrix(_) => None,
    }
}

fn called(function: &Function, parts: &[Formula]) -> Option<Rational> {
    let first = exact(parts.first()?)?;
    match function {
        Function::Absolute => Some(first.magnitude()),
        Function::Floor => Some(first.floor()),
        Function::Ceiling => Some(first.negative().floor().negative()),
        Function::Factorial => {
            let count = first.to_integer().filter(|count| (0..=FACTORIAL).contains(count))?;
            (1..=count).try_fold(Rational::integer(1)?, |product, factor| product.times(&Rational::integer(factor)?))
        }
        Function::Binomial => {
            let all = first.to_integer().filter(|all| (0..=FACTORIAL).contains(all))?;
            let chosen = exact(parts.get(1)?)?.to_integer().filter(|chosen| (0..=all).contains(chosen))?;
            (1..=chosen).try_fold(Rational::integer(1)?, |product, factor| {
                let next = Rational::new((all - factor + 1).into(), factor.into())?;
                product.times(&next)
            })
        }
        _ => None,
    }
}

pub(super) fn hundredth() -> Rational {
    Rational::new(1.into(), 100.into()).expect("a hundred is not zero")
}
