//! Tokenizers, held against what transformers makes of the same texts.

use models::tokenizer::Tokenizer;
use serde::Deserialize;

use crate::fixture::{folder, read};

#[derive(Deserialize)]
struct Case {
    size: usize,
    texts: Vec<Text>,
}

#[derive(Deserialize)]
struct Text {
    text: String,
    ids: Vec<u32>,
    /// In characters.
    offsets: Vec<[usize; 2]>,
    document: Vec<u32>,
    decoded: String,
    decoded_all: String,
}

fn cases() -> [(Tokenizer, Case); 2] {
    ["qwen", "llama"].map(|name| {
        let tokenizer = Tokenizer::open(&folder("fixtures/tokenizers").join(name)).unwrap();
        (tokenizer, read(&folder("cases/tokens").join(name).with_extension("json")))
    })
}

#[test]
fn texts_have_the_references_tokens() {
    for (tokenizer, case) in cases() {
        assert_eq!(tokenizer.vocabulary_size(), case.size);
        for theirs in &case.texts {
            let ours = tokenizer.encode(&theirs.text).unwrap();
            assert_eq!(ours.ids, theirs.ids, "{:?}", theirs.text);
            let characters = |byte: usize| theirs.text[..byte].chars().count();
            let offsets: Vec<_> = ours.ranges.iter().map(|own| [characters(own.start), characters(own.end)]).collect();
            assert_eq!(offsets, theirs.offsets, "{:?}", theirs.text);
            assert_eq!(tokenizer.encode_document(&theirs.text).unwrap(), theirs.document, "{:?}", theirs.text);
        }
    }
}

#[test]
fn tokens_have_the_references_texts() {
    for (tokenizer, case) in cases() {
        for theirs in &case.texts {
            assert_eq!(tokenizer.decode(&theirs.ids).unwrap(), theirs.decoded, "{:?}", theirs.text);
            assert_eq!(tokenizer.decode_all(&theirs.ids).unwrap(), theirs.decoded_all, "{:?}", theirs.text);
        }
    }
}

#[test]
fn long_runs_of_one_character_are_split_to_their_end() {
    for (tokenizer, _) in cases() {
        for text in [" ".repeat(200_000), "\n".repeat(200_000), "a".repeat(20_000), " \n".repeat(50_000) + "x"] {
            let encoded = tokenizer.encode(&text).unwrap();
            assert_eq!(tokenizer.decode(&encoded.ids).unwrap(), text);
        }
    }
}

#[test]
fn a_token_is_found_by_its_text_and_by_its_id() {
    let [(tokenizer, _), _] = cases();
    let id = tokenizer.id("<|im_end|>").unwrap();
    assert_eq!(tokenizer.token(id).as_deref(), Some("<|im_end|>"));
    assert_eq!((tokenizer.id("<|none|>"), tokenizer.token(9999)), (None, None));
}
