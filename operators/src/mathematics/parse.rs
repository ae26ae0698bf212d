//! Answers out of LaTeX: lists, sets, tuples, intervals and relations. What they are made of is `formula`'s.

mod formula;
mod function;

use std::cmp::Ordering;

use super::answer::{Answer, Interval, Numbers, Relation, Sign};
use super::formula::Formula;
use super::rational::Rational;
use super::token::{Token, tokens};
use super::value::order;

/// How deep parentheses and their kin may be nested.
const DEPTH: usize = 48;

/// Characters of an answer at most.
const LENGTH: usize = 4000;

/// Reads a whole answer, or says what cannot be read.
pub(super) fn answer(text: &str) -> Result<Answer, String> {
    if text.len() > LENGTH {
        return Err(format!("it is longer than {LENGTH} characters"));
    }
    if let Some(number) = with_separators(text) {
        return Ok(Answer::Formula(number));
    }
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0, bars: 0 };
    let rows = parser.rows()?;
    match parser.peek() {
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

/// Tokens, and how far they were read.
struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    /// How many absolute values are open: within them, a bar closes.
    bars: usize,
}

impl Parser {
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

    /// What stands on one side of a sign.
    fn side(&mut self) -> Result<Answer, String> {
        if !self.is_at_set() {
            return self.sum().map(Answer::Formula);
        }
        let mut left = self.intersection()?;
        loop {
            if self.takes_command(&["cup"]) {
                left = Answer::Union(vec![left, self.intersection()?]);
            } else if self.takes_command(&["setminus", "backslash"]) {
                left = Answer::Without(Box::new(left), Box::new(self.intersection()?));
            } else {
                return Ok(left);
            }
        }
    }

    fn intersection(&mut self) -> Result<Answer, String> {
        let mut left = self.set()?;
        while self.takes_command(&["cap"]) {
            left = Answer::Intersection(vec![left, self.set()?]);
        }
        Ok(left)
    }

    /// Whether a set comes next, and no formula: braces that are seen, or parentheses around a list.
    fn is_at_set(&self) -> bool {
        match self.peek() {
            Some(Token::OpenSet | Token::Numbers(_)) => true,
            Some(Token::Command(name)) => name == "emptyset",
            Some(Token::Sign('(' | '[')) => self.is_at_list(),
            _ => false,
        }
    }

    /// Whether a comma or a semicolon stands between these parentheses and in no others.
    fn is_at_list(&self) -> bool {
        let mut depth = 0_usize;
        for token in &self.tokens[self.at..] {
            match token {
                Token::Sign('(' | '[' | '{') | Token::OpenSet => depth += 1,
                Token::Sign(')' | ']' | '}') | Token::CloseSet => depth = depth.saturating_sub(1),
                Token::Sign(',' | ';') if depth == 1 => return true,
                _ => {}
            }
            if depth == 0 {
                return false;
            }
        }
        false
    }

    fn set(&mut self) -> Result<Answer, String> {
        match self.next() {
            Some(Token::Command(name)) if name == "emptyset" => Ok(Answer::Set(Vec::new())),
            Some(Token::Numbers(letter)) => numbers(letter).map(Answer::Numbers),
            Some(Token::OpenSet) if self.peek() == Some(&Token::CloseSet) => {
                self.at += 1;
                Ok(Answer::Set(Vec::new()))
            }
            Some(Token::OpenSet) => {
                let rows = self.deeper(Self::rows)?;
                match self.next() {
                    Some(Token::CloseSet) => Ok(Answer::Set(rows.concat())),
                    _ => Err("a `\\}` is missing".to_owned()),
                }
            }
            Some(Token::Sign(open @ ('(' | '['))) => self.listed(open),
            _ => Err("a set is missing".to_owned()),
        }
    }

    /// A tuple or an interval: two numbers in order are the ends of one.
    fn listed(&mut self, open: char) -> Result<Answer, String> {
        let rows = self.deeper(Self::rows)?;
        let close = match self.next() {
            Some(Token::Sign(close @ (')' | ']'))) => close,
            _ => return Err("a `)` is missing".to_owned()),
        };
        let parted = rows.len() > 1;
        let parts = rows.concat();
        let two = !parted && parts.len() == 2 && parts.iter().all(|part| matches!(part, Answer::Formula(_)));
        let round = open == '(' && close == ')';
        if !two && !round {
            return Err("an interval has two ends".to_owned());
        }
        let ends: Option<[Formula; 2]> =
            two.then(|| parts.iter().filter_map(formula).collect::<Vec<_>>().try_into().ok()).flatten();
        let Some([from, to]) = ends else { return Ok(Answer::Tuple(parts)) };
        // What would be empty is no interval, but two numbers.
        let is_empty = match order(&to, &from) {
            Some(Ordering::Less) => round || open == '[' && close == ']',
            Some(Ordering::Equal) => round,
            _ => false,
        };
        if is_empty {
            return Ok(Answer::Tuple(parts));
        }
        Ok(Answer::Interval(Interval { from, to, open: [open == '(', close == ')'] }))
    }
}

fn formula(answer: &Answer) -> Option<Formula> {
    match answer {
        Answer::Formula(formula) => Some(formula.clone()),
        _ => None,
    }
}
fn numbers(letter: char) -> Result<Numbers, String> {
    match letter {
        'N' => Ok(Numbers::Natural),
        'Z' => Ok(Numbers::Integer),
        'Q' => Ok(Numbers::Rational),
        'R' => Ok(Numbers::Real),
        'C' => Ok(Numbers::Complex),
        other => Err(format!("`\\mathbb{{{other}}}` is not read")),
    }
}
