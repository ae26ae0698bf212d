//! The value of a formula where its letters are given numbers.

use std::cmp::Ordering;

use num_complex::Complex64;

use super::exact::exact;
use super::formula::{Constant, Formula, Function};
use super::work::Work;

/// Why there is no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NoValue {
    /// It is too great for a float, or for its digits to be told.
    TooGreat,
    /// Something is divided by zero, or the function is not defined there.
    Undefined,
    /// Nothing here computes it, or there is no work left for it.
    NotComputed,
}

/// What letters stand for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Point {
    /// Numbers that depend on the letter's name and this.
    Drawn(u64),
    /// One number for every letter.
    At(f64),
}

/// Points at which formulas with letters are compared.
pub(super) const POINTS: u64 = 12;

impl Point {
    fn of(self, letter: &str) -> f64 {
        match self {
            Self::At(number) => number,
            Self::Drawn(index) => {
                let hash = hash(letter, index);
                let magnitude = 0.4 + 2.1 * (hash >> 11) as f64 / (1_u64 << 53) as f64;
                // Every other point is where roots and logarithms are real; of the rest, one where none is.
                let is_below = index == 1 || !index.is_multiple_of(2) && hash & 1 == 1;
                if is_below { -magnitude } else { magnitude }
            }
        }
    }
}

