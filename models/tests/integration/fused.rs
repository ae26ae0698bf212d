//! The runner of fused operations, held against the reference and against itself in other company.

use models::checkpoint::Checkpoint;
use models::config::Config;
use models::decoder::{NoPast, Positions};
use models::fused::{FusedRunner, Instructions};
use models::generate::pages::Copied;
use models::generate::{Page, Piece, Runner, Wanted};
use models::weights::Dtype;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::json;

use crate::fixture::{batch, cpu, distance, folder, numbers};
use crate::parity::{Case, TOLERANCE, language_cases};

/// Pages for each sequence of a test.
const PAGES: u32 = 4;

/// A sequence, and how many of its tokens were read.
struct Sequence {
    tokens: Vec<u32>,
    read: usize,
    pages: Vec<Page>,
}

impl Sequence {
    /// The sequence at a place of its own.
    fn new(tokens: &[u32], place: u32) -> Self {
        Self { tokens: tokens.to_vec(), read: 0, pages: (place * PAGES..(place + 1) * PAGES).map(Page).collect() }
    }

    fn left(&self) -> usize {
        self.tokens.len() - self.read
    }

    /// The next tokens.
    fn piece(&self, count: usize, wanted: Wanted) -> Piece<'_> {
        Piece { tokens: &self.tokens[self.read..self.read + count], start: self.read, pages: &self.pages, wanted }
    }
}

fn runners() -> Vec<(String, Case, FusedRunner)> {
    let runner = |(name, case, model): (String, Case, _)| {
        let config = Config::from_json(case.config.clone()).unwrap();
        (name, case, FusedRunner::new(model, &config, 64 * PAGES as usize))
    };
    language_cases().into_iter().map(runner).collect()
}

fn tokens(row: &[i64]) -> Vec<u32> {
    row.iter().map(|token| u32::try_from(*token).unwrap()).collect()
}

/// The bits of all logits of sequences that are read together, so many tokens of each at a time.
fn read(runner: &mut FusedRunner, texts: &[Vec<u32>], count: impl FnMut() -> usize) -> Vec<Vec<u32>> {
    read_on(runner, (0..).zip(texts).map(|(place, text)| Sequence::new(text, place)).collect(), count)
}

/// The same of what was not read of them yet.
fn read_on(runner: &mut FusedRunner, mut sequences: Vec<Sequence>, mut count: impl FnMut() -> usize) -> Vec<Vec<u32>> {
    let mut bits = vec![Vec::new(); sequences.len()];
    let mut logits = Vec::new();
    while sequences.iter().any(|own| own.left() > 0) {
        let counts: Vec<_> = sequences.iter().map(|own| own.left().min(count())).collect();
        let reading = sequences.iter().zip(&counts).filter(|(_, count)| **count > 0);
        let pieces: Vec<_> = reading.map(|(own, count)| own.piece(*count, Wanted::Every)).collect();
        runner.forward(&pieces, &mut logits);
        let mut rows = logits.chunks_exact(runner.vocabulary_size());
        for ((own, count), bits) in sequences.iter_mut().zip(&counts).zip(&mut bits) {
            own.read += count;
            bits.extend(rows.by_ref().take(*count).flatten().map(|logit| logit.to_bits()));
        }
    }
    bits
}

/// Each text by itself, read at once.
fn alone(runner: &mut FusedRunner, texts: &[Vec<u32>]) -> Vec<Vec<u32>> {
    texts.iter().flat_map(|text| read(runner, std::slice::from_ref(text), || text.len())).collect()
}

/// Texts of so many lengths, of words that no two of them share in order.
fn ragged(lengths: impl IntoIterator<Item = usize>, vocabulary: usize) -> Vec<Vec<u32>> {
    let word = |text: usize, place: usize| u32::try_from((text * 31 + place * place * 7 + place) % vocabulary).unwrap();
    lengths.into_iter().enumerate().map(|(text, length)| (0..length).map(|place| word(text, place)).collect()).collect()
}

