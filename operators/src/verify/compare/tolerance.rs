//! How far a number may be from the expected one.

use num_traits::ToPrimitive;

use super::number::Number;
use crate::python::PythonValue;

/// The margin around an expected number.
#[derive(Clone, Copy)]
pub(super) enum Tolerance {
    /// `max(rel * |expected|, abs)`; NaN is within any margin of NaN.
    Larger { rel: f64, abs: f64 },
    /// `abs + rel * |expected|`; nothing is within a margin of NaN.
    Sum { rel: f64, abs: f64 },
}

impl Tolerance {
    /// Whether two words of a text are the same, or two numbers within the margin.
    pub(super) fn admits_token(self, expected: &str, actual: &str) -> bool {
        if expected == actual {
            return true;
        }
        match (Number::parse(expected), Number::parse(actual)) {
            (Some(Number::Integer(expected)), Some(Number::Integer(actual))) => {
                self.admits_difference(expected.abs_diff(actual) as f64, expected as f64)
            }
            (Some(expected), Some(actual)) => self.admits_float(expected.to_float(), actual.to_float()),
            _ => false,
        }
    }

    /// Whether two values are finite numbers within the margin.
    pub(super) fn admits(self, expected: &PythonValue, actual: &PythonValue) -> bool {
        if let (PythonValue::Int(expected), PythonValue::Int(actual)) = (expected, actual) {
            let difference = (expected - actual).magnitude().to_f64().unwrap_or(f64::INFINITY);
            return expected.to_f64().is_some_and(|expected| self.admits_difference(difference, expected));
        }
        match (parts(expected), parts(actual)) {
            (Some(expected), Some(actual)) => {
                let difference = (expected.0 - actual.0).hypot(expected.1 - actual.1);
                self.admits_difference(difference, expected.0.hypot(expected.1))
            }
            _ => false,
        }
    }

    fn admits_float(self, expected: f64, actual: f64) -> bool {
        let is_same = expected == actual || matches!(self, Self::Larger { .. }) && expected.is_nan() && actual.is_nan();
        is_same || self.admits_difference((expected - actual).abs(), expected)
    }

    /// Infinities and NaN are within no margin.
    fn admits_difference(self, difference: f64, expected: f64) -> bool {
        let margin = match self {
            Self::Larger { rel, abs } => (rel * expected.abs()).max(abs),
            Self::Sum { rel, abs } => abs + rel * expected.abs(),
        };
        difference.is_finite() && expected.is_finite() && difference <= margin
    }
}

/// The real and the imaginary part of a number.
fn parts(value: &PythonValue) -> Option<(f64, f64)> {
    match value {
        PythonValue::Bool(value) => Some((f64::from(*value), 0.0)),
        PythonValue::Int(value) => Some((value.to_f64()?, 0.0)),
        PythonValue::Float(value) => Some((*value, 0.0)),
        PythonValue::Complex(real, imaginary) => Some((*real, *imaginary)),
        _ => None,
    }
}
