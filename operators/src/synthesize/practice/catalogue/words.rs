//! Strings: lists of words.

use super::super::constants::Pair;
use super::super::primitive::{Primitive, words};
use super::super::topic::Topic;
use super::{LETTERS, is_vowel, starts_with_vowel};

const TOPIC: Topic = Topic::Strings;

/// What stands between joined words.
const SEPARATORS: &[Pair] = &[(" ", ""), ("-", ""), (", ", ""), ("+", "")];

pub(super) fn primitives() -> Vec<Primitive> {
    orders().into_iter().chain(parts()).chain(each()).chain(one()).chain(texts()).chain(others()).collect()
}

fn orders() -> Vec<Primitive> {
    vec![
        words(TOPIC, "reverse_words", "words[::-1]")
            .act(["reverse the list", "put the words in reverse order"])
            .words(|words, _| words.iter().rev().cloned().collect()),
        words(TOPIC, "sort_words", "sorted(words)")
            .act(["sort the words alphabetically", "put the words in alphabetical order"])
            .words(|words, _| sorted(words)),
        words(TOPIC, "sort_by_length", "sorted(words, key=len)")
            .act(["sort the words by length (stable)", "put shorter words first (stable sort)"])
            .words(|words, _| {
                let mut sorted = words.to_vec();
                sorted.sort_by_key(String::len);
                sorted
            }),
        words(TOPIC, "unique_words", "list(dict.fromkeys(words))")
            .act(["keep the first occurrence of each word", "remove repeated words (keep the first of each)"])
            .words(|words, _| {
                let new = |(place, word): &(usize, &String)| !words[..*place].contains(word);
                words.iter().enumerate().filter(new).map(|(_, word)| word.clone()).collect()
            }),
    ]
}

fn parts() -> Vec<Primitive> {
    vec![
        words(TOPIC, "keep_long_words", "[w for w in words if len(w) > {a}]")
            .a(2..=5)
            .act(["keep the words longer than {a} characters", "keep only words with more than {a} characters"])
            .method("len(w) > {a}")
            .words(|words, constants| keep(words, |word| word.len() as i64 > constants.a)),
        words(TOPIC, "keep_short_words", "[w for w in words if len(w) < {a}]")
            .a(4..=6)
            .act(["keep the words shorter than {a} characters", "keep only words with less than {a} characters"])
            .method("len(w) < {a}")
            .words(|words, constants| keep(words, |word| (word.len() as i64) < constants.a)),
        words(TOPIC, "keep_with_letter", "[w for w in words if \"{first}\" in w]")
            .pairs(LETTERS)
            .act(["keep the words that contain \"{first}\"", "keep only words with \"{first}\" in them"])
            .method("\"{first}\" in w")
            .words(|words, constants| keep(words, |word| word.contains(constants.pair.0))),
        words(TOPIC, "drop_with_letter", "[w for w in words if \"{first}\" not in w]")
            .pairs(LETTERS)
            .act(["remove the words that contain \"{first}\"", "drop words with \"{first}\" in them"])
            .method("\"{first}\" not in w")
            .words(|words, constants| keep(words, |word| !word.contains(constants.pair.0))),
        words(TOPIC, "take_words", "words[:{a}]")
            .a(2..=3)
            .act(["take the first {a} words", "keep only the first {a} words"])
            .words(|words, constants| words.iter().take(constants.a as usize).cloned().collect()),
        words(TOPIC, "drop_first_word", "words[1:]")
            .act(["drop the first word", "remove the first word"])
            .words(|words, _| words.iter().skip(1).cloned().collect()),
        words(TOPIC, "every_second_word", "words[::2]")
            .act(["keep every second word starting with the first", "keep the words at even indices (from 0)"])
            .words(|words, _| words.iter().step_by(2).cloned().collect()),
    ]
}

fn each() -> Vec<Primitive> {
    vec![
        words(TOPIC, "reverse_each", "[w[::-1] for w in words]")
            .act(["reverse each word", "write each word backwards"])
            .method("w[::-1]")
            .words(|words, _| change(words, |word| word.chars().rev().collect())),
        words(TOPIC, "shorten_each", "[w[:{a}] for w in words]")
            .a(2..=3)
            .act(["cut each word to its first {a} characters", "keep the first {a} characters of each word"])
            .method("w[:{a}]")
            .words(|words, constants| change(words, |word| word.chars().take(constants.a as usize).collect())),
        words(TOPIC, "append_to_each", "[w + \"{first}\" for w in words]")
            .pairs(LETTERS)
            .act(["append \"{first}\" to each word", "add \"{first}\" at the end of each word"])
            .method("w + \"{first}\"")
            .words(|words, constants| change(words, |word| format!("{word}{}", constants.pair.0))),
        words(TOPIC, "behead_each", "[w[1:] for w in words]")
            .act(["drop the first character of each word", "remove the first character of each word"])
            .method("w[1:]")
            .words(|words, _| change(words, |word| word.chars().skip(1).collect())),
        words(TOPIC, "lengths", "[len(w) for w in words]")
            .act(["replace each word by its length", "list the lengths of the words"])
            .method("len(w)")
            .numbers(|words, _| words.iter().map(|word| word.len() as i64).collect()),
        words(TOPIC, "vowel_counts", "[sum(c in \"aeiou\" for c in w) for w in words]")
            .act(["replace each word by its number of vowels", "list how many vowels each word has"])
            .method("sum(c in \"aeiou\" for c in w)")
            .numbers(|words, _| words.iter().map(|word| vowels(word)).collect()),
    ]
}

