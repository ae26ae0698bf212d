//! Hits against a search without an index, and cases made to break it.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::num::NonZeroUsize;

use proptest::prelude::*;

use super::{BenchmarkId, Hit, NgramIndex};
use crate::filter::words::WordList;

fn index(length: usize, benchmark: &[&str]) -> NgramIndex {
    let mut index = NgramIndex::new(NonZeroUsize::new(length).unwrap());
    for (id, text) in (0..).zip(benchmark) {
        index.insert(BenchmarkId(id), text);
    }
    index
}

/// The text of each hit and its benchmark documents.
fn found<'text>(index: &NgramIndex, document: &'text str) -> Vec<(&'text str, Vec<u32>)> {
    let named = |hit: Hit<'_>| (&document[hit.range], hit.documents.iter().map(|id| id.0).collect());
    index.hits(&WordList::of(document)).into_iter().map(named).collect()
}

#[test]
fn a_hit_is_the_document_s_own_text() {
    let index = index(3, &["The quick brown fox", "a QUICK, brown: fox!"]);
    assert_eq!(
        found(&index, "See «the quick… BROWN fox» run"),
        [("the quick… BROWN", vec![0]), ("quick… BROWN fox", vec![0, 1])],
    );
}

#[test]
fn a_repeated_ngram_is_one_hit() {
    let index = index(2, &["to be or not to be"]);
    assert_eq!(found(&index, "to be, to be"), [("to be", vec![0])]);
    assert_eq!(found(&index, "be to be to be"), [("to be", vec![0])]);
}

#[test]
fn no_ngram_spans_two_texts_of_a_benchmark_document() {
    let mut index = index(2, &[]);
    index.insert(BenchmarkId(7), "one two");
    index.insert(BenchmarkId(7), "three four");
    index.insert(BenchmarkId(3), "one two");
    assert_eq!(found(&index, "one two three four"), [("one two", vec![3, 7]), ("three four", vec![7])]);
}

#[test]
fn texts_shorter_than_an_ngram_are_listed() {
    let index = index(4, &["one two three", "one two three four", "", "five"]);
    assert_eq!(index.too_short(), [0, 2, 3].map(BenchmarkId));
    assert!(found(&index, "one two three").is_empty());
}

/// The two words have the same key, so that every hash of runs with them is equal too.
#[test]
fn words_with_equal_keys_are_told_apart() {
    let [one, two] = ["benchmark_solved", "i10ydaaaenas93e0"];
    assert_eq!(WordList::of(one).key(0), WordList::of(two).key(0));
    let index = index(2, &["benchmark_solved again"]);
    assert!(found(&index, "i10ydaaaenas93e0 again").is_empty());
    assert_eq!(found(&index, "benchmark_solved again").len(), 1);
}

#[test]
fn equal_keys_do_not_hide_an_ngram() {
    let index = index(1, &["benchmark_solved", "i10ydaaaenas93e0"]);
    assert_eq!(found(&index, "i10ydaaaenas93e0"), [("i10ydaaaenas93e0", vec![1])]);
}

/// Every n-gram of `document` in the benchmark, by comparing all with all.
fn searched(length: usize, benchmark: &[String], document: &str) -> Vec<(Vec<String>, Vec<u32>)> {
    let words = |text: &str| {
        let list = WordList::of(text);
        (0..list.len()).map(|index| list.word(index).to_owned()).collect::<Vec<_>>()
    };
    let benchmark: Vec<Vec<String>> = benchmark.iter().map(|text| words(text)).collect();
    let mut hits: Vec<(Vec<String>, Vec<u32>)> = Vec::new();
    for ngram in words(document).windows(length) {
        let holds = |text: &&Vec<String>| text.windows(length).any(|other| other == ngram);
        let ids: Vec<u32> = (0..).zip(&benchmark).filter(|(_, text)| holds(text)).map(|(id, _)| id).collect();
        if !ids.is_empty() && hits.iter().all(|(seen, _)| seen != ngram) {
            hits.push((ngram.to_vec(), ids));
        }
    }
    hits
}

/// Few words, so that runs repeat, and different separators.
fn texts(longest: usize) -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec!["a", "B", "cc", "Ⱥ", "İ", "數", "benchmark_solved", "i10ydaaaenas93e0"]);
    let separator = prop::sample::select(vec![" ", ", ", "\n", "—", "’"]);
    prop::collection::vec((word, separator), 0..longest)
        .prop_map(|pairs| pairs.into_iter().map(|(word, separator)| word.to_owned() + separator).collect())
}

proptest! {
    #[test]
    fn hits_are_those_of_a_search_without_index(
        length in 1_usize..7,
        benchmark in prop::collection::vec(texts(40), 0..6),
        document in texts(60),
    ) {
        let index = index(length, &benchmark.iter().map(String::as_str).collect::<Vec<_>>());
        let hits = found(&index, &document).into_iter().map(|(text, ids)| {
            let list = WordList::of(text);
            ((0..list.len()).map(|index| list.word(index).to_owned()).collect::<Vec<_>>(), ids)
        });
        prop_assert_eq!(hits.collect::<Vec<_>>(), searched(length, &benchmark, &document));
    }
}

#[test]
fn a_large_benchmark_is_found_to_the_last_ngram() {
    let text: String = (0..20_000).map(|number| format!("w{} ", number * 7 % 9_001)).collect();
    let index = index(5, &[&text]);
    assert_eq!(found(&index, &text).len(), 9_001);
    assert!(found(&index, &text.replace('w', "v")).is_empty());
}
