//! LiveCodeBench's comparison (`grade_stdio` and `grade_call_based` of its `testing_util.py`).

use super::decimal::Decimal;
use super::likeness::Likeness;
use super::tokens;
use super::white_space::strip;
use crate::python::PythonValue;

pub(super) fn texts(expected: &str, actual: &str) -> bool {
    let lines = |text| strip(text).split('\n').map(strip);
    tokens::pairs_all(lines(expected), lines(actual), |expected, actual| {
        expected == actual || tokens::all(expected, actual, equal_decimals)
    })
}

fn equal_decimals(expected: &str, actual: &str) -> bool {
    match (Decimal::parse(expected), Decimal::parse(actual)) {
        (Some(expected), Some(actual)) => expected == actual,
        _ => false,
    }
}

/// The expected value is JSON's and no tuple there; one that the notation writes is meant as the list that the answer
/// becomes.
pub(super) fn values(expected: &PythonValue, actual: &PythonValue) -> bool {
    match (items(expected), items(actual)) {
        (Some(expected), Some(actual)) => Likeness::PYTHON.all(expected, actual),
        _ => Likeness::PYTHON.holds(expected, actual),
    }
}

fn items(value: &PythonValue) -> Option<&[PythonValue]> {
    match value {
        PythonValue::List(items) | PythonValue::Tuple(items) => Some(items),
        _ => None,
    }
}
