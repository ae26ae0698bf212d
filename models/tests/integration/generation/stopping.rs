//! Texts that end a completion, held against looking at the whole text after every token.

use std::sync::Arc;

use models::generate::{Cut, StopTexts};
use models::tokenizer::Tokenizer;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::training::trained;

fn stop(tokenizer: &Tokenizer, texts: &[&str]) -> StopTexts {
    let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
    StopTexts::new(tokenizer, &Arc::new(tokenizer.special()), &texts).unwrap().unwrap()
}

/// What happens to a text that is written token by token.
fn write(tokenizer: &Tokenizer, text: &str, texts: &[&str]) -> Option<(usize, Cut)> {
    let (stop, tokens) = (stop(tokenizer, texts), tokenizer.encode(text).unwrap().ids);
    let ended = (1..=tokens.len()).find(|count| stop.is_complete(&tokens[..*count]).unwrap())?;
    Some((ended, stop.cut(&tokens[..ended]).unwrap().unwrap()))
}

fn cut(text: &str, tokens: usize, stop: &str) -> Cut {
    Cut { text: text.to_owned(), tokens, stop: stop.to_owned() }
}

#[test]
fn a_text_that_lies_across_tokens_is_found_when_its_last_token_comes() {
    let tokenizer = trained().1;
    let text = "return items\n\n\nclass";
    let spelt = tokenizer.encode(text).unwrap().ids.into_iter().map(|id| tokenizer.token(id).unwrap());
    assert_eq!(spelt.collect::<Vec<_>>(), ["re", "turn", "Ġ", "item", "s", "ĊĊ", "Ċ", "c", "la", "s", "s"]);
    assert_eq!(write(&tokenizer, text, &["\n\n\n"]), Some((7, cut("return items", 5, "\n\n\n"))));
    assert_eq!(write(&tokenizer, text, &["s\n"]), Some((6, cut("return item", 4, "s\n"))));
}

#[test]
fn a_token_that_says_more_than_the_text_is_kept_for_what_it_says_before() {
    let tokenizer = trained().1;
    assert_eq!(write(&tokenizer, "return", &["ur"]), Some((2, cut("ret", 2, "ur"))));
    assert_eq!(write(&tokenizer, "return", &["tur"]), Some((2, cut("re", 1, "tur"))));
    assert_eq!(write(&tokenizer, "return", &["r"]), Some((1, cut("", 0, "r"))));
}

#[test]
fn the_text_that_begins_first_counts_and_of_those_the_one_named_first() {
    let tokenizer = trained().1;
    assert_eq!(write(&tokenizer, "return", &["n", "tu", "turn", "u"]), Some((2, cut("re", 1, "tu"))));
    assert_eq!(write(&tokenizer, "return", &["n", "turn", "tu"]), Some((2, cut("re", 1, "turn"))));
    assert_eq!(write(&tokenizer, "return", &["absent"]), None);
}

#[test]
fn a_character_of_several_bytes_that_are_tokens_of_their_own_is_found() {
    let tokenizer = trained().1;
    let text = "a😀b";
    assert!(tokenizer.encode(text).unwrap().ids.len() >= 6, "no token has more than a byte of it");
    let (ended, cut) = write(&tokenizer, text, &["😀"]).unwrap();
    assert_eq!((ended, cut.text.as_str(), cut.tokens), (5, "a", 1));
}

#[test]
fn an_empty_text_is_refused_and_no_text_is_none() {
    let (_, tokenizer) = trained();
    let new = |texts: &[String]| StopTexts::new(&tokenizer, &Arc::new(tokenizer.special()), texts);
    assert!(new(&[]).unwrap().is_none());
    let fault = new(&[String::new()]).unwrap_err();
    assert_eq!(fault.to_string(), "an empty text ends every completion; take it out of `stop`");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Tokens at random: most break characters apart, some are special and have no text.
    #[test]
    fn texts_are_found_as_in_the_whole_text(
        tokens in vec(prop_oneof![1 => 0_u32..3, 8 => 3_u32..400], 1..60),
        places in vec((any::<prop::sample::Index>(), 1_usize..9), 1..4),
    ) {
        let tokenizer = trained().1;
        let characters: Vec<char> = tokenizer.decode(&tokens).unwrap().chars().collect();
        prop_assume!(!characters.is_empty());
        let texts: Vec<String> = places
            .iter()
            .map(|(place, length)| characters[place.index(characters.len())..].iter().take(*length).collect())
            .collect();
        // What stands for broken characters is in no text that a person gives.
        let texts: Vec<&str> = texts.iter().map(String::as_str).filter(|text| !text.contains('\u{fffd}')).collect();
        prop_assume!(!texts.is_empty());
        let stop = stop(&tokenizer, &texts);
        for count in 1..=tokens.len() {
            let whole = tokenizer.decode(&tokens[..count]).unwrap();
            let first = texts.iter().filter_map(|text| whole.find(text)).min();
            prop_assert_eq!(stop.is_complete(&tokens[..count]).unwrap(), first.is_some(), "{:?} in {:?}", texts, whole);
            let Some(first) = first else { continue };
            let cut = stop.cut(&tokens[..count]).unwrap().unwrap();
            prop_assert_eq!(&cut.text, &whole[..first]);
            let spells = |count: usize| tokenizer.decode(&tokens[..count]).unwrap().starts_with(&cut.text);
            prop_assert!(spells(cut.tokens) && (cut.tokens == 0 || !spells(cut.tokens - 1)));
            break;
        }
    }
}
