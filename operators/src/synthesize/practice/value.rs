//! A value between two steps, and how Python and JSON write it.
//!
//! Owns notation and size. Knows no primitive.

/// A value that a step takes or gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Integer(i64),
    Truth(bool),
    Numbers(Vec<i64>),
    Text(String),
    Words(Vec<String>),
}

/// The largest number, list and text between two steps. Far below what 64 bits hold, so that no step overflows before
/// its result is measured; and what is longer would help nobody who reads along.
const MOST: i64 = 1_000_000;
const LONGEST_LIST: usize = 24;
const LONGEST_TEXT: usize = 60;

impl Value {
    /// Whether the value is of a size that problems deal in.
    pub(super) fn is_handy(&self) -> bool {
        let small = |number: &i64| number.abs() <= MOST;
        match self {
            Self::Integer(number) => small(number),
            Self::Truth(_) => true,
            Self::Numbers(numbers) => numbers.len() <= LONGEST_LIST && numbers.iter().all(small),
            Self::Text(text) => text.len() <= LONGEST_TEXT,
            Self::Words(words) => words.len() <= LONGEST_LIST && words.iter().all(|word| word.len() <= LONGEST_TEXT),
        }
    }

    /// Whether there is nothing in it: no number, no character, no word.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Integer(_) | Self::Truth(_) => false,
            Self::Numbers(numbers) => numbers.is_empty(),
            Self::Text(text) => text.is_empty(),
            Self::Words(words) => words.is_empty(),
        }
    }

    /// As Python writes it, but with double quotes.
    pub(super) fn python(&self) -> String {
        match self {
            Self::Truth(true) => "True".to_owned(),
            Self::Truth(false) => "False".to_owned(),
            other => other.json(),
        }
    }

    /// As JSON writes it. Texts are made of characters that need no escape.
    pub(super) fn json(&self) -> String {
        match self {
            Self::Integer(number) => number.to_string(),
            Self::Truth(truth) => truth.to_string(),
            Self::Numbers(numbers) => list(numbers.iter().map(i64::to_string)),
            Self::Text(text) => quoted(text),
            Self::Words(words) => list(words.iter().map(|word| quoted(word))),
        }
    }
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(", "))
}

/// What a primitive's rule sees of a value.
pub(super) trait View {
    /// The value as this type; none where it is of another.
    fn of(value: &Value) -> Option<&Self>;
}

impl View for i64 {
    fn of(value: &Value) -> Option<&Self> {
        if let Value::Integer(number) = value { Some(number) } else { None }
    }
}

impl View for bool {
    fn of(value: &Value) -> Option<&Self> {
        if let Value::Truth(truth) = value { Some(truth) } else { None }
    }
}

impl View for [i64] {
    fn of(value: &Value) -> Option<&Self> {
        if let Value::Numbers(numbers) = value { Some(numbers) } else { None }
    }
}

impl View for str {
    fn of(value: &Value) -> Option<&Self> {
        if let Value::Text(text) = value { Some(text) } else { None }
    }
}

impl View for [String] {
    fn of(value: &Value) -> Option<&Self> {
        if let Value::Words(words) = value { Some(words) } else { None }
    }
}
