//! Sets of numbers as they are written: lists in braces, tuples, intervals, and what joins them.

use std::cmp::Ordering;

use super::{Parser, is_low};
use crate::mathematics::answer::{Answer, Interval, Numbers};
use crate::mathematics::formula::Formula;
use crate::mathematics::token::Token;
use crate::mathematics::value::order;

impl Parser<'_> {
    /// What stands on one side of a sign.
    pub(super) fn side(&mut self) -> Result<Answer, String> {
        if !self.is_at_set() {
            return self.sum().map(Answer::Formula);
        }
        let mut left = self.intersection()?;
        loop {
            if self.takes_command(&["cup"]) {
                let right = self.intersection()?;
                match &mut left {
                    Answer::Union(parts) => parts.push(right),
                    _ => left = Answer::Union(vec![left, right]),
                }
            } else if self.takes_command(&["setminus", "backslash"]) {
                left = Answer::Without(Box::new(left), Box::new(self.intersection()?));
                is_low(left.height())?;
            } else {
                return is_low(left.height()).map(|()| left);
            }
        }
    }

    fn intersection(&mut self) -> Result<Answer, String> {
        let mut sets = vec![self.set()?];
        while self.takes_command(&["cap"]) {
            sets.push(self.set()?);
        }
        Ok(if sets.len() == 1 { sets.remove(0) } else { Answer::Intersection(sets) })
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
    pub(super) fn is_at_list(&self) -> bool {
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
        let is_empty = match order(&to, &from, self.work) {
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
