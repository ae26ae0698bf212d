//! Strings: one text, its characters and its words.

use super::super::constants::Pair;
use super::super::primitive::{Primitive, lower_text, text};
use super::super::topic::Topic;
use super::{LETTERS, is_vowel, starts_with_vowel};

const TOPIC: Topic = Topic::Strings;

/// A letter and what takes its place.
const REPLACEMENTS: &[Pair] =
    &[("a", "o"), ("e", "i"), ("o", "u"), ("r", "l"), ("s", "z"), ("n", "m"), ("e", "-"), ("o", "0"), (" ", "-")];

pub(super) fn primitives() -> Vec<Primitive> {
    orders().into_iter().chain(parts()).chain(letters()).chain(longer()).chain(capitals()).chain(others()).collect()
}

fn orders() -> Vec<Primitive> {
    vec![
        text(TOPIC, "reverse_text", "text[::-1]")
            .act(["reverse the text", "write the text backwards"])
            .same_text(|text, _| text.chars().rev().collect()),
        lower_text(TOPIC, "sort_characters", "\"\".join(sorted(text))")
            .act(["sort its characters", "put its characters in ascending order"])
            .same_text(|text, _| {
                let mut characters: Vec<char> = text.chars().collect();
                characters.sort_unstable();
                characters.into_iter().collect()
            }),
        text(TOPIC, "rotate_text", "text[{a}:] + text[:{a}]")
            .a(2..=4)
            .act(["move its first {a} characters to the end", "move the first {a} characters behind the others"])
            .same_text(|text, constants| {
                let (front, back) = text.split_at(first(constants.a, text));
                format!("{back}{front}")
            }),
        text(TOPIC, "unique_characters", "\"\".join(dict.fromkeys(text))")
            .act(["keep the first occurrence of each character", "remove repeated characters (keep the first of each)"])
            .same_text(|text, _| {
                let new = |(place, character): &(usize, char)| !text[..*place].contains(*character);
                text.char_indices().filter(new).map(|(_, character)| character).collect()
            }),
    ]
}

fn parts() -> Vec<Primitive> {
    vec![
        text(TOPIC, "take_text", "text[:{a}]")
            .a(2..=6)
            .act(["take its first {a} characters", "keep only the first {a} characters"])
            .same_text(|text, constants| text[..first(constants.a, text)].to_owned()),
        text(TOPIC, "drop_text", "text[{a}:]")
            .a(2..=4)
            .act(["drop its first {a} characters", "remove the first {a} characters"])
            .same_text(|text, constants| text[first(constants.a, text)..].to_owned()),
        text(TOPIC, "take_last_text", "text[-{a}:]")
            .a(2..=6)
            .act(["take its last {a} characters", "keep only the last {a} characters"])
            .same_text(|text, constants| text[text.len() - first(constants.a, text)..].to_owned()),
        text(TOPIC, "drop_last_text", "text[:-{a}]")
            .a(2..=4)
            .act(["drop its last {a} characters", "remove the last {a} characters"])
            .same_text(|text, constants| text[..text.len() - first(constants.a, text)].to_owned()),
        text(TOPIC, "every_second_character", "text[::2]")
            .act([
                "keep every second character starting with the first",
                "keep the characters at even indices (from 0)",
            ])
            .same_text(|text, _| text.chars().step_by(2).collect()),
        text(TOPIC, "drop_spaces", "text.replace(\" \", \"\")")
            .act(["remove the spaces", "drop all spaces"])
            .same_text(|text, _| text.replace(' ', "")),
    ]
}

fn letters() -> Vec<Primitive> {
    vec![
        lower_text(TOPIC, "drop_vowels", "\"\".join(c for c in text if c not in \"aeiou\")")
            .act(["remove the vowels", "drop all vowels"])
            .method("c not in \"aeiou\"")
            .lower_text(|text, _| text.chars().filter(|character| !is_vowel(*character)).collect()),
        lower_text(TOPIC, "keep_vowels", "\"\".join(c for c in text if c in \"aeiou\")")
            .act(["keep the vowels", "keep only the vowels"])
            .method("c in \"aeiou\"")
            .lower_text(|text, _| text.chars().filter(|character| is_vowel(*character)).collect()),
        lower_text(TOPIC, "drop_letter", "text.replace(\"{first}\", \"\")")
            .pairs(LETTERS)
            .act(["remove every \"{first}\"", "drop all \"{first}\""])
            .lower_text(|text, constants| text.replace(constants.pair.0, "")),
        lower_text(TOPIC, "replace_letter", "text.replace(\"{first}\", \"{second}\")")
            .pairs(REPLACEMENTS)
            .act(["replace every \"{first}\" by \"{second}\"", "put \"{second}\" in place of each \"{first}\""])
            .lower_text(|text, constants| text.replace(constants.pair.0, constants.pair.1)),
        lower_text(TOPIC, "double_vowels", "\"\".join(c * 2 if c in \"aeiou\" else c for c in text)")
            .act(["double each vowel", "write each vowel twice"])
            .method("c * 2 if c in \"aeiou\" else c")
            .lower_text(|text, _| {
                text.chars().flat_map(|c| std::iter::repeat_n(c, 1 + usize::from(is_vowel(c)))).collect()
            }),
    ]
}

