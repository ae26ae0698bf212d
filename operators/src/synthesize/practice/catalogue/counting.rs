//! Counting: how many there are of something in a list or a text.

use super::super::primitive::{Primitive, lower_text, numbers, text, words};
use super::super::topic::Topic;
use super::{LETTERS, distinct, is_vowel};

const TOPIC: Topic = Topic::Counting;

pub(super) fn primitives() -> Vec<Primitive> {
    in_lists().into_iter().chain(in_texts()).chain(in_words()).collect()
}

fn in_lists() -> Vec<Primitive> {
    vec![
        numbers(TOPIC, "length", "len(numbers)")
            .noun(["the length of the list", "the count of all numbers"])
            .natural(|numbers, _| numbers.len() as i64),
        numbers(TOPIC, "count_distinct", "len(set(numbers))")
            .noun(["the number of distinct numbers", "the count of different numbers"])
            .natural(|numbers, _| distinct(numbers)),
        numbers(TOPIC, "count_value", "numbers.count({a})")
            .a(1..=5)
            .noun(["the number of times {a} occurs", "the count of {a} in the list"])
            .natural(|numbers, constants| count(numbers, |number| *number == constants.a)),
        numbers(TOPIC, "count_largest", "numbers.count(max(numbers, default=0))")
            .noun(["the number of times the largest number occurs", "the count of the largest number"])
            .natural(|numbers, _| count(numbers, |number| Some(number) == numbers.iter().max())),
        numbers(TOPIC, "count_rises", "sum(b > a for a, b in zip(numbers, numbers[1:]))")
            .noun([
                "the number of numbers greater than the one before",
                "the count of numbers that exceed their predecessor",
            ])
            .natural(|numbers, _| numbers.windows(2).filter(|pair| pair[1] > pair[0]).count() as i64),
        numbers(TOPIC, "count_above_average", "sum(x * len(numbers) > sum(numbers) for x in numbers)")
            .noun(["the number of numbers above the average", "the count of numbers greater than the average"])
            .natural(|numbers, _| {
                let sum: i64 = numbers.iter().sum();
                count(numbers, |number| *number * numbers.len() as i64 > sum)
            }),
    ]
}

fn in_texts() -> Vec<Primitive> {
    vec![
        text(TOPIC, "text_length", "len(text)")
            .noun(["the number of characters", "the length of the text"])
            .natural(|text, _| text.len() as i64),
        lower_text(TOPIC, "count_vowels", "sum(c in \"aeiou\" for c in text)")
            .noun(["the number of vowels", "the count of vowels"])
            .natural(|text, _| text.chars().filter(|character| is_vowel(*character)).count() as i64),
        lower_text(TOPIC, "count_letter", "text.count(\"{first}\")")
            .pairs(LETTERS)
            .noun(["the number of times \"{first}\" occurs", "the count of \"{first}\" in the text"])
            .natural(|text, constants| text.matches(constants.pair.0).count() as i64),
        text(TOPIC, "count_words", "len(text.split())")
            .noun(["the number of words", "the count of words"])
            .natural(|text, _| text.split_whitespace().count() as i64),
        text(TOPIC, "count_characters", "len(set(text))")
            .noun(["the number of distinct characters", "the count of different characters"])
            .natural(|text, _| distinct(text.as_bytes())),
        text(TOPIC, "count_doubles", "sum(a == b for a, b in zip(text, text[1:]))")
            .noun([
                "the number of characters equal to the one before",
                "the count of characters that repeat their predecessor",
            ])
            .natural(|text, _| text.as_bytes().windows(2).filter(|pair| pair[0] == pair[1]).count() as i64),
    ]
}

fn in_words() -> Vec<Primitive> {
    vec![
        words(TOPIC, "words_length", "len(words)")
            .noun(["the number of words", "the length of the list"])
            .natural(|words, _| words.len() as i64),
        words(TOPIC, "count_long_words", "sum(len(w) > {a} for w in words)")
            .a(2..=5)
            .noun([
                "the number of words longer than {a} characters",
                "the count of words with more than {a} characters",
            ])
            .natural(|words, constants| count(words, |word| word.len() as i64 > constants.a)),
        words(TOPIC, "count_with_letter", "sum(\"{first}\" in w for w in words)")
            .pairs(LETTERS)
            .noun(["the number of words that contain \"{first}\"", "the count of words with \"{first}\" in them"])
            .natural(|words, constants| count(words, |word| word.contains(constants.pair.0))),
        words(TOPIC, "count_distinct_words", "len(set(words))")
            .noun(["the number of distinct words", "the count of different words"])
            .natural(|words, _| distinct(words)),
        words(TOPIC, "total_length", "sum(len(w) for w in words)")
            .noun(["the total length of the words", "the sum of the lengths of the words"])
            .natural(|words, _| words.iter().map(|word| word.len() as i64).sum()),
    ]
}

fn count<T>(several: &[T], counts: impl Fn(&T) -> bool) -> i64 {
    several.iter().filter(|one| counts(one)).count() as i64
}
