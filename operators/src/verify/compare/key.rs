//! A value that has no parts to look into, or stands in a set or a key: one representation for all that are equal.
//!
//! Keys are ordered, so that sets are compared in n log n and the order of members does not matter.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeSet;

use num_bigint::BigInt;
use num_traits::FromPrimitive;

use super::likeness::{Likeness, Numbers, Sequences};
use crate::python::PythonValue;

/// The key of a value under a likeness.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key<'value> {
    None,
    /// The type where it counts, the real and the imaginary part.
    Number(Option<NumberType>, Real<'value>, Real<'value>),
    Text(&'value str),
    Bytes(&'value [u8]),
    List(Vec<Key<'value>>),
    Tuple(Vec<Key<'value>>),
    FrozenSet(BTreeSet<Key<'value>>),
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum NumberType {
    Bool,
    Int,
    Float,
    Complex,
}

/// A real number, in numeric order; an integral one is never a [`Real::Float`].
pub(super) enum Real<'value> {
    Integer(Cow<'value, BigInt>),
    /// A fraction, an infinity, or NaN.
    Float(f64),
}

impl<'value> Key<'value> {
    /// The key, or none for a value that equals nothing, not even itself.
    pub(super) fn of(value: &'value PythonValue, likeness: Likeness) -> Option<Self> {
        match value {
            PythonValue::None => Some(Self::None),
            PythonValue::Text(text) => Some(Self::Text(text)),
            PythonValue::Bytes(bytes) => Some(Self::Bytes(bytes)),
            PythonValue::List(items) if likeness.sequences != Sequences::Alike => {
                Some(Self::List(keys(items, likeness)?))
            }
            PythonValue::List(items) | PythonValue::Tuple(items) => Some(Self::Tuple(keys(items, likeness)?)),
            PythonValue::Set(members) | PythonValue::FrozenSet(members) => {
                Some(Self::FrozenSet(keys(members, likeness)?))
            }
            number => Self::number(number, likeness),
        }
    }

    /// The key of a number; dicts and objects have none.
    fn number(value: &'value PythonValue, likeness: Likeness) -> Option<Self> {
        let zero = Real::integer(0);
        let (of_type, real, imaginary) = match value {
            PythonValue::Bool(value) => (NumberType::Bool, Real::integer(u8::from(*value)), zero),
            PythonValue::Int(value) => (NumberType::Int, Real::Integer(Cow::Borrowed(value)), zero),
            PythonValue::Float(value) => (NumberType::Float, Real::float(*value, likeness)?, zero),
            PythonValue::Complex(real, imaginary) => {
                (NumberType::Complex, Real::float(*real, likeness)?, Real::float(*imaginary, likeness)?)
            }
            _ => return None,
        };
        Some(Self::Number(matches!(likeness.numbers, Numbers::SameType).then_some(of_type), real, imaginary))
    }
}

fn keys<'value, C: FromIterator<Key<'value>>>(items: &'value [PythonValue], likeness: Likeness) -> Option<C> {
    items.iter().map(|item| Key::of(item, likeness)).collect()
}

impl Real<'_> {
    fn integer(value: u8) -> Self {
        Self::Integer(Cow::Owned(value.into()))
    }

    fn float(value: f64, likeness: Likeness) -> Option<Self> {
        if value.is_nan() {
            return if matches!(likeness.numbers, Numbers::Equal) { None } else { Some(Self::Float(f64::NAN)) };
        }
        match BigInt::from_f64(value).filter(|_| value.fract() == 0.0) {
            Some(integer) => Some(Self::Integer(Cow::Owned(integer))),
            None => Some(Self::Float(value)),
        }
    }
}

impl Ord for Real<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Integer(one), Self::Integer(other)) => one.cmp(other),
            (Self::Float(one), Self::Float(other)) => one.total_cmp(other),
            (Self::Integer(integer), Self::Float(float)) => integer_to_float(integer, *float),
            (Self::Float(float), Self::Integer(integer)) => integer_to_float(integer, *float).reverse(),
        }
    }
}

/// The order of an integer and a float that is none; NaN is above all.
fn integer_to_float(integer: &BigInt, float: f64) -> Ordering {
    let is_below = match BigInt::from_f64(float.floor()) {
        Some(floor) => *integer <= floor,
        None => float.is_nan() || float > 0.0,
    };
    if is_below { Ordering::Less } else { Ordering::Greater }
}

impl PartialOrd for Real<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Real<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Real<'_> {}