/// FNV-1a, mixed: the same on every machine.
fn hash(letter: &str, index: u64) -> u64 {
    let mixed =
        letter.bytes().fold(0xcbf2_9ce4_8422_2325_u64 ^ index.wrapping_mul(0x9e37_79b9_7f4a_7c15), |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    let mixed = (mixed ^ (mixed >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    mixed ^ (mixed >> 33)
}

/// The value at a point.
pub(super) fn value(formula: &Formula, point: Point, work: &Work) -> Result<Complex64, NoValue> {
    work.take(1).ok_or(NoValue::NotComputed)?;
    let values = |parts: &[Formula]| parts.iter().map(|part| value(part, point, work)).collect::<Result<Vec<_>, _>>();
    match formula {
        Formula::Number(number) | Formula::Decimal(number) => finite(number.to_float().into()),
        Formula::Percent(part) => Ok(value(part, point, work)? / 100.0),
        Formula::Symbol(letter) => Ok(point.of(letter).into()),
        Formula::Constant(constant) => Ok(constant_value(*constant)),
        Formula::Sum(parts) => {
            let parts = values(parts)?;
            kept(parts.iter().sum(), &parts)
        }
        Formula::Product(parts) => {
            let parts = values(parts)?;
            // Real products stay real: an infinity times a complex zero would not be a number.
            if parts.iter().all(|part| part.im == 0.0) {
                return kept(parts.iter().map(|part| part.re).product::<f64>().into(), &parts);
            }
            kept(parts.iter().product(), &parts)
        }
        Formula::Power(base, exponent) => power(value(base, point, work)?, value(exponent, point, work)?),
        Formula::Call(function, parts) => {
            let parts = values(parts)?;
            called(function, &parts, work).and_then(finite)
        }
        Formula::Matrix(_) => Err(NoValue::NotComputed),
    }
}

/// A value that has no letters and is real.
pub(super) fn real(formula: &Formula, work: &Work) -> Option<f64> {
    if !formula.symbols().is_empty() {
        return None;
    }
    value(formula, Point::At(0.0), work)
        .ok()
        .filter(|value| value.im.abs() <= 1e-12 * value.re.abs().max(1.0))
        .map(|value| value.re)
}

/// How two numbers without letters lie, where both are known.
pub(super) fn order(one: &Formula, other: &Formula, work: &Work) -> Option<Ordering> {
    if let (Some(one), Some(other)) = (exact(one, work), exact(other, work)) {
        let difference = one.plus(&other.negative())?;
        return Some(match (difference.is_positive(), difference.to_integer()) {
            (true, _) => Ordering::Greater,
            (false, Some(0)) => Ordering::Equal,
            (false, _) => Ordering::Less,
        });
    }
    real(one, work)?.partial_cmp(&real(other, work)?)
}

fn constant_value(constant: Constant) -> Complex64 {
    match constant {
        Constant::Pi => std::f64::consts::PI.into(),
        Constant::E => std::f64::consts::E.into(),
        Constant::Gamma => 0.577_215_664_901_532_9.into(),
        Constant::ImaginaryUnit => Complex64::I,
        Constant::Infinity => f64::INFINITY.into(),
    }
}

fn power(base: Complex64, exponent: Complex64) -> Result<Complex64, NoValue> {
    let whole = exponent.im == 0.0 && exponent.re.fract() == 0.0 && exponent.re.abs() <= 1e6;
    if base == Complex64::ZERO && (exponent.re < 0.0 || exponent.im != 0.0) {
        return Err(NoValue::Undefined);
    }
    let raised = match (base.im == 0.0 && exponent.im == 0.0, whole) {
        (true, true) => base.re.powi(exponent.re as i32).into(),
        (true, false) if base.re >= 0.0 => base.re.powf(exponent.re).into(),
        (false, true) => base.powi(exponent.re as i32),
        _ => base.powc(exponent),
    };
    kept(raised, &[base, exponent])
}

fn called(function: &Function, parts: &[Complex64], work: &Work) -> Result<Complex64, NoValue> {
    let first = *parts.first().ok_or(NoValue::Undefined)?;
    let second = parts.get(1).copied();
    match function {
        Function::Absolute => Ok(first.norm().into()),
        Function::Floor if first.im == 0.0 => Ok(first.re.floor().into()),
        Function::Ceiling if first.im == 0.0 => Ok(first.re.ceil().into()),
        Function::Logarithm => {
            let base = second.unwrap_or(std::f64::consts::E.into());
            if first == Complex64::ZERO || base == Complex64::ZERO || base == Complex64::ONE {
                return Err(NoValue::Undefined);
            }
            Ok(first.ln() / base.ln())
        }
        Function::Sine => Ok(first.sin()),
        Function::Cosine => Ok(first.cos()),
        Function::Tangent => Ok(first.tan()),
        Function::ArcSine => Ok(first.asin()),
        Function::ArcCosine => Ok(first.acos()),
        Function::ArcTangent => Ok(first.atan()),
        Function::HyperbolicSine => Ok(first.sinh()),
        Function::HyperbolicCosine => Ok(first.cosh()),
        Function::HyperbolicTangent => Ok(first.tanh()),
        // Any smooth function that nothing else is: equal where the arguments are.
        Function::Named(name) => {
            let own = hash(name, parts.len() as u64) as f64 / u64::MAX as f64;
            let shifted = parts.iter().zip(1_u32..).map(|(part, place)| (part * (1.3 + f64::from(place)) + own).sin());
            Ok(shifted.sum::<Complex64>() + own)
        }
        // Of a number that is no small integer: what is small was computed exactly.
        Function::Factorial | Function::Binomial if first.im == 0.0 && first.re.fract() == 0.0 && first.re >= 0.0 => {
            small(function, first.re, second.map(|part| part.re), work)
        }
        Function::Floor | Function::Ceiling | Function::Factorial | Function::Binomial => Err(NoValue::NotComputed),
    }
}

fn small(function: &Function, all: f64, chosen: Option<f64>, work: &Work) -> Result<Complex64, NoValue> {
    let arguments = [Some(all), chosen].into_iter().flatten().map(|part| Formula::integer(part as i64)).collect();
    let exact = exact(&Formula::Call(function.clone(), arguments), work).ok_or(NoValue::TooGreat)?;
    Ok(exact.to_float().into())
}

/// A value that came of others: infinite only where one of them was.
fn kept(value: Complex64, parts: &[Complex64]) -> Result<Complex64, NoValue> {
    if value.is_nan() {
        return Err(NoValue::Undefined);
    }
    if value.is_infinite() && parts.iter().all(|part| part.is_finite()) {
        return Err(NoValue::TooGreat);
    }
    Ok(value)
}

fn finite(value: Complex64) -> Result<Complex64, NoValue> {
    match value {
        value if value.is_nan() => Err(NoValue::Undefined),
        value if value.is_infinite() => Err(NoValue::TooGreat),
        value => Ok(value),
    }
}
