//! The words of a text against Python's own, and against a slow reading of the definition.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::ops::Range;

use proptest::prelude::*;
use serde_json::Value;
use unicode_general_category::get_general_category;

use super::WordList;

/// Made by `fixtures/python_words.py`.
fn python() -> Value {
    serde_json::from_str(include_str!("fixtures/python_words.json")).unwrap()
}

fn words(text: &str) -> Vec<String> {
    let list = WordList::of(text);
    (0..list.len()).map(|index| list.word(index).to_owned()).collect()
}

#[test]
fn texts_have_the_words_that_python_finds() {
    for case in python()["texts"].as_array().unwrap() {
        let expected: Vec<&str> = case[1].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
        assert_eq!(words(case[0].as_str().unwrap()), expected, "in {}", case[0]);
    }
}

#[test]
fn every_character_that_python_knows_is_classified_as_python_does() {
    let python = python();
    let is_in = |ranges: &Value, character: char| {
        let ranges = ranges.as_array().unwrap();
        let after = ranges.partition_point(|range| range[0].as_u64().unwrap() <= u64::from(character));
        after > 0 && ranges[after - 1][1].as_u64().unwrap() >= u64::from(character)
    };
    let mut list = WordList::default();
    for character in ('\0'..=char::MAX).filter(|&character| !is_in(&python["unassigned"], character)) {
        list.read(character.encode_utf8(&mut [0; 4]));
        assert_eq!(!list.is_empty(), is_in(&python["word_characters"], character), "for {character:?}");
    }
}

#[test]
fn every_lowercase_of_python_is_ours() {
    let python = python();
    for run in python["lowercase"].as_array().unwrap() {
        let [first, last, step, distance] = [0, 1, 2, 3].map(|place| run[place].as_i64().unwrap());
        for number in (first..=last).step_by(usize::try_from(step).unwrap().max(1)) {
            let [upper, lower] =
                [number, number + distance].map(|number| char::from_u32(u32::try_from(number).unwrap()).unwrap());
            // Encircled letters have a lowercase and are in no word; a 'Σ' alone is not final.
            assert!(words(&upper.to_string()).iter().all(|word| *word == lower.to_string()), "for {upper:?}");
        }
    }
    assert_eq!(python["several_images"], serde_json::json!(["İ"]));
}

/// Words and their places in the text, character by character.
fn defined(text: &str) -> Vec<(String, Range<usize>)> {
    let lowercase = text.to_lowercase();
    let mut images = lowercase.chars();
    let mut found: Vec<(String, Range<usize>)> = Vec::new();
    let mut inside = false;
    for (start, character) in text.char_indices() {
        let end = start + character.len_utf8();
        for image in images.by_ref().take(character.to_lowercase().len()) {
            let belongs = image == '_' || get_general_category(image).abbreviation().starts_with(['L', 'N']);
            match found.last_mut().filter(|_| inside && belongs) {
                Some((word, place)) => {
                    word.push(image);
                    place.end = end;
                }
                None if belongs => found.push((image.to_string(), start..end)),
                None => {}
            }
            inside = belongs;
        }
    }
    found
}

/// Texts in which the hard characters are frequent, and any character possible.
fn texts() -> impl Strategy<Value = String> {
    let hard =
        prop::sample::select("ΣσςİI\u{212a}ȺȾẞ\u{301}\u{ad}'’aZ09_ .，数ह²ⓐ😀é\u{10400}".chars().collect::<Vec<_>>());
    let character = prop_oneof![4 => hard, 3 => prop::char::range(' ', '~'), 1 => any::<char>()];
    prop::collection::vec(character, 0..200).prop_map(String::from_iter)
}

proptest! {
    #[test]
    fn words_and_places_are_as_defined(text in texts()) {
        let list = WordList::of(&text);
        let found: Vec<(String, Range<usize>)> =
            (0..list.len()).map(|index| (list.word(index).to_owned(), list.source(index..index + 1))).collect();
        prop_assert_eq!(found, defined(&text));
    }

    #[test]
    fn reading_again_forgets_the_text_before(one in texts(), two in texts()) {
        let mut list = WordList::of(&one);
        list.read(&two);
        prop_assert_eq!((0..list.len()).map(|index| list.word(index)).collect::<Vec<_>>(), words(&two));
    }

    #[test]
    fn keys_depend_on_the_word_alone(text in texts(), count in 1_usize..5) {
        let list = WordList::of(&text);
        for index in 0..list.len() {
            prop_assert_eq!(list.key(index), WordList::of(&format!("- {} -", list.word(index))).key(0));
        }
        let mut keys = Vec::new();
        list.gram_keys(count.try_into().unwrap(), &mut keys);
        let expected: Vec<u64> =
            (0..(list.len() + 1).saturating_sub(count)).map(|start| list.gram_key(start, count)).collect();
        prop_assert_eq!(keys, expected);
    }
}

#[test]
fn different_words_have_different_keys() {
    let numbers: String = (0..100_000).map(|number| format!("{number} w{number}_with_a_long_end ")).collect();
    let list = WordList::of(&numbers);
    let keys: std::collections::BTreeSet<u64> = (0..list.len()).map(|index| list.key(index)).collect();
    assert_eq!(keys.len(), 200_000);
}

/// Signatures and caches depend on these numbers: they may change only together with the operators' versions.
#[test]
fn keys_are_the_same_everywhere() {
    let list = WordList::of("a lowercase internationalization");
    assert_eq!(
        [0, 1, 2].map(|index| list.key(index)),
        [7_254_524_158_549_145_192, 15_928_456_999_255_563_304, 17_781_378_897_294_357_553],
    );
}
