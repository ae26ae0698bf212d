//! What stands for a number: constants, letters, and what is computed of them.

use super::rational::Rational;

/// A formula as it was written, but for the order in which its signs apply.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Formula {
    Number(Rational),
    /// Written with a point, and so known to some digits only.
    Decimal(Rational),
    Percent(Box<Formula>),
    Symbol(String),
    Constant(Constant),
    Sum(Vec<Formula>),
    Product(Vec<Formula>),
    Power(Box<Formula>, Box<Formula>),
    Call(Function, Vec<Formula>),
    /// By rows.
    Matrix(Vec<Vec<Formula>>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Constant {
    Pi,
    /// Euler's number.
    E,
    /// Euler's constant.
    Gamma,
    ImaginaryUnit,
    Infinity,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Absolute,
    Floor,
    Ceiling,
    Factorial,
    Binomial,
    /// Of a number, to a base.
    Logarithm,
    Sine,
    Cosine,
    Tangent,
    ArcSine,
    ArcCosine,
    ArcTangent,
    HyperbolicSine,
    HyperbolicCosine,
    HyperbolicTangent,
    /// One that only has a name.
    Named(String),
}

impl Formula {
    pub(super) fn integer(integer: i64) -> Self {
        Self::Number(Rational::integer(integer).expect("64 bits are few"))
    }

    pub(super) fn power(self, exponent: Self) -> Self {
        Self::Power(Box::new(self), Box::new(exponent))
    }

    /// The numerator of a fraction over its denominator; of two integers, their quotient.
    pub(super) fn over(self, other: Self) -> Self {
        self.quotient(&other).unwrap_or_else(|| Self::Product(vec![self, other.inverse()]))
    }

    /// What two numbers are in one.
    pub(super) fn quotient(&self, other: &Self) -> Option<Self> {
        let (Self::Number(one), Self::Number(other)) = (self, other) else { return None };
        other.power(-1).and_then(|inverse| one.times(&inverse)).map(Self::Number)
    }

    pub(super) fn inverse(self) -> Self {
        self.power(Self::integer(-1))
    }

    pub(super) fn minus(self, other: Self) -> Self {
        Self::Sum(vec![self, other.negative()])
    }

    pub(super) fn negative(self) -> Self {
        match self {
            Self::Number(number) => Self::Number(number.negative()),
            Self::Decimal(number) => Self::Decimal(number.negative()),
            other => Self::Product(vec![Self::integer(-1), other]),
        }
    }

    /// A letter's name; Euler's number is one too.
    pub(super) fn letter(&self) -> Option<&str> {
        match self {
            Self::Symbol(name) => Some(name),
            Self::Constant(Constant::E) => Some("e"),
            _ => None,
        }
    }

    /// The formulas that it is made of.
    pub(super) fn parts(&self) -> Vec<&Self> {
        match self {
            Self::Number(_) | Self::Decimal(_) | Self::Symbol(_) | Self::Constant(_) => Vec::new(),
            Self::Percent(part) => vec![part],
            Self::Power(base, exponent) => vec![base, exponent],
            Self::Sum(parts) | Self::Product(parts) | Self::Call(_, parts) => parts.iter().collect(),
            Self::Matrix(rows) => rows.iter().flatten().collect(),
        }
    }

    /// How many formulas stand in one another.
    pub(super) fn height(&self) -> usize {
        1 + self.parts().into_iter().map(Self::height).max().unwrap_or(0)
    }

    /// Every letter in it, some more than once.
    pub(super) fn symbols(&self) -> Vec<&str> {
        match self {
            Self::Symbol(name) => vec![name],
            _ => self.parts().into_iter().flat_map(Self::symbols).collect(),
        }
    }

    /// Whether there is nothing in it but letters: what stands before the sign of an assignment.
    pub(super) fn is_of_symbols(&self) -> bool {
        match self {
            Self::Symbol(_) => true,
            // One letter over another.
            Self::Power(base, exponent) if **exponent == Self::integer(-1) => base.is_of_symbols(),
            other => {
                let parts = other.parts();
                !parts.is_empty() && parts.into_iter().all(Self::is_of_symbols)
            }
        }
    }
}
