//! Answers out of LaTeX: lists and relations. Sets are `set`'s, and what all are made of is `formula`'s.

mod formula;
mod function;
mod set;

use super::answer::{Answer, Relation, Sign};
use super::formula::Formula;
use super::rational::Rational;
use super::token::{Token, tokens};
use super::work::Work;

/// How deep parentheses and their kin may be nested.
const DEPTH: usize = 48;

/// How many values may stand in one another. Whoever goes through an answer needs a stack for that many, however it is
/// written: `5!!!` has no parentheses.
const HEIGHT: usize = 200;

/// Characters of an answer at most.
const LENGTH: usize = 4000;

/// Reads a whole answer, or says what cannot be read.
pub(super) fn answer(text: &str, work: &Work) -> Result<Answer, String> {
    if text.len() > LENGTH {
        return Err(format!("it is longer than {LENGTH} characters"));
    }
    if let Some(number) = with_separators(text) {
        return Ok(Answer::Formula(number));
    }
    let tokens = tokens(text)?;
    let steps = work.take(tokens.len() as u64);
    let mut parser = Parser { tokens, at: 0, depth: 0, bars: 0, work };
    let rows = parser.rows()?;
    match parser.peek() {
        _ if steps.is_none() || work.is_spent() => Err("reading it takes too long".to_owned()),
        None => Ok(together(rows)),
        Some(token) => Err(format!("`{token}` is in the wrong place")),
    }
}

/// `1,234,567.5`, which is no list.
fn with_separators(text: &str) -> Option<Formula> {
    let (sign, digits) = text.trim().strip_prefix('-').map_or((1, text.trim()), |rest| (-1, rest));
    let (whole, part) = digits.split_once('.').map_or((digits, None), |(whole, part)| (whole, Some(part)));
    let mut groups = whole.split(',');
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let first = groups.next().filter(|first| is_digits(first) && first.len() <= 3 && whole.contains(','))?;
    if !groups.all(|group| group.len() == 3 && is_digits(group)) || !part.is_none_or(is_digits) {
        return None;
    }
    // Nobody separates thousands behind a zero: it is a comma for a point.
    let number = if first.starts_with('0') {
        Formula::Decimal(Rational::parse(&digits.replacen(',', ".", 1).replace(',', ""))?)
    } else if part.is_some() {
        Formula::Decimal(Rational::parse(&digits.replace(',', ""))?)
    } else {
        Formula::Number(Rational::parse(&digits.replace(',', ""))?)
    };
    Some(if sign < 0 { number.negative() } else { number })
}

/// What lists that semicolons part are together.
fn together(mut rows: Vec<Vec<Answer>>) -> Answer {
    if rows.len() == 1 {
        let mut only = rows.remove(0);
        return if only.len() == 1 { only.remove(0) } else { Answer::Set(only) };
    }
    let single = rows.iter().all(|row| row.len() == 1);
    Answer::Set(if single { rows.concat() } else { rows.into_iter().map(Answer::Tuple).collect() })
}

/// Fails where values stand in one another too often.
fn is_low(height: usize) -> Result<(), String> {
    if height <= HEIGHT { Ok(()) } else { Err(format!("more than {HEIGHT} values stand in one another")) }
}

/// Tokens, and how far they were read.
struct Parser<'a> {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    /// How many absolute values are open: within them, a bar closes.
    bars: usize,
    work: &'a Work,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<Token> {
        self.at += 1;
        self.tokens.get(self.at - 1).cloned()
    }

    fn takes(&mut self, sign: char) -> bool {
        let found = self.peek() == Some(&Token::Sign(sign));
        self.at += usize::from(found);
        found
    }

    fn takes_command(&mut self, names: &[&str]) -> bool {
        let found = matches!(self.peek(), Some(Token::Command(name)) if names.contains(&name.as_str()));
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, sign: char) -> Result<(), String> {
        if self.takes(sign) { Ok(()) } else { Err(format!("a `{sign}` is missing")) }
    }

    /// What `read` reads one level deeper.
    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, String>) -> Result<T, String> {
        if self.depth == DEPTH {
            return Err(format!("it is nested more than {DEPTH} deep"));
        }
        self.depth += 1;
        let found = read(self);
        self.depth -= 1;
        found
    }

    /// Lists, parted by semicolons.
    fn rows(&mut self) -> Result<Vec<Vec<Answer>>, String> {
        let mut rows = vec![self.elements()?];
        while self.takes(';') {
            rows.push(self.elements()?);
        }
        Ok(rows)
    }

    /// What commas part.
    fn elements(&mut self) -> Result<Vec<Answer>, String> {
        let mut elements = self.element()?;
        while self.takes(',') {
            elements.extend(self.element()?);
        }
        Ok(elements)
    }

    /// An element of a list; two where its sign is both.
    fn element(&mut self) -> Result<Vec<Answer>, String> {
        if self.takes_command(&["pm"]) {
            let value = self.sum()?;
            return Ok(vec![Answer::Formula(value.clone().negative()), Answer::Formula(value)]);
        }
        let first = self.side()?;
        if self.takes_command(&["pm"]) {
            let Answer::Formula(left) = first else { return Err("`\\pm` stands behind no number".to_owned()) };
            let right = self.sum()?;
            let plus = Formula::Sum(vec![left.clone(), right.clone()]);
            return Ok(vec![Answer::Formula(plus), Answer::Formula(left.minus(right))]);
        }
        let mut rest = Vec::new();
        while let Some(sign) = self.sign() {
            rest.push((sign, self.side()?));
        }
        // What is nearly equal says no more than the exact side of it.
        if self.takes_command(&["approx"]) {
            let near = self.side()?;
            let named = rest.is_empty() && matches!(&first, Answer::Formula(formula) if formula.is_of_symbols());
            return Ok(vec![if named { near } else { first }]);
        }
        Ok(vec![if rest.is_empty() { first } else { Answer::Relation(Relation { first: Box::new(first), rest }) }])
    }

    fn sign(&mut self) -> Option<Sign> {
        let sign = match self.peek()? {
            Token::Sign('=') => Sign::Equal,
            Token::Sign('<') => Sign::Less,
            Token::Sign('>') => Sign::Greater,
            Token::Command(name) => match name.as_str() {
                "lt" => Sign::Less,
                "gt" => Sign::Greater,
                "le" | "leq" | "leqslant" | "leqq" => Sign::AtMost,
                "ge" | "geq" | "geqslant" | "geqq" => Sign::AtLeast,
                "ne" | "neq" => Sign::Unequal,
                // Where a name lies says what it stands for.
                "in" => Sign::Equal,
                _ => return None,
            },
            _ => return None,
        };
        self.at += 1;
        Some(sign)
    }
}
