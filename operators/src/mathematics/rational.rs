//! Exact fractions of bounded size.

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_traits::{One, Signed, ToPrimitive, Zero};

/// Bits of a numerator or a denominator at most: far more than an answer has, and nothing that takes time.
const BITS: u64 = 4096;

/// A fraction in lowest terms with a positive denominator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rational {
    numerator: BigInt,
    denominator: BigInt,
}

impl Rational {
    /// Nothing where the denominator is zero, or either is too large.
    pub(super) fn new(numerator: BigInt, denominator: BigInt) -> Option<Self> {
        if denominator.is_zero() || numerator.bits().max(denominator.bits()) > BITS {
            return None;
        }
        let divisor = divisor(&numerator, &denominator);
        let sign = if denominator.is_negative() { -divisor } else { divisor };
        Some(Self { numerator: numerator / &sign, denominator: denominator / sign })
    }

    pub(super) fn integer(integer: impl Into<BigInt>) -> Option<Self> {
        Self::new(integer.into(), BigInt::one())
    }

    /// A number in digits, with or without a point.
    pub(super) fn parse(digits: &str) -> Option<Self> {
        if digits.len() > 1200 {
            return None;
        }
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let numerator = format!("0{whole}{part}").parse().ok()?;
        Self::new(numerator, BigInt::from(10).pow(part.len() as u32))
    }

    /// What adding or multiplying two of them takes at most, in steps: Euclid's goes through the bits of a denominator.
    pub(super) fn effort(&self, other: &Self) -> u64 {
        self.denominator.bits() + other.denominator.bits()
    }

    /// The same of a power; one that would be too large is not computed.
    pub(super) fn effort_of_power(&self, exponent: i64) -> u64 {
        self.denominator.bits().saturating_mul(exponent.unsigned_abs()).min(2 * BITS)
    }

    pub(super) fn plus(&self, other: &Self) -> Option<Self> {
        let numerator = &self.numerator * &other.denominator + &other.numerator * &self.denominator;
        Self::new(numerator, &self.denominator * &other.denominator)
    }

    pub(super) fn times(&self, other: &Self) -> Option<Self> {
        Self::new(&self.numerator * &other.numerator, &self.denominator * &other.denominator)
    }

    pub(super) fn negative(&self) -> Self {
        Self { numerator: -&self.numerator, denominator: self.denominator.clone() }
    }

    pub(super) fn magnitude(&self) -> Self {
        Self { numerator: self.numerator.abs(), denominator: self.denominator.clone() }
    }

    /// Nothing where it would be too large: known before it is computed.
    pub(super) fn power(&self, exponent: i64) -> Option<Self> {
        let times = u32::try_from(exponent.unsigned_abs()).ok()?;
        let bits = self.numerator.bits().max(self.denominator.bits());
        // One and zero stay small; all else grows by at least half a bit a factor.
        if bits > 1 && bits.saturating_sub(1).max(1) * u64::from(times) > BITS {
            return None;
        }
        let (numerator, denominator) = (self.numerator.pow(times), self.denominator.pow(times));
        if exponent < 0 { Self::new(denominator, numerator) } else { Self::new(numerator, denominator) }
    }

    pub(super) fn floor(&self) -> Self {
        let (quotient, rest) = (&self.numerator / &self.denominator, &self.numerator % &self.denominator);
        let whole = if rest.is_negative() { quotient - 1 } else { quotient };
        Self { numerator: whole, denominator: BigInt::one() }
    }

    /// To so many decimals, halves to the even neighbour.
    pub(super) fn rounded(&self, decimals: u32) -> Option<Self> {
        let unit = BigInt::from(10).pow(decimals);
        let scaled = Self::new(&self.numerator * &unit, self.denominator.clone())?;
        let down = scaled.floor().numerator;
        let twice: BigInt = (&scaled.numerator - &down * &scaled.denominator) * 2;
        let up = match twice.cmp(&scaled.denominator) {
            Ordering::Less => false,
            Ordering::Greater => true,
            Ordering::Equal => &down % 2 != BigInt::zero(),
        };
        Self::new(if up { down + 1 } else { down }, unit)
    }

    pub(super) fn is_integer(&self) -> bool {
        self.denominator.is_one()
    }

    pub(super) fn is_positive(&self) -> bool {
        self.numerator.is_positive()
    }

    pub(super) fn to_integer(&self) -> Option<i64> {
        if self.is_integer() { self.numerator.to_i64() } else { None }
    }

    /// The nearest float, or nearly.
    pub(super) fn to_float(&self) -> f64 {
        let shift = self.numerator.bits().max(self.denominator.bits()).saturating_sub(1000);
        let float = |part: &BigInt| (part >> shift).to_f64().unwrap_or(f64::INFINITY);
        float(&self.numerator) / float(&self.denominator)
    }

    /// A float's own value.
    pub(super) fn of_float(float: f64) -> Option<Self> {
        // Seventeen digits tell floats apart, and no rounding to six decimals sees more.
        let text = format!("{:.17}", float.abs());
        let value = Self::parse(&text).filter(|_| float.is_finite())?;
        Some(if float < 0.0 { value.negative() } else { value })
    }
}

/// Euclid's.
fn divisor(one: &BigInt, other: &BigInt) -> BigInt {
    let (mut one, mut other) = (one.abs(), other.abs());
    while !other.is_zero() {
        (one, other) = (other.clone(), one % other);
    }
    one
}
