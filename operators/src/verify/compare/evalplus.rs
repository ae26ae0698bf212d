//! EvalPlus' comparison (`unsafe_execute` and `is_floats` of its `eval/__init__.py`, version 0.3.1).

use super::likeness::Likeness;
use super::tokens;
use super::tolerance::Tolerance;
use crate::python::PythonValue::{self, Bool, Complex, Float, Int, List, Tuple};

/// numpy's `allclose(.., rtol=1e-7, atol=1e-6)`.
const TOLERANCE: Tolerance = Tolerance::Sum { rel: 1e-7, abs: 1e-6 };

pub(super) fn texts(expected: &str, actual: &str) -> bool {
    tokens::all(expected, actual, |expected, actual| TOLERANCE.admits_token(expected, actual))
}

pub(super) fn values(expected: &PythonValue, actual: &PythonValue) -> bool {
    Likeness::PYTHON.holds(expected, actual)
        || match (expected, actual) {
            (Float(_), Float(_)) => TOLERANCE.admits(expected, actual),
            (List(expected), List(actual)) | (Tuple(expected), Tuple(actual)) => close(expected, actual),
            _ => false,
        }
}

/// The answer's items may be numbers of any type, as numpy makes floats of them all.
fn close(expected: &[PythonValue], actual: &[PythonValue]) -> bool {
    expected.len() == actual.len()
        && expected.iter().all(|item| matches!(item, Float(_)))
        && actual.iter().all(|item| matches!(item, Bool(_) | Int(_) | Float(_) | Complex(..)))
        && expected
            .iter()
            .zip(actual)
            .all(|(expected, actual)| Likeness::PYTHON.holds(expected, actual) || TOLERANCE.admits(expected, actual))
}
