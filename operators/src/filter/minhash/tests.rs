//! The estimate against its theory, the cut against datasketch, and the search against its promises.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::num::NonZeroUsize;

use proptest::prelude::*;
use rayon::ThreadPoolBuilder;

use super::{Banding, NearDuplicates, ShingleSet, Signer, Weights};
use crate::filter::minhash::random;
use crate::filter::words::WordList;

const THREE: NonZeroUsize = NonZeroUsize::new(3).unwrap();

fn length(length: usize) -> NonZeroUsize {
    NonZeroUsize::new(length).unwrap()
}

fn signature(signer: &Signer, elements: &[u64]) -> Vec<u32> {
    let mut signature = vec![0; signer.permutations()];
    signer.sign(elements, &mut signature);
    signature
}

/// The mean error of the estimate and its root mean square, the latter over √(J(1−J)/k), for two sets of `size`
/// elements of which `common` are in both.
fn errors(size: usize, common: usize, permutations: usize) -> (f64, f64) {
    const PAIRS: usize = 1_500;
    let mut element = random::odd_numbers(size as u64);
    // The generator sets the lowest bit; elements are even hashes as often as odd ones.
    let mut element = move || element() ^ (element() >> 63);
    let truth = common as f64 / (2 * size - common) as f64;
    let errors: Vec<f64> = (0..PAIRS as u64)
        .map(|seed| {
            let signer = Signer::new(length(permutations), seed);
            let elements: Vec<u64> = (0..2 * size - common).map(|_| element()).collect();
            let [one, other] = [&elements[..size], &elements[size - common..]].map(|set| signature(&signer, set));
            Signer::similarity(&one, &other) - truth
        })
        .collect();
    let mean = errors.iter().sum::<f64>() / PAIRS as f64;
    let square = errors.iter().map(|error| error * error).sum::<f64>() / PAIRS as f64;
    (mean, (square / (truth * (1.0 - truth) / permutations as f64)).sqrt())
}

#[test]
fn the_estimate_is_as_good_as_the_theory_of_minhash() {
    for size in [3, 10, 40, 78, 500] {
        for common in [size / 3, size * 2 / 3, size * 9 / 10].into_iter().filter(|&common| common > 0 && common < size)
        {
            let (mean, square) = errors(size, common, 128);
            assert!(mean.abs() < 0.004, "mean error {mean} for {common} of {size}");
            assert!(square < 1.06, "error {square} times the theory for {common} of {size}");
        }
    }
}

#[test]
fn equal_sets_have_equal_signatures_and_repetitions_count_once() {
    let signer = Signer::new(length(100), 3);
    let elements = [5, 9, 5, 5, 1 << 60];
    assert_eq!(signature(&signer, &elements), signature(&signer, &[1 << 60, 9, 5]));
    assert_ne!(signature(&signer, &elements), signature(&Signer::new(length(100), 4), &elements));
    assert_eq!(signature(&signer, &[]), vec![u32::MAX; 100]);
}

/// Cached duplicates depend on these numbers: they may change only together with the operator's version.
#[test]
fn signatures_are_the_same_everywhere() {
    let mut shingles = Vec::new();
    WordList::of("to be or not to be that is the question").gram_keys(THREE, &mut shingles);
    assert_eq!(
        signature(&Signer::new(length(8), 17), &shingles),
        [295_244_611, 58_764_272, 201_522_291, 15_037_157, 110_507_931, 26_947_658, 44_888_886, 75_050_617],
    );
}

/// Made by `fixtures/datasketch_bands.py`.
#[test]
fn bands_are_those_of_datasketch() {
    let cases: Vec<(f64, usize, f64, f64, usize, usize)> =
        serde_json::from_str(include_str!("fixtures/datasketch_bands.json")).unwrap();
    for (threshold, permutations, false_positive, false_negative, bands, rows) in cases {
        let banding = Banding::optimal(threshold, length(permutations), Weights { false_positive, false_negative });
        assert_eq!((banding.bands(), banding.rows()), (bands, rows), "for {threshold} and {permutations}");
    }
}

