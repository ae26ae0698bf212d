//! Formulas: sums of products of powers. Juxtaposed, they are multiplied, but for a whole number before a fraction.

use super::{Parser, is_low};
use crate::mathematics::formula::{Constant, Formula, Function};
use crate::mathematics::rational::Rational;
use crate::mathematics::token::Token;

/// Commands for letters, beside those that mean something else.
const LETTERS: [&str; 30] = [
    "alpha",
    "beta",
    "delta",
    "Delta",
    "epsilon",
    "varepsilon",
    "zeta",
    "eta",
    "theta",
    "Theta",
    "vartheta",
    "iota",
    "kappa",
    "lambda",
    "Lambda",
    "mu",
    "nu",
    "xi",
    "Xi",
    "rho",
    "sigma",
    "Sigma",
    "tau",
    "phi",
    "Phi",
    "varphi",
    "chi",
    "psi",
    "omega",
    "Omega",
];

/// Commands for signs that are read as letters.
const SIGNS: [&str; 4] = ["varnothing", "ell", "hbar", "aleph"];

impl Parser<'_> {
    pub(super) fn sum(&mut self) -> Result<Formula, String> {
        self.deeper(|parser| {
            let mut terms = vec![parser.product()?];
            loop {
                if parser.takes('+') {
                    terms.push(parser.product()?);
                } else if parser.takes('-') {
                    terms.push(parser.product()?.negative());
                } else {
                    let sum = if terms.len() == 1 { terms.remove(0) } else { Formula::Sum(terms) };
                    return is_low(sum.height()).map(|()| sum);
                }
            }
        })
    }

    fn product(&mut self) -> Result<Formula, String> {
        let mut factors = vec![self.signed()?];
        loop {
            if self.takes('*') || self.takes_command(&["cdot", "times", "ast"]) {
                factors.push(self.signed()?);
            } else if self.takes('/') || self.takes(':') || self.takes_command(&["div"]) {
                let divisor = self.signed()?;
                let quotient = if let [only] = factors.as_slice() { only.quotient(&divisor) } else { None };
                match quotient {
                    Some(quotient) => factors = vec![quotient],
                    None => factors.push(divisor.inverse()),
                }
            } else {
                return Ok(if factors.len() == 1 { factors.remove(0) } else { Formula::Product(factors) });
            }
        }
    }

    fn signed(&mut self) -> Result<Formula, String> {
        if self.takes('+') {
            return self.deeper(Self::signed);
        }
        if self.takes('-') {
            return self.deeper(Self::signed).map(Formula::negative);
        }
        let mut factors = vec![self.raised()?];
        while self.is_at_factor() {
            factors.push(self.raised()?);
        }
        Ok(multiplied(factors))
    }

    /// Whether what comes next is multiplied by what was.
    pub(super) fn is_at_factor(&self) -> bool {
        match self.peek() {
            Some(Token::Number(_) | Token::Letter(_) | Token::Text(_) | Token::Accent(_) | Token::Begin) => true,
            Some(Token::Sign('|')) => self.bars == 0,
            Some(Token::Sign(sign)) => "({[".contains(*sign),
            Some(Token::Command(name)) => is_letter(name) || begins_formula(name),
            _ => false,
        }
    }

    /// A number with its exponent and what else stands behind it.
    pub(super) fn raised(&mut self) -> Result<Formula, String> {
        let mut base = self.atom()?;
        loop {
            if self.takes('^') {
                base = self.power_of(base)?;
            } else if self.takes('!') {
                base = Formula::Call(Function::Factorial, vec![base]);
            } else if self.takes('%') {
                base = Formula::Percent(Box::new(base));
            } else if self.takes_command(&["degree"]) {
                // A number of degrees is that number.
            } else {
                return Ok(base);
            }
            is_low(base.height())?;
        }
    }

    fn power_of(&mut self, base: Formula) -> Result<Formula, String> {
        if self.takes_command(&["circ"]) {
            return Ok(base);
        }
        if let Some([Token::Sign('{'), Token::Command(name), Token::Sign('}')]) = self.tokens.get(self.at..self.at + 3)
            && name == "circ"
        {
            self.at += 3;
            return Ok(base);
        }
        Ok(base.power(self.exponent()?))
    }

    pub(super) fn exponent(&mut self) -> Result<Formula, String> {
        if self.takes('-') { self.atom().map(Formula::negative) } else { self.atom() }
    }

    fn atom(&mut self) -> Result<Formula, String> {
        match self.next() {
            Some(Token::Number(digits)) => {
                let value = Rational::parse(&digits).ok_or_else(|| "a number is too long".to_owned())?;
                Ok(if digits.contains('.') { Formula::Decimal(value) } else { Formula::Number(value) })
            }
            Some(Token::Letter('e')) => Ok(Formula::Constant(Constant::E)),
            Some(Token::Letter('I')) => Ok(Formula::Constant(Constant::ImaginaryUnit)),
            Some(Token::Letter(letter)) => self.named(&letter.to_lowercase().to_string()),
            Some(Token::Text(name) | Token::Accent(name)) => self.named(&name),
            Some(Token::Begin) => self.matrix(),
            Some(Token::Sign('(')) => self.inside(')'),
            Some(Token::Sign('[')) => self.inside(']'),
            Some(Token::Sign('{')) => self.inside('}'),
            Some(Token::Sign('|')) => self.absolute(),
            Some(Token::Command(name)) => self.command(&name),
            Some(token) => Err(format!("`{token}` is no number")),
            None => Err("it ends too early".to_owned()),
        }
    }

    /// A letter, with its index; before parentheses around one thing, a function that only has a name.
    pub(super) fn named(&mut self, letter: &str) -> Result<Formula, String> {
        let name = match self.takes('_') {
            true => format!("{letter}_{}", self.index()?),
            false => letter.to_owned(),
        };
        let [open, inside, close] = [0, 1, 2].map(|place| self.tokens.get(self.at + place));
        let alone = matches!(inside, Some(Token::Letter(_) | Token::Number(_) | Token::Accent(_)))
            && close == Some(&Token::Sign(')'));
        if open == Some(&Token::Sign('(')) && (alone || self.is_at_list()) {
            self.at += 1;
            let mut arguments = vec![self.sum()?];
            while self.takes(',') {
                arguments.push(self.sum()?);
            }
            self.expect(')')?;
            return Ok(Formula::Call(Function::Named(name), arguments));
        }
        Ok(Formula::Symbol(name))
    }

    /// What stands below a letter, as a part of its name.
    fn index(&mut self) -> Result<String, String> {
        if !self.takes('{') {
            return self.next().map(|token| token.to_string()).ok_or_else(|| "an index is missing".to_owned());
        }
        let mut name = String::new();
        loop {
            match self.next() {
                Some(Token::Sign('}')) => return Ok(name),
                Some(Token::Sign('{')) | None => return Err("an index does not end".to_owned()),
                Some(token) => name += &token.to_string(),
            }
        }
    }

    pub(super) fn inside(&mut self, close: char) -> Result<Formula, String> {
        let bars = std::mem::take(&mut self.bars);
        let value = self.sum()?;
        self.bars = bars;
        self.expect(close)?;
        Ok(value)
    }

    fn absolute(&mut self) -> Result<Formula, String> {
        self.bars += 1;
        let value = self.sum()?;
        self.bars -= 1;
        self.expect('|')?;
        Ok(Formula::Call(Function::Absolute, vec![value]))
    }

    fn matrix(&mut self) -> Result<Formula, String> {
        let mut rows = vec![vec![self.sum()?]];
        loop {
            match self.next() {
                Some(Token::Sign('&')) => {
                    let value = self.sum()?;
                    rows.last_mut().expect("there is a row from the first").push(value);
                }
                Some(Token::Row) if self.peek() == Some(&Token::End) => {}
                Some(Token::Row) => rows.push(vec![self.sum()?]),
                Some(Token::End) => break,
                _ => return Err("a matrix does not end".to_owned()),
            }
        }
        if rows.iter().any(|row| row.len() != rows[0].len()) {
            return Err("the rows of a matrix differ in length".to_owned());
        }
        Ok(Formula::Matrix(rows))
    }

    fn command(&mut self, name: &str) -> Result<Formula, String> {
        match name {
            "pi" => Ok(Formula::Constant(Constant::Pi)),
            "gamma" | "Gamma" => Ok(Formula::Constant(Constant::Gamma)),
            "infty" => Ok(Formula::Constant(Constant::Infinity)),
            name if is_letter(name) => self.named(&name.to_lowercase()),
            name => self.function(name),
        }
    }
}

/// A product; a whole number before a fraction is a mixed number.
fn multiplied(mut factors: Vec<Formula>) -> Formula {
    if let [Formula::Number(whole), Formula::Number(part)] = factors.as_slice()
        && whole.is_integer()
        && part.is_positive()
    {
        let down = Rational::integer(0).is_some_and(|zero| *whole != zero && !whole.is_positive());
        let sum = if down { whole.plus(&part.negative()) } else { whole.plus(part) };
        if let Some(sum) = sum {
            return Formula::Number(sum);
        }
    }
    if factors.len() == 1 { factors.remove(0) } else { Formula::Product(factors) }
}

fn is_letter(name: &str) -> bool {
    LETTERS.contains(&name) || SIGNS.contains(&name)
}

/// Whether a command begins what can be multiplied.
fn begins_formula(name: &str) -> bool {
    const OTHERS: [&str; 12] =
        ["pi", "gamma", "Gamma", "infty", "frac", "dfrac", "tfrac", "cfrac", "sqrt", "lfloor", "lceil", "binom"];
    OTHERS.contains(&name) || matches!(name, "dbinom" | "tbinom") || super::function::by_name(name).is_some()
}
