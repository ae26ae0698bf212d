//! Reward models that score texts, held against the reference and against themselves in other company.

use std::fs;
use std::path::Path;

use futures_util::future::join_all;
use models::checkpoint::{Checkpoint, reward_model, save};
use models::config::Config;
use models::device::DeviceName;
use models::fused::FusedRunner;
use models::generate::batch::Limits;
use models::generate::pages::Copied;
use models::generate::{ComposedRunner, GenerateError, Opening, Piece, Runner};
use models::reward::{Reader, Scorer};
use models::weights::Dtype;
use serde::Deserialize;
use serde_json::{Map, Value};
use tempfile::TempDir;
use tokio::runtime::Builder;

use crate::fixture::{cases, cpu, distance, folder};
use crate::parity::{TOLERANCE, drawn};

#[derive(Deserialize)]
struct Case {
    config: Map<String, Value>,
    template: Option<String>,
    /// The template that lays out what is laid out without one.
    plain: String,
    texts: Vec<Text>,
}

#[derive(Deserialize)]
struct Text {
    prompt: String,
    answer: String,
    ids: Vec<u32>,
    score: f32,
}

impl Case {
    /// The reference's model, saved.
    fn checkpoint(&self) -> (TempDir, Checkpoint) {
        let (companions, saved) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let copy = |from: &Path, to: &str| fs::copy(from, companions.path().join(to)).map(drop).unwrap();
        for file in ["tokenizer.json", "tokenizer_config.json"] {
            copy(&folder("fixtures/tokenizers/qwen").join(file), file);
        }
        if let Some(template) = &self.template {
            copy(&folder("fixtures/templates").join(format!("{template}.jinja")), "chat_template.jinja");
        }
        let config = Config::from_json(self.config.clone()).unwrap();
        let model = drawn(reward_model(&config, 0, &cpu(Dtype::F32)).unwrap(), &cpu(Dtype::F32));
        save(&model, &config, Dtype::F32, companions.path(), saved.path()).unwrap();
        let checkpoint = Checkpoint::open(saved.path()).unwrap();
        (saved, checkpoint)
    }

    /// The tokens up to the last that the model does not take for padding.
    fn read<'a>(&self, ids: &'a [u32]) -> &'a [u32] {
        let padding = self.config["pad_token_id"].as_u64();
        let last = ids.iter().rposition(|id| Some(u64::from(*id)) != padding).unwrap();
        &ids[..=last]
    }
}

fn case(name: &str) -> Case {
    cases("cases/rewards").into_iter().find(|(own, _)| own == name).unwrap().1
}

fn reader(checkpoint: &Checkpoint) -> Reader {
    Reader::open(checkpoint, Opening::any_day()).unwrap()
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    Builder::new_current_thread().build().unwrap().block_on(future)
}

/// A scorer over either runner, with so many pages.
fn scorers(checkpoint: &Checkpoint, limits: Limits) -> [Scorer; 2] {
    let model = || checkpoint.reward_model(&cpu(Dtype::F32)).unwrap();
    let (config, pages) = (checkpoint.config(), limits.pages);
    let fused = Scorer::start(FusedRunner::of_rewards(model(), config, pages), limits, reader(checkpoint));
    let composed = Scorer::start(ComposedRunner::of_rewards(model(), config, pages, 16), limits, reader(checkpoint));
    [fused, composed].map(Result::unwrap)
}

#[test]
fn a_reward_model_reads_what_the_reference_reads() {
    for (name, case) in cases::<Case>("cases/rewards") {
        let (_saved, checkpoint) = case.checkpoint();
        let reader = reader(&checkpoint);
        assert_eq!(reader.has_template(), case.template.is_some(), "{name}");
        for text in &case.texts {
            assert_eq!(reader.tokens(&text.prompt, &text.answer).unwrap(), case.read(&text.ids), "{name}");
        }
    }
}

#[test]
fn what_is_read_without_a_template_has_a_template() {
    let case = case("plain");
    let (saved, checkpoint) = case.checkpoint();
    let plain = reader(&checkpoint);
    assert_eq!(plain.plain_template(), case.plain);
    fs::write(saved.path().join("chat_template.jinja"), plain.plain_template()).unwrap();
    let written = reader(&checkpoint);
    assert!(written.has_template());
    for Text { prompt, answer, .. } in &case.texts {
        assert_eq!(written.tokens(prompt, answer).unwrap(), plain.tokens(prompt, answer).unwrap());
    }
}

