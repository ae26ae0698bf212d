//! When two values of Python are alike, at every depth.
//!
//! Owns Python's `==` and the ways in which rules depart from it. Refuses to know which rule departs how.

use std::collections::BTreeMap;

use super::key::Key;
use super::tolerance::Tolerance;
use crate::python::PythonValue::{self, Dict, FrozenSet, List, Set, Tuple};

/// What two values may differ in and still be alike.
#[derive(Clone, Copy)]
pub(super) struct Likeness {
    pub(super) sequences: Sequences,
    pub(super) numbers: Numbers,
}

/// When a list is a tuple.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Sequences {
    Distinct,
    Alike,
    /// A list may be answered by a tuple, since JSON cannot ask for one.
    ListAsTuple,
}

/// When two numbers are the same.
#[derive(Clone, Copy)]
pub(super) enum Numbers {
    /// As in Python: whatever their types, and NaN never.
    Equal,
    /// When their types are the same too; NaN is NaN.
    SameType,
    /// When they are equal whatever their types, or within a tolerance; NaN is NaN.
    Near(Tolerance),
}

impl PythonValue {
    /// Python's `==`, of values that are not the same object. Objects without a notation equal nothing.
    #[must_use]
    pub fn equals(&self, other: &Self) -> bool {
        Likeness::PYTHON.holds(self, other)
    }
}

impl Likeness {
    pub(super) const PYTHON: Self = Self { sequences: Sequences::Distinct, numbers: Numbers::Equal };
    pub(super) const LISTS_AND_TUPLES: Self = Self { sequences: Sequences::Alike, ..Self::PYTHON };
    pub(super) const EXACT: Self = Self { sequences: Sequences::ListAsTuple, numbers: Numbers::SameType };

    pub(super) fn within(tolerance: Tolerance) -> Self {
        Self { sequences: Sequences::Alike, numbers: Numbers::Near(tolerance) }
    }

    pub(super) fn holds(self, expected: &PythonValue, actual: &PythonValue) -> bool {
        match (expected, actual) {
            (List(expected), List(actual)) | (Tuple(expected), Tuple(actual)) => self.all(expected, actual),
            (List(expected), Tuple(actual)) => self.sequences != Sequences::Distinct && self.all(expected, actual),
            (Tuple(expected), List(actual)) => self.sequences == Sequences::Alike && self.all(expected, actual),
            (Set(expected), Set(actual)) | (FrozenSet(expected), FrozenSet(actual)) => self.sets(expected, actual),
            (Set(expected), FrozenSet(actual)) | (FrozenSet(expected), Set(actual)) => {
                !matches!(self.numbers, Numbers::SameType) && self.sets(expected, actual)
            }
            (Dict(expected), Dict(actual)) => self.dicts(expected, actual),
            (Dict(_) | Set(_) | FrozenSet(_) | List(_) | Tuple(_), _) => false,
            _ => self.scalars(expected, actual),
        }
    }

    /// Whether both have equally many items, which are alike one by one.
    pub(super) fn all(self, expected: &[PythonValue], actual: &[PythonValue]) -> bool {
        expected.len() == actual.len()
            && expected.iter().zip(actual).all(|(expected, actual)| self.holds(expected, actual))
    }

    fn scalars(self, expected: &PythonValue, actual: &PythonValue) -> bool {
        let is_same = match (Key::of(expected, self), Key::of(actual, self)) {
            (Some(expected), Some(actual)) => expected == actual,
            _ => false,
        };
        is_same || matches!(self.numbers, Numbers::Near(tolerance) if tolerance.admits(expected, actual))
    }

    /// Keys of numbers are in ascending order, so that the nearest ones meet.
    fn sets(self, expected: &[PythonValue], actual: &[PythonValue]) -> bool {
        self.entries(
            expected.iter().zip(expected),
            actual.iter().zip(actual),
            |(expected_key, expected), (key, actual)| {
                expected_key == key || (matches!(expected_key, Key::Number(..)) && self.scalars(expected, actual))
            },
        )
    }

    fn dicts(self, expected: &[(PythonValue, PythonValue)], actual: &[(PythonValue, PythonValue)]) -> bool {
        let [expected, actual] = [expected, actual].map(|pairs| pairs.iter().map(|(key, value)| (key, value)));
        self.entries(expected, actual, |(expected_key, expected), (key, actual)| {
            expected_key == key && self.holds(expected, actual)
        })
    }

    /// Whether both have equally many entries, which are alike one by one in the order of their keys.
    fn entries<'value>(
        self,
        expected: impl Iterator<Item = (&'value PythonValue, &'value PythonValue)>,
        actual: impl Iterator<Item = (&'value PythonValue, &'value PythonValue)>,
        alike: impl Fn((&Key, &PythonValue), (&Key, &PythonValue)) -> bool,
    ) -> bool {
        match (self.keyed(expected), self.keyed(actual)) {
            (Some(expected), Some(actual)) => {
                let mut pairs = expected.iter().zip(&actual);
                expected.len() == actual.len()
                    && pairs
                        .all(|((expected_key, expected), (key, actual))| alike((expected_key, expected), (key, actual)))
            }
            _ => false,
        }
    }

    /// Values by key, of which the last counts; or none when one of the keys equals nothing.
    fn keyed<'value>(
        self,
        pairs: impl Iterator<Item = (&'value PythonValue, &'value PythonValue)>,
    ) -> Option<BTreeMap<Key<'value>, &'value PythonValue>> {
        pairs.map(|(key, value)| Some((Key::of(key, self)?, value))).collect()
    }
}
