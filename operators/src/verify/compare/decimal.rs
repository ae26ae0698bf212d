//! Numbers as Python's `decimal.Decimal` reads them from text: of any precision, compared exactly.

use super::digits;

/// The largest exponent of a number's first digit, and the smallest of its last one, on a 64-bit machine.
const LARGEST_EXPONENT: i128 = 999_999_999_999_999_999;
const SMALLEST_EXPONENT: i128 = -1_999_999_999_999_999_997;

/// A number with one representation for each value. NaN, which equals nothing, is none.
#[derive(PartialEq, Eq)]
pub(super) enum Decimal {
    Finite {
        negative: bool,
        /// Without zeros at either end; none for zero.
        digits: Vec<u8>,
        /// Of the last digit.
        exponent: i128,
    },
    Infinite {
        negative: bool,
    },
}

impl Decimal {
    /// Reads what `Decimal` accepts and is not NaN. It takes underscores at any place.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let ascii = digits::in_ascii(text);
        if ascii.contains('_') { Self::unsigned(&ascii.replace('_', "")) } else { Self::unsigned(&ascii) }
    }

    fn unsigned(text: &str) -> Option<Self> {
        let magnitude = text.strip_prefix(['+', '-']).unwrap_or(text);
        let negative = text.starts_with('-');
        if magnitude.eq_ignore_ascii_case("inf") || magnitude.eq_ignore_ascii_case("infinity") {
            return Some(Self::Infinite { negative });
        }
        let (mantissa, exponent) = match magnitude.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
            None => (magnitude, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let is_number = whole.len() + fraction.len() > 0;
        let is_decimal = [whole, fraction].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
        let exponent = exponent - i128::try_from(fraction.len()).ok()?;
        if is_number && is_decimal { Self::finite(negative, whole, fraction, exponent) } else { None }
    }

    fn finite(negative: bool, whole: &str, fraction: &str, exponent: i128) -> Option<Self> {
        let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).skip_while(|&digit| digit == b'0').collect();
        let first = exponent + i128::try_from(digits.len().saturating_sub(1)).ok()?;
        if exponent < SMALLEST_EXPONENT || first > LARGEST_EXPONENT {
            return None;
        }
        let Some(last) = digits.iter().rposition(|&digit| digit != b'0') else {
            return Some(Self::Finite { negative: false, digits, exponent: 0 });
        };
        let exponent = exponent + i128::try_from(digits.len() - 1 - last).ok()?;
        digits.truncate(last + 1);
        Some(Self::Finite { negative, digits, exponent })
    }
}

/// One that does not fit 128 bits is beyond every limit, whatever digits precede it.
fn parse_exponent(text: &str) -> Option<i128> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}
