//! The training of a tokenizer, held against the reference's over the same corpus.

use models::tokenizer::{Tokenizer, Training, train};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::fixture::{folder, read};

#[derive(Deserialize)]
pub struct Case {
    corpus: Vec<String>,
    size: usize,
    special: Vec<String>,
    tokenizer: Value,
}

pub fn trained() -> (Case, Tokenizer) {
    let case: Case = read(&folder("cases/tokens/trained.json"));
    let training = Training { vocabulary_size: case.size, special: case.special.clone(), whole: Vec::new() };
    let tokenizer = train(case.corpus.clone().into_iter(), &training).unwrap();
    (case, tokenizer)
}

#[test]
fn a_tokenizer_is_trained_as_the_reference_trains_one() {
    let (case, tokenizer) = trained();
    let folder = TempDir::new().unwrap();
    tokenizer.save(folder.path(), Map::new()).unwrap();
    let ours: Value = read(&folder.path().join("tokenizer.json"));
    for part in ["vocab", "merges"] {
        assert_eq!(ours["model"][part], case.tokenizer["model"][part], "{part}");
    }
    for part in ["added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder"] {
        assert_eq!(ours[part], case.tokenizer[part], "{part}");
    }
}

#[test]
fn a_tokenizer_is_the_same_after_it_was_saved() {
    let (case, tokenizer) = trained();
    let folder = TempDir::new().unwrap();
    let special = json!({"eos_token": "<|im_end|>"});
    tokenizer.save(folder.path(), special.as_object().unwrap().clone()).unwrap();
    let opened = Tokenizer::open(folder.path()).unwrap();
    assert_eq!(opened.digest(), tokenizer.digest());
    assert_eq!(opened.vocabulary_size(), case.size);
    for text in &case.corpus {
        let encoded = opened.encode(text).unwrap();
        assert_eq!(encoded, tokenizer.encode(text).unwrap());
        // Characters that a composed form has are composed: that much a text changes.
        assert_eq!(opened.decode(&encoded.ids).unwrap(), *text);
    }
}

#[test]
fn the_same_corpus_gives_the_same_tokenizer() {
    let ((_, first), (_, second)) = (trained(), trained());
    assert_eq!(first.digest(), second.digest());
}

#[test]
fn a_vocabulary_without_room_is_refused() {
    let training = Training { vocabulary_size: 256, special: vec!["<|end|>".to_owned()], whole: Vec::new() };
    let fault = train(std::iter::empty(), &training).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "a vocabulary of 256 has no room for 256 bytes and 1 special tokens; ask for at least 257"
    );
}

#[test]
fn a_whole_text_is_one_token_and_stays_when_it_is_decoded() {
    let whole = vec!["<think>".to_owned()];
    let training = Training { vocabulary_size: 258, special: vec!["<|end|>".to_owned()], whole };
    let tokenizer = train(std::iter::empty(), &training).unwrap();
    let encoded = tokenizer.encode("<think>a<|end|>").unwrap();
    assert_eq!(encoded.ids.len(), 3);
    assert_eq!(tokenizer.decode(&encoded.ids).unwrap(), "<think>a");
}