#[test]
fn similarity_is_that_of_the_sets_of_shingles() {
    let set = |text: &str| ShingleSet::of(&WordList::of(text), THREE);
    // {a b c, b c d, c d e} and {a b c, b c d, c d f}.
    assert_eq!(set("a b c d e").similarity(&set("A, b; c d f")), 0.5);
    assert_eq!(set("a b a b a b").similarity(&set("a b a b")), 1.0);
    assert_eq!(set("short text").similarity(&set("Short. Text!")), 1.0);
    assert_eq!(set("").similarity(&set("!")), 0.0);
}

fn search(threshold: f64) -> NearDuplicates {
    NearDuplicates::new(threshold, length(128), THREE, 17).unwrap()
}

#[test]
fn the_first_is_kept_and_what_is_dropped_resembles_it() {
    let base: Vec<String> = (0..60).map(|number| format!("word{number}")).collect();
    let changed = |place: usize| [&base[..place], &["other".to_owned()], &base[place + 1..]].concat().join(" ");
    let documents =
        ["unrelated text of a few words".to_owned(), base.join(" "), changed(30), String::new(), base.join(", ")];
    let found = search(0.8).find(&documents);
    assert_eq!(
        found.iter().map(|duplicate| duplicate.map(|it| it.of)).collect::<Vec<_>>(),
        [None, None, Some(1), None, Some(1)]
    );
    // 58 shingles each, 3 of which differ.
    assert_eq!(found[2].unwrap().similarity, 55.0 / 61.0);
    assert_eq!(found[4].unwrap().similarity, 1.0);
}

#[test]
fn documents_without_words_repeat_nothing() {
    assert_eq!(search(0.5).find(&["", "!", "", "..."]), [None; 4]);
    assert_eq!(search(0.5).find::<&str>(&[]), []);
}

#[test]
fn a_threshold_outside_its_range_is_refused() {
    for threshold in [0.0, -1.0, 1.1, f64::NAN] {
        assert!(NearDuplicates::new(threshold, length(128), THREE, 17).is_none());
    }
}

/// 400 documents, of which those at 1, 3, 5… change a few words of the one before.
fn planted() -> Vec<String> {
    let mut random = random::odd_numbers(99);
    let mut words: Vec<String> = Vec::new();
    (0..400)
        .map(|document| {
            if document % 2 == 0 {
                words = (0..80).map(|_| format!("w{}", random() % 5_000)).collect();
            } else {
                (0..document / 2 % 3).for_each(|_| words[random() as usize / 2 % 80] = "changed".to_owned());
            }
            words.join(" ")
        })
        .collect()
}

#[test]
fn most_planted_pairs_are_found() {
    let documents = planted();
    let sets: Vec<ShingleSet> = documents.iter().map(|text| ShingleSet::of(&WordList::of(text), THREE)).collect();
    let found = search(0.8).find(&documents);
    let similar: Vec<usize> = (1..400).step_by(2).filter(|&at| sets[at].similarity(&sets[at - 1]) >= 0.8).collect();
    let missed = similar.iter().filter(|&&at| found[at].is_none()).count();
    assert!(similar.len() > 100 && missed * 20 <= similar.len(), "missed {missed} of {}", similar.len());
}

#[test]
fn threads_change_nothing() {
    let documents = planted();
    let on = |threads: usize| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| search(0.5).find(&documents))
    };
    assert_eq!(on(1), on(3));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_found_is_true(
        documents in prop::collection::vec("([a-c]{1,2} ){0,12}", 0..40),
        threshold in prop::sample::select(vec![0.2, 0.5, 0.8, 1.0]),
    ) {
        let sets: Vec<ShingleSet> = documents.iter().map(|text| ShingleSet::of(&WordList::of(text), THREE)).collect();
        let found = search(threshold).find(&documents);
        for (at, duplicate) in found.iter().enumerate() {
            if let Some(duplicate) = duplicate {
                prop_assert!(duplicate.of < at && found[duplicate.of].is_none());
                prop_assert_eq!(duplicate.similarity, sets[duplicate.of].similarity(&sets[at]));
                prop_assert!(duplicate.similarity >= threshold);
            } else {
                // Equal documents always meet, so that no two of those kept are equal.
                let equal = |other: usize| found[other].is_none() && sets[other].similarity(&sets[at]) == 1.0;
                prop_assert!(!(0..at).any(equal));
            }
        }
    }
}
