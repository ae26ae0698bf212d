//! Numbers and sums in a text without LaTeX.

use super::latex::percent;
use crate::mathematics::formula::Formula;
use crate::mathematics::rational::Rational;

/// What was found without LaTeX.
#[derive(Clone, Debug)]
pub(super) enum Plain {
    Number { text: String, value: Formula, is_percent: bool },
    Expression(String),
}

/// Characters of a sum at most: what is longer is computed for nobody.
const LONGEST: usize = 100;

/// Bytes of a number at most, with what separates its thousands: more digits than are read.
const DIGITS: usize = 2_000;

const CURRENCIES: &str = "$€£¥₹₽₪₩₫฿";

/// A start, an end, and what stands between them.
type Placed = (usize, usize, Plain);

/// Everything that may be a number or a sum.
pub(super) fn all(text: &str) -> Vec<Placed> {
    places(text).flat_map(|place| [expression(text, place), number(text, place)]).flatten().collect()
}

/// What begins at a place, whatever stands before it.
pub(super) fn at(text: &str, place: usize) -> Option<Placed> {
    expression(text, place).or_else(|| number(text, place))
}

/// What words announce that end at `place`: what stands behind the last `=` of the line, or else first.
pub(super) fn announced(text: &str, place: usize, near: usize) -> Option<Placed> {
    let rest = &text[place..];
    let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
    let either = |from: usize| at(text, from).filter(|(_, end, _)| !text[*end..].trim_start().starts_with('='));
    let equals = line.char_indices().take(100).filter(|(_, sign)| *sign == '=').last();
    let behind = equals.and_then(|(equals, _)| {
        let from = place + equals + 1;
        either(from + text[from..].len() - text[from..].trim_start().len())
    });
    let first = || {
        let inside = places(rest).map(|from| place + from).take_while(|from| *from <= place + near + 1);
        inside.filter(|from| *from <= place + line.len() + 1).find_map(either)
    };
    behind.or_else(first)
}

/// Places where a number may begin: at the text's own beginning, behind white space or `=`, and behind two stars there.
fn places(text: &str) -> impl Iterator<Item = usize> {
    let begins = text.char_indices().filter(|(_, sign)| sign.is_whitespace() || *sign == '=');
    let begins = std::iter::once(0).chain(begins.map(|(place, sign)| place + sign.len_utf8()));
    begins.map(|place| if text[place..].starts_with("**") { place + 2 } else { place })
}

/// `1,234.5`, `1 234`, `0,5`, `.5`, with a currency before and a sign for percent behind.
fn number(text: &str, place: usize) -> Option<Placed> {
    let rest = &text[place..];
    let currency = rest.chars().next().filter(|sign| CURRENCIES.contains(*sign)).map_or(0, char::len_utf8);
    let rest = &rest[currency..];
    let rest = &rest[..rest.floor_char_boundary(DIGITS)];
    let sign = usize::from(rest.starts_with('-'));
    let length = separated(&rest[sign..]).or_else(|| simple(&rest[sign..]))?;
    let written = &rest[sign..sign + length];
    let (whole, part) = whole_and_part(written);
    let digits: String = whole.chars().filter(char::is_ascii_digit).collect();
    let text_of_it = format!("{}{part}", if digits.is_empty() { "0" } else { &digits });
    let value = Rational::parse(&text_of_it)?;
    let value = if part.is_empty() { Formula::Number(value) } else { Formula::Decimal(value) };
    let value = if sign == 1 { value.negative() } else { value };
    let (is_percent, end) = percent(text, place + currency + sign + length);
    let text_of_it = format!("{}{text_of_it}", &rest[..sign]);
    Some((place, end, Plain::Number { text: text_of_it, value, is_percent }))
}

/// The length of a number whose thousands are separated.
fn separated(text: &str) -> Option<usize> {
    let first = digits(text);
    if !(1..=3).contains(&first) || text.starts_with('0') {
        return None;
    }
    let mut length = first;
    while text[length..].starts_with([',', ' ']) && digits(&text[length + 1..]) >= 3 {
        length += 4;
    }
    (length > first).then(|| length + decimals(&text[length..], &['.']))
}

fn simple(text: &str) -> Option<usize> {
    let whole = digits(text);
    let length = match whole {
        0 => decimals(text, &['.']),
        whole => whole + decimals(&text[whole..], &['.', ',']),
    };
    (length > 0).then_some(length)
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// The length of a point and the digits behind it; nothing without digits.
fn decimals(text: &str, points: &[char]) -> usize {
    match text.strip_prefix(points).map(digits) {
        None | Some(0) => 0,
        Some(length) => length + 1,
    }
}

/// What stands before the point, and from it on.
fn whole_and_part(written: &str) -> (&str, String) {
    let is_separated = separated(written).is_some();
    let point = written.rfind('.').or_else(|| written.rfind(',').filter(|_| !is_separated));
    point.map_or((written, String::new()), |point| (&written[..point], format!(".{}", &written[point + 1..])))
}

/// `3/56`: digits with signs between them, up to a full stop or a space.
fn expression(text: &str, place: usize) -> Option<Placed> {
    let rest = &text[place..];
    let begins = rest.strip_prefix('-').unwrap_or(rest);
    let begins = begins.strip_prefix('(').unwrap_or(begins);
    if !begins.strip_prefix('-').unwrap_or(begins).starts_with(|sign: char| sign.is_ascii_digit()) {
        return None;
    }
    let is_part = |sign: char| sign.is_ascii_digit() || sign.is_whitespace() || ".+-*/^()×÷".contains(sign);
    let length = rest.char_indices().take(LONGEST).find(|(_, sign)| !is_part(*sign)).map(|(end, _)| end);
    let most = || rest.char_indices().nth(LONGEST).map_or(rest.len(), |(end, _)| end);
    let run = &rest[..length.unwrap_or_else(most)];
    if !has_operator(run) {
        return None;
    }
    let ends = std::iter::once(run.len()).chain(run.char_indices().rev().map(|(end, _)| end));
    let end = ends.into_iter().filter(|end| ends_here(&rest[*end..])).find(|end| has_operator(&run[..*end]))?;
    let written = run[..end].trim_end().trim_end_matches('.');
    let tail = rest[end..].chars().next().map_or(0, char::len_utf8);
    let written = written.replace('×', "*").replace('÷', "/").replace('\n', " ");
    Some((place, place + end + tail, Plain::Expression(written)))
}

fn ends_here(rest: &str) -> bool {
    let rest = rest.strip_prefix("**").unwrap_or(rest);
    rest.chars().next().is_none_or(|sign| ".,:)$".contains(sign) || sign.is_whitespace())
}

/// Whether a sign stands between digits.
fn has_operator(text: &str) -> bool {
    let behind = text.trim_start_matches(['-', '(']).trim_start_matches(|sign: char| sign.is_ascii_digit());
    let operator = behind.find(|sign: char| "+-*/^×÷".contains(sign));
    operator.is_some_and(|place| behind[place..].contains(|sign: char| sign.is_ascii_digit()))
}