#[test]
fn scores_are_the_references() {
    for (name, case) in cases::<Case>("cases/rewards") {
        let (_saved, checkpoint) = case.checkpoint();
        let opening = Opening {
            checkpoint: checkpoint.clone(),
            dtype: Dtype::F32,
            device: DeviceName::Cpu,
            cache: 1 << 20,
            now: Opening::any_day(),
        };
        let theirs: Vec<f32> = case.texts.iter().map(|text| text.score).collect();
        let [fused, composed] = scorers(&checkpoint, Limits::new(200));
        for scorer in [opening.open_rewards().unwrap(), fused, composed] {
            let asked = case.texts.iter().map(|text| scorer.score(&text.prompt, &text.answer));
            let ours: Vec<f32> = wait(join_all(asked)).into_iter().map(|judged| judged.unwrap().score).collect();
            let apart = distance(&ours, &theirs);
            assert!(apart < TOLERANCE, "{name}: {apart:e}");
        }
    }
}

/// Texts of many lengths; some begin as others do.
fn texts() -> Vec<Vec<u32>> {
    let text = |place: u32| (0..1 + place * 37 % 150).map(|token| 3 + (place % 7 * 31 + token * token) % 300).collect();
    (0..60).map(text).collect()
}

#[test]
fn a_text_is_judged_the_same_to_the_bit_in_any_company() {
    let (_saved, checkpoint) = case("plain").checkpoint();
    let scores = |limits: Limits, texts: &[Vec<u32>]| -> Vec<u32> {
        let [scorer, _] = scorers(&checkpoint, limits);
        let judged = wait(join_all(texts.iter().map(|text| scorer.judge(text.clone()))));
        judged.into_iter().map(|judged| judged.unwrap().score.to_bits()).collect()
    };
    let texts = texts();
    let alone: Vec<u32> = texts.iter().flat_map(|text| scores(Limits::new(20), std::slice::from_ref(text))).collect();
    assert_eq!(scores(Limits::new(1000), &texts), alone);
    assert_eq!(scores(Limits { sequences: 3, tokens: 19, ..Limits::new(8) }, &texts), alone);
    assert!(alone.windows(2).any(|pair| pair[0] != pair[1]));
}

#[test]
fn what_texts_begin_with_is_read_once() {
    let (_saved, checkpoint) = case("plain").checkpoint();
    let [scorer, _] = scorers(&checkpoint, Limits::new(100));
    let text = |last: u32| (0..100).chain([last]).collect::<Vec<u32>>();
    let first = wait(scorer.judge(text(7))).unwrap();
    let second = wait(scorer.judge(text(8))).unwrap();
    let again = wait(scorer.judge(text(7))).unwrap();
    assert_eq!((first.usage.cached, first.usage.prompt), (0, 101));
    assert_eq!((second.usage.cached, again.usage.cached), (96, 96));
    assert!(first.score != second.score && first.score.to_bits() == again.score.to_bits());
}

#[test]
fn what_cannot_be_judged_is_told_in_words() {
    let (_saved, checkpoint) = case("plain").checkpoint();
    let [scorer, _] = scorers(&checkpoint, Limits::new(4));
    let fault = |tokens: Vec<u32>| wait(scorer.judge(tokens)).unwrap_err().to_string();
    assert_eq!(
        fault(vec![5; 1025]),
        "a text of 1025 tokens is longer than the reward model's context of 1024; shorten it"
    );
    assert!(fault(vec![5; 400]).starts_with("a text of 400 tokens does not fit: "));
    assert!(fault(Vec::new()).starts_with("a prompt has at least one token"));
    assert!(fault(vec![100_000]).starts_with("token 100000 is not in the vocabulary"));
    assert!(wait(scorer.judge(vec![5])).is_ok(), "and nothing is broken by it");
}

/// A head whose weights are broken.
struct Broken;

impl Runner for Broken {
    fn page_tokens(&self) -> usize {
        16
    }

    fn vocabulary_size(&self) -> usize {
        100
    }

    fn outputs(&self) -> usize {
        1
    }

    fn forward(&mut self, pieces: &[Piece<'_>], logits: &mut Vec<f32>) {
        logits.clear();
        logits.resize(pieces.len(), f32::NAN);
    }

    fn copy(&mut self, _pages: &[Copied]) {}
}

#[test]
fn a_score_that_is_no_number_fails_by_name() {
    let (_saved, checkpoint) = case("plain").checkpoint();
    let scorer = Scorer::start(Broken, Limits::new(10), reader(&checkpoint)).unwrap();
    let fault = wait(scorer.judge(vec![5, 6])).unwrap_err();
    assert!(matches!(fault, GenerateError::Fatal(_)));
    assert!(fault.to_string().starts_with("the model judged a text of 2 tokens by what is no number"));
}
