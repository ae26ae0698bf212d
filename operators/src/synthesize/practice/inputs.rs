//! Inputs: what functions are called with in probes, tests and worked examples.
//!
//! Owns which values are likely. Knows no function.

use super::composition::Input;
use super::draw::Draw;
use super::kind::Kind;
use super::value::Value;

/// Short words that a small vocabulary holds whole: some begin with a vowel, some read the same backwards, some have
/// doubled letters.
const WORDS: [&str; 40] = [
    "red", "blue", "green", "apple", "tree", "cat", "dog", "bird", "moon", "star", "level", "noon", "civic", "radar",
    "book", "door", "letter", "ocean", "river", "stone", "cloud", "rain", "snow", "fire", "gold", "iron", "salt",
    "lemon", "olive", "onion", "ant", "eel", "owl", "fox", "bee", "eye", "sun", "sea", "ice", "egg",
];

/// The largest `k`.
const LARGEST_K: i64 = 6;

/// A random input of this kind.
pub(super) fn random(kind: Kind, draw: &mut Draw) -> Input {
    let value = match kind {
        Kind::Numbers => Value::Numbers(numbers(draw)),
        Kind::LowerText | Kind::Text => Value::Text(text(draw)),
        Kind::Words => Value::Words(words(draw)),
        Kind::Truth => Value::Truth(draw.happens(50)),
        Kind::Natural | Kind::Integer => Value::Integer(natural(draw)),
    };
    Input { value, k: draw.within(1..=LARGEST_K) }
}

/// The input of this kind with nothing in it.
pub(super) fn empty(kind: Kind, draw: &mut Draw) -> Input {
    let value = match kind {
        Kind::Numbers => Value::Numbers(Vec::new()),
        Kind::LowerText | Kind::Text => Value::Text(String::new()),
        Kind::Words => Value::Words(Vec::new()),
        Kind::Truth => Value::Truth(false),
        Kind::Natural | Kind::Integer => Value::Integer(0),
    };
    Input { value, k: draw.within(1..=LARGEST_K) }
}

fn natural(draw: &mut Draw) -> i64 {
    match draw.below(20) {
        0..3 => draw.within(0..=9),
        3..13 => draw.within(10..=99),
        13..18 => draw.within(100..=999),
        // The same backwards.
        _ => draw.within(1..=9) * 101 + draw.within(0..=9) * 10,
    }
}

fn numbers(draw: &mut Draw) -> Vec<i64> {
    let length = [0, 1, 2, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 7][draw.below(14)];
    let range = [0..=9, -9..=9, -9..=9, -20..=40, 1..=4][draw.below(5)].clone();
    let mut numbers: Vec<i64> = (0..length).map(|_| draw.within(range.clone())).collect();
    match draw.below(12) {
        0 => numbers.sort_unstable(),
        1 => mirror(&mut numbers),
        2 => numbers.iter_mut().for_each(|number| *number *= 2),
        _ => {}
    }
    numbers
}

fn text(draw: &mut Draw) -> String {
    match draw.below(10) {
        0 => {
            let mut letters: Vec<char> = (0..draw.within(1..=5)).map(|_| *draw.one_of(&['a', 'b', 'c', 'e'])).collect();
            mirror(&mut letters);
            letters.into_iter().collect()
        }
        1..4 => (*draw.one_of(&WORDS)).to_owned(),
        4..8 => format!("{} {}", draw.one_of(&WORDS), draw.one_of(&WORDS)),
        _ => format!("{} {} {}", draw.one_of(&WORDS), draw.one_of(&WORDS), draw.one_of(&WORDS)),
    }
}

fn words(draw: &mut Draw) -> Vec<String> {
    let length = [0, 1, 2, 2, 3, 3, 3, 4, 4, 5][draw.below(10)];
    let mut words: Vec<String> = (0..length).map(|_| (*draw.one_of(&WORDS)).to_owned()).collect();
    match draw.below(8) {
        0 => words.sort_unstable(),
        1 if length > 1 => words[length - 1] = words[0].clone(),
        _ => {}
    }
    words
}

/// Makes the second half the first one backwards.
fn mirror<T: Copy>(items: &mut [T]) {
    let length = items.len();
    for place in 0..length / 2 {
        items[length - 1 - place] = items[place];
    }
}