fn one() -> Vec<Primitive> {
    vec![
        words(TOPIC, "first_word", "words[0] if words else \"\"")
            .noun(["the first word (\"\" if there is none)", "the first word (\"\" for an empty list)"])
            .lower_text(|words, _| words.first().cloned().unwrap_or_default()),
        words(TOPIC, "last_word", "words[-1] if words else \"\"")
            .noun(["the last word (\"\" if there is none)", "the last word (\"\" for an empty list)"])
            .lower_text(|words, _| words.last().cloned().unwrap_or_default()),
        words(TOPIC, "longest_word", "max(words, key=len, default=\"\")")
            .noun(["the first of the longest words (\"\" if there is none)"])
            .lower_text(|words, _| {
                let longest = words.iter().map(String::len).max();
                words.iter().find(|word| Some(word.len()) == longest).cloned().unwrap_or_default()
            }),
        words(TOPIC, "shortest_word", "min(words, key=len, default=\"\")")
            .noun(["the first of the shortest words (\"\" if there is none)"])
            .lower_text(|words, _| words.iter().min_by_key(|word| word.len()).cloned().unwrap_or_default()),
        words(TOPIC, "least_word", "min(words, default=\"\")")
            .noun(["the alphabetically first word (\"\" if there is none)"])
            .lower_text(|words, _| words.iter().min().cloned().unwrap_or_default()),
    ]
}

fn texts() -> Vec<Primitive> {
    vec![
        words(TOPIC, "join_words", "\"{first}\".join(words)")
            .pairs(SEPARATORS)
            .act(["join the words with \"{first}\"", "make one text of the words with \"{first}\" between them"])
            .lower_text(|words, constants| words.join(constants.pair.0)),
        words(TOPIC, "initials", "\"\".join(w[:1] for w in words)")
            .act(["join the first characters of the words", "make a text of the first characters of the words"])
            .lower_text(|words, _| words.iter().filter_map(|word| word.chars().next()).collect()),
        words(TOPIC, "final_letters", "\"\".join(w[-1:] for w in words)")
            .act(["join the last characters of the words", "make a text of the last characters of the words"])
            .lower_text(|words, _| words.iter().filter_map(|word| word.chars().next_back()).collect()),
        words(TOPIC, "join_upper", "\" \".join(w.upper() for w in words)")
            .act([
                "write the words in capitals and join them with spaces",
                "join the words with spaces and write them in capitals",
            ])
            .text(|words, _| words.join(" ").to_uppercase()),
    ]
}

fn others() -> Vec<Primitive> {
    vec![
        words(TOPIC, "words_sorted", "words == sorted(words)")
            .whether(["the words are in alphabetical order", "the words are sorted alphabetically"])
            .truth(|words, _| words.is_sorted()),
        words(TOPIC, "words_repeat", "len(set(words)) < len(words)")
            .whether(["any word occurs more than once", "there are repeated words"])
            .truth(|words, _| words.iter().enumerate().any(|(place, word)| words[..place].contains(word))),
        words(TOPIC, "any_starts_with_vowel", "any(w[0] in \"aeiou\" for w in words if w)")
            .whether(["any word starts with a vowel", "at least one word starts with a vowel"])
            .truth(|words, _| words.iter().any(|word| starts_with_vowel(word))),
        words(TOPIC, "all_longer", "all(len(w) > {a} for w in words)")
            .a(2..=4)
            .whether(["all words are longer than {a} characters", "every word has more than {a} characters"])
            .truth(|words, constants| words.iter().all(|word| word.len() as i64 > constants.a)),
    ]
}

fn sorted(words: &[String]) -> Vec<String> {
    let mut sorted = words.to_vec();
    sorted.sort_unstable();
    sorted
}

fn keep(words: &[String], stays: impl Fn(&str) -> bool) -> Vec<String> {
    words.iter().filter(|word| stays(word)).cloned().collect()
}

fn change(words: &[String], change: impl Fn(&str) -> String) -> Vec<String> {
    words.iter().map(|word| change(word)).collect()
}

fn vowels(word: &str) -> i64 {
    word.chars().filter(|character| is_vowel(*character)).count() as i64
}
