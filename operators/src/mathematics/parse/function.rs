//! What commands compute: fractions, roots, and functions with or without parentheses.

use super::Parser;
use crate::mathematics::formula::{Constant, Formula, Function};
use crate::mathematics::token::Token;

/// A function that a command names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    Logarithm,
    /// To the base of Euler's number.
    Natural,
    Exponential,
    Secant,
    Cosecant,
    Cotangent,
    Sine,
    Cosine,
    Tangent,
    ArcSine,
    ArcCosine,
    ArcTangent,
    HyperbolicSine,
    HyperbolicCosine,
    HyperbolicTangent,
}

pub(super) fn by_name(command: &str) -> Option<Named> {
    Some(match command {
        "log" | "lg" => Named::Logarithm,
        "ln" => Named::Natural,
        "exp" => Named::Exponential,
        "sec" => Named::Secant,
        "csc" => Named::Cosecant,
        "cot" => Named::Cotangent,
        "sin" => Named::Sine,
        "cos" => Named::Cosine,
        "tan" => Named::Tangent,
        "arcsin" => Named::ArcSine,
        "arccos" => Named::ArcCosine,
        "arctan" => Named::ArcTangent,
        "sinh" => Named::HyperbolicSine,
        "cosh" => Named::HyperbolicCosine,
        "tanh" => Named::HyperbolicTangent,
        _ => return None,
    })
}

impl Parser<'_> {
    pub(super) fn function(&mut self, command: &str) -> Result<Formula, String> {
        match command {
            "frac" | "dfrac" | "tfrac" | "cfrac" => Ok(self.argument()?.over(self.argument()?)),
            "binom" | "dbinom" | "tbinom" => {
                Ok(Formula::Call(Function::Binomial, vec![self.argument()?, self.argument()?]))
            }
            "sqrt" => self.root(),
            "lfloor" => self.rounded(Function::Floor, "rfloor"),
            "lceil" => self.rounded(Function::Ceiling, "rceil"),
            other => match by_name(other) {
                Some(named) => self.applied(named),
                None => Err(format!("`\\{other}` is not read")),
            },
        }
    }

    /// What a command takes: braces, or one sign, which of a number is its first digit.
    fn argument(&mut self) -> Result<Formula, String> {
        match self.next() {
            Some(Token::Sign('{')) => self.inside('}'),
            Some(Token::Sign('(')) => self.inside(')'),
            Some(Token::Number(digits)) if digits.len() > 1 => {
                self.at -= 1;
                let (first, rest) = digits.split_at(1);
                self.tokens[self.at] = Token::Number(rest.to_owned());
                Ok(Formula::integer(first.parse().map_err(|_| "a command lacks its argument".to_owned())?))
            }
            Some(_) => {
                self.at -= 1;
                self.deeper(Self::raised_once)
            }
            None => Err("a command lacks its argument".to_owned()),
        }
    }

    fn raised_once(&mut self) -> Result<Formula, String> {
        match self.next() {
            Some(Token::Number(digits)) => {
                Ok(Formula::integer(digits.parse().map_err(|_| "a command lacks its argument".to_owned())?))
            }
            Some(Token::Letter('e')) => Ok(Formula::Constant(Constant::E)),
            Some(Token::Letter(letter)) => Ok(Formula::Symbol(letter.to_lowercase().to_string())),
            Some(Token::Command(name)) if name == "pi" => Ok(Formula::Constant(Constant::Pi)),
            Some(token) => Err(format!("`{token}` is no argument of a command")),
            None => Err("a command lacks its argument".to_owned()),
        }
    }

    fn root(&mut self) -> Result<Formula, String> {
        let degree = if self.takes('[') { self.inside(']')? } else { Formula::integer(2) };
        Ok(self.argument()?.power(Formula::integer(1).over(degree)))
    }

    fn rounded(&mut self, function: Function, close: &str) -> Result<Formula, String> {
        let value = self.sum()?;
        match self.takes_command(&[close]) {
            true => Ok(Formula::Call(function, vec![value])),
            false => Err(format!("a `\\{close}` is missing")),
        }
    }

    /// A function with its base, its exponent and its argument.
    fn applied(&mut self, named: Named) -> Result<Formula, String> {
        let base = if self.takes('_') { Some(self.deeper(Self::argument)?) } else { None };
        let exponent = if self.takes('^') { Some(self.deeper(Self::exponent)?) } else { None };
        let argument = self.deeper(Self::function_argument)?;
        // The inverse, and no quotient.
        if exponent == Some(Formula::integer(-1)) {
            let inverse = match named {
                Named::Sine => Function::ArcSine,
                Named::Cosine => Function::ArcCosine,
                Named::Tangent => Function::ArcTangent,
                _ => return Err("this function's inverse is not read".to_owned()),
            };
            return Ok(Formula::Call(inverse, vec![argument]));
        }
        let value = named.of(argument, base);
        Ok(match exponent {
            Some(exponent) => value.power(exponent),
            None => value,
        })
    }

    /// What a function is applied to: parentheses, or all factors up to the next function.
    fn function_argument(&mut self) -> Result<Formula, String> {
        if self.takes('(') {
            return self.inside(')');
        }
        if self.takes('-') {
            return self.deeper(Self::function_argument).map(Formula::negative);
        }
        let mut factors = vec![self.raised()?];
        while self.is_at_factor() && !matches!(self.peek(), Some(Token::Command(name)) if by_name(name).is_some()) {
            factors.push(self.raised()?);
        }
        Ok(if factors.len() == 1 { factors.remove(0) } else { Formula::Product(factors) })
    }
}

impl Named {
    fn of(self, argument: Formula, base: Option<Formula>) -> Formula {
        let call = |function| Formula::Call(function, vec![argument.clone()]);
        let inverse = |function| call(function).power(Formula::integer(-1));
        match self {
            Self::Logarithm => {
                let base = base.unwrap_or_else(|| Formula::integer(10));
                Formula::Call(Function::Logarithm, vec![argument, base])
            }
            Self::Natural => Formula::Call(Function::Logarithm, vec![argument, Formula::Constant(Constant::E)]),
            Self::Exponential => Formula::Constant(Constant::E).power(argument),
            Self::Secant => inverse(Function::Cosine),
            Self::Cosecant => inverse(Function::Sine),
            Self::Cotangent => inverse(Function::Tangent),
            Self::Sine => call(Function::Sine),
            Self::Cosine => call(Function::Cosine),
            Self::Tangent => call(Function::Tangent),
            Self::ArcSine => call(Function::ArcSine),
            Self::ArcCosine => call(Function::ArcCosine),
            Self::ArcTangent => call(Function::ArcTangent),
            Self::HyperbolicSine => call(Function::HyperbolicSine),
            Self::HyperbolicCosine => call(Function::HyperbolicCosine),
            Self::HyperbolicTangent => call(Function::HyperbolicTangent),
        }
    }
}