fn longer() -> Vec<Primitive> {
    vec![
        text(TOPIC, "double_characters", "\"\".join(c * 2 for c in text)")
            .act(["double each character", "write each character twice"])
            .method("c * 2")
            .same_text(|text, _| text.chars().flat_map(|character| [character; 2]).collect()),
        text(TOPIC, "twice_text", "text + text")
            .act(["append the text to itself", "write the text twice in a row"])
            .same_text(|text, _| text.repeat(2)),
        text(TOPIC, "mirror_text", "text + text[::-1]")
            .act(["append the reversed text", "add the text backwards at its end"])
            .same_text(|text, _| text.chars().chain(text.chars().rev()).collect()),
        text(TOPIC, "append_letter", "text + \"{first}\"")
            .pairs(LETTERS)
            .act(["append \"{first}\"", "add \"{first}\" at the end"])
            .same_text(|text, constants| format!("{text}{}", constants.pair.0)),
        text(TOPIC, "prepend_letter", "\"{first}\" + text")
            .pairs(LETTERS)
            .act(["put \"{first}\" in front of it", "add \"{first}\" at the start"])
            .same_text(|text, constants| format!("{}{text}", constants.pair.0)),
        text(TOPIC, "dash_characters", "\"-\".join(text)")
            .act(["put \"-\" between its characters", "join its characters with \"-\""])
            .same_text(|text, _| text.chars().map(String::from).collect::<Vec<_>>().join("-")),
    ]
}

fn capitals() -> Vec<Primitive> {
    vec![
        lower_text(TOPIC, "upper", "text.upper()")
            .act(["write it in capitals", "convert it to upper case"])
            .text(|text, _| text.to_uppercase()),
        lower_text(TOPIC, "capitalize", "text.capitalize()")
            .act(["capitalize the text", "write its first character as a capital"])
            .text(|text, _| match text.split_at_checked(1) {
                Some((first, rest)) => format!("{}{rest}", first.to_uppercase()),
                None => String::new(),
            }),
        lower_text(TOPIC, "upper_vowels", "\"\".join(c.upper() if c in \"aeiou\" else c for c in text)")
            .act(["write the vowels in capitals", "convert the vowels to upper case"])
            .method("c.upper() if c in \"aeiou\" else c")
            .text(|text, _| text.chars().map(|c| if is_vowel(c) { c.to_ascii_uppercase() } else { c }).collect()),
    ]
}

fn others() -> Vec<Primitive> {
    vec![
        text(TOPIC, "find_letter", "text.find(\"{first}\")")
            .pairs(LETTERS)
            .noun(["the index (from 0) of the first \"{first}\" (-1 if there is none)"])
            .integer(|text, constants| text.find(constants.pair.0).map_or(-1, |place| place as i64)),
        lower_text(TOPIC, "letter_positions", "[ord(c) - 96 for c in text if c.isalpha()]")
            .act([
                "list the alphabet positions of its letters (a = 1)",
                "replace its letters by their alphabet positions (a = 1) in a list",
            ])
            .method("ord(c) - 96")
            .numbers(|text, _| {
                let letters = text.bytes().filter(u8::is_ascii_lowercase);
                letters.map(|letter| i64::from(letter) - 96).collect()
            }),
        text(TOPIC, "split", "text.split()")
            .act(["split it into words", "split it at the spaces into words"])
            .words(|text, _| text.split_whitespace().map(str::to_owned).collect()),
        text(TOPIC, "is_palindrome", "text == text[::-1]")
            .whether(["the text reads the same backwards", "the text equals its reverse"])
            .truth(|text, _| text.chars().eq(text.chars().rev())),
        lower_text(TOPIC, "contains_letter", "\"{first}\" in text")
            .pairs(LETTERS)
            .whether(["it contains \"{first}\"", "\"{first}\" occurs in it"])
            .truth(|text, constants| text.contains(constants.pair.0)),
        lower_text(TOPIC, "starts_with_vowel", "text != \"\" and text[0] in \"aeiou\"")
            .whether(["it starts with a vowel", "its first character is a vowel"])
            .truth(|text, _| starts_with_vowel(text)),
    ]
}

/// How many characters the first `count` are; all have one byte.
fn first(count: i64, text: &str) -> usize {
    usize::try_from(count).map_or(0, |count| count.min(text.len()))
}