#[test]
fn logits_are_the_references() {
    for (name, case, mut runner) in runners() {
        let sequences: Vec<_> = (0..).zip(&case.rows).map(|(place, row)| Sequence::new(&tokens(row), place)).collect();
        let pieces: Vec<_> = sequences.iter().map(|own| own.piece(own.left(), Wanted::Every)).collect();
        let mut logits = Vec::new();
        runner.forward(&pieces, &mut logits);
        let theirs: Vec<f32> = case.logits.unwrap().concat().concat();
        let apart = distance(&logits, &theirs);
        assert!(apart < TOLERANCE, "{name}: {apart:e}");
    }
}

#[test]
fn greedy_continuations_are_the_references() {
    for (name, case, mut runner) in runners() {
        let theirs = case.continued.unwrap();
        let mut sequences: Vec<_> =
            (0..).zip(&case.rows).map(|(place, row)| Sequence::new(&tokens(row), place)).collect();
        let mut logits = Vec::new();
        for _ in 0..theirs[0].len() {
            let pieces: Vec<_> = sequences.iter().map(|own| own.piece(own.left(), Wanted::Last)).collect();
            runner.forward(&pieces, &mut logits);
            for (own, logits) in sequences.iter_mut().zip(logits.chunks_exact(runner.vocabulary_size())) {
                own.read = own.tokens.len();
                let largest = logits.iter().enumerate().max_by(|one, other| one.1.total_cmp(other.1)).unwrap();
                own.tokens.push(u32::try_from(largest.0).unwrap());
            }
        }
        for ((own, row), theirs) in sequences.iter().zip(&case.rows).zip(&theirs) {
            assert_eq!(own.tokens[row.len()..], tokens(theirs), "{name}");
        }
    }
}

#[test]
fn weights_in_half_the_bits_give_the_logits_of_the_same_weights_in_single_precision() {
    for (name, dtype) in [("qwen2-bf16-shards", Dtype::Bf16), ("qwen3-f16", Dtype::F16), ("qwen2-tied-f32", Dtype::F32)]
    {
        let checkpoint = Checkpoint::open(&folder("fixtures/checkpoints").join(name)).unwrap();
        let model = checkpoint.language_model(&cpu(dtype)).unwrap();
        let mut runner = FusedRunner::new(model, checkpoint.config(), PAGES as usize);
        let row = vec![5, 9, 20, 31, 7, 8, 3];
        let text = tokens(&row);
        let mut logits = Vec::new();
        runner.forward(&[Sequence::new(&text, 0).piece(text.len(), Wanted::Every)], &mut logits);
        let single = cpu(Dtype::F32);
        let model = checkpoint.language_model(&single).unwrap();
        let expected = model.forward(batch(&[row], &single.device), &Positions::beginning([7]), &mut NoPast);
        let apart = distance(&logits, &numbers(expected));
        assert!(apart < TOLERANCE, "{name}: {apart:e}");
    }
}

#[test]
fn logits_are_the_same_to_the_bit_in_any_company() {
    for (name, _, mut runner) in runners() {
        let texts = ragged((0..40).map(|text| 1 + text * 37 % 100), runner.vocabulary_size());
        let expected = alone(&mut runner, &texts);
        assert!(read(&mut runner, &texts, || usize::MAX) == expected, "{name}, all at once");
        assert!(read(&mut runner, &texts, || 1) == expected, "{name}, token by token");
    }
}

#[test]
fn logits_are_the_same_to_the_bit_where_others_begin_with_the_same_pages() {
    for (name, _, mut runner) in runners() {
        // Of different lengths, and a stranger among them.
        let (words, shared) = (runner.vocabulary_size(), 2 * FusedRunner::PAGE_TOKENS);
        let beginning = ragged([shared], words).remove(0);
        let mut texts = ragged((0..40).map(|text| 1 + text % 7), words);
        texts.iter_mut().for_each(|text| text.splice(..0, beginning.iter().copied()).for_each(drop));
        texts[20] = ragged([shared + 5], words).remove(0);
        texts[20].reverse();
        let mut expected = alone(&mut runner, &texts);
        for place in [0, 20] {
            let whole = Sequence::new(&texts[place as usize], place);
            runner.forward(&[whole.piece(shared, Wanted::Nothing)], &mut Vec::new());
        }
        let mut sequences: Vec<_> = (0..).zip(&texts).map(|(place, text)| Sequence::new(text, place)).collect();
        let first = sequences[0].pages.clone();
        for (place, own) in sequences.iter_mut().enumerate() {
            own.read = shared;
            if place != 20 {
                own.pages[..2].copy_from_slice(&first[..2]);
            }
        }
        expected.iter_mut().for_each(|bits| bits.splice(..shared * words, []).for_each(drop));
        assert!(read_on(&mut runner, sequences, || 1) == expected, "{name}");
    }
}

