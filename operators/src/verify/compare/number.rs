//! Numbers as Python's `float` reads them from text.

use super::digits;

/// A number in a text.
#[derive(Clone, Copy)]
pub(super) enum Number {
    /// An integer that fits, so that differences between large ones are exact.
    Integer(i128),
    /// Any other number: the nearest float.
    Float(f64),
}

impl Number {
    /// Reads what `float` accepts, except finite numbers beyond the range of floats: as infinities, they would all be
    /// equal.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let ascii = digits::in_ascii(text);
        if !ascii.contains('_') {
            return Self::plain(&ascii);
        }
        let bytes = ascii.as_bytes();
        let is_between_digits = |place: usize| {
            let is_digit = |place: usize| bytes.get(place).is_some_and(u8::is_ascii_digit);
            place > 0 && is_digit(place - 1) && is_digit(place + 1)
        };
        if ascii.match_indices('_').all(|(place, _)| is_between_digits(place)) {
            return Self::plain(&ascii.replace('_', ""));
        }
        None
    }

    fn plain(text: &str) -> Option<Self> {
        if let Ok(integer) = text.parse() {
            return Some(Self::Integer(integer));
        }
        let float: f64 = text.parse().ok()?;
        let is_too_large = float.is_infinite() && text.bytes().any(|byte| byte.is_ascii_digit());
        if is_too_large { None } else { Some(Self::Float(float)) }
    }

    /// The nearest float.
    pub(super) fn to_float(self) -> f64 {
        match self {
            Self::Integer(integer) => integer as f64,
            Self::Float(float) => float,
        }
    }
}