/// Large enough for a pass over forty tokens to be divided, three threads being there.
fn divided() -> FusedRunner {
    let config = json!({
        "model_type": "qwen2", "vocab_size": 200, "hidden_size": 96, "intermediate_size": 256, "num_hidden_layers": 3,
        "num_attention_heads": 4, "num_key_value_heads": 2, "tie_word_embeddings": true, "initializer_range": 0.2,
    });
    let config = Config::from_json(config.as_object().unwrap().clone()).unwrap();
    let model = models::checkpoint::language_model(&config, 7, &cpu(Dtype::F32)).unwrap();
    FusedRunner::new(model, &config, 64 * PAGES as usize)
}

#[test]
fn logits_are_the_same_to_the_bit_on_any_number_of_threads() {
    let texts = ragged((0..40).map(|text| 1 + text * 37 % 100), 200);
    let [one, three] = [1, 3].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| [read(&mut divided(), &texts, || usize::MAX), read(&mut divided(), &texts, || 1)])
    });
    assert!(one[0] == one[1] && one == three);
}

#[test]
#[should_panic(expected = "two sequences write to Page(0)")]
fn no_page_is_written_by_two_sequences_at_once() {
    let own = Sequence::new(&[1, 2], 0);
    divided().forward(&[own.piece(2, Wanted::Last), own.piece(2, Wanted::Last)], &mut Vec::new());
}

#[test]
fn logits_are_the_same_to_the_bit_with_any_instructions() {
    for (name, _, mut runner) in runners() {
        let texts = ragged([1, 2, 4, 7, 12, 33, 70], runner.vocabulary_size());
        let expected = alone(&mut runner, &texts);
        for instructions in Instructions::available() {
            runner = runner.with_instructions(instructions);
            assert!(read(&mut runner, &texts, || usize::MAX) == expected, "{name}, {instructions:?}");
            assert!(alone(&mut runner, &texts) == expected, "{name}, {instructions:?}, alone");
        }
    }
}

#[test]
fn a_copied_page_can_be_gone_on_from() {
    for (name, _, mut runner) in runners() {
        let text = ragged([50], runner.vocabulary_size());
        let expected = alone(&mut runner, &text);
        let mut logits = Vec::new();
        let mut own = Sequence::new(&text[0], 0);
        runner.forward(&[own.piece(40, Wanted::Nothing)], &mut logits);
        assert!(logits.is_empty());
        let copy = Page(100);
        runner.copy(&[Copied { from: own.pages[1], to: copy }]);
        own.read = 40;
        let others = vec![3; 10];
        let pages = own.pages.clone();
        let other = Piece { tokens: &others, start: 40, pages: &pages, wanted: Wanted::Nothing };
        runner.forward(&[other], &mut logits);
        own.pages[1] = copy;
        runner.forward(&[own.piece(10, Wanted::Every)], &mut logits);
        let bits: Vec<u32> = logits.iter().map(|logit| logit.to_bits()).collect();
        assert!(expected[0].ends_with(&bits), "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn logits_are_the_same_to_the_bit_in_any_pieces(counts in vec(0_usize..40, 1..12), lengths in vec(1_usize..120, 1..6)) {
        for (name, _, mut runner) in runners().into_iter().step_by(3) {
            let texts = ragged(lengths.iter().copied(), runner.vocabulary_size());
            let expected = alone(&mut runner, &texts);
            // One more than what was drawn, and in no fixed turns, so that no text gets nothing for ever.
            let schedule: Vec<usize> = counts.iter().copied().chain([1]).collect();
            let mut state = 1_u64;
            let read = read(&mut runner, &texts, || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                schedule[(state >> 33) as usize % schedule.len()]
            });
            prop_assert!(read == expected, "{name}");
        }
    }
}
