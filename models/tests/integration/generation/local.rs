//! The generator as its users see it: texts in, texts out, a thread between.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use chrono::NaiveDateTime;
use futures_util::FutureExt;
use futures_util::future::join_all;
use models::generate::batch::Limits;
use models::generate::pages::Copied;
use models::generate::{
    Completion, Continuation, Finish, GenerateError, Generator, Language, LocalGenerator, LogitsProcessor, Passage,
    Piece, Processors, Prompt, Request, Runner, Sampling, Scorer, Written,
};
use models::template::{Conversation, Ending, Templates};
use models::tokenizer::Tokenizer;
use tempfile::TempDir;
use tokio::runtime::Builder;

use super::toy::{Toy, VOCABULARY};
use crate::training::trained;

const CONTEXT: usize = 60;

fn language(template: Option<&str>) -> Language {
    let folder = TempDir::new().unwrap();
    if let Some(template) = template {
        std::fs::write(folder.path().join("chat_template.jinja"), template).unwrap();
    }
    let templates = Templates::open(folder.path()).unwrap();
    Language::new(trained().1, templates, NaiveDateTime::default(), vec![2], CONTEXT)
}

fn start(runner: impl Runner + 'static, limits: Limits) -> LocalGenerator {
    LocalGenerator::start(runner, limits, language(None)).unwrap()
}

fn generator() -> LocalGenerator {
    start(Toy::new(200, 4), Limits::new(200))
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    Builder::new_current_thread().build().unwrap().block_on(future)
}

/// What the toy's words spell.
fn tokenizer() -> Tokenizer {
    trained().1
}

fn tokens(count: u32) -> Prompt {
    Prompt::Tokens((0..count).map(|place| 3 + place * 5 % 21).collect())
}

fn request(count: u32) -> Request {
    Request { log_probabilities: true, max_tokens: Some(20), samples: 0..3, ..Request::new(tokens(count)) }
}

#[test]
fn completions_are_what_their_tokens_spell() {
    let (generator, tokenizer) = (generator(), tokenizer());
    let mut finishes = Vec::new();
    for seed in 0..20 {
        for completion in wait(generator.generate(Request { seed, ..request(9) })).unwrap() {
            let Completion { text, tokens, log_probabilities, finish, usage } = completion;
            let tokens = tokens.unwrap();
            assert_eq!(text, tokenizer.decode(&tokens).unwrap());
            assert_eq!(log_probabilities.unwrap().len(), tokens.len());
            assert_eq!(usage.completion, tokens.len() as u64);
            assert_eq!(finish == Finish::End, tokens.last() == Some(&2));
            assert!(finish == Finish::End || tokens.len() == 20);
            finishes.push(finish);
        }
    }
    assert!(finishes.contains(&Finish::End) && finishes.contains(&Finish::Length));
}

#[test]
fn a_sample_is_the_same_whatever_else_is_asked_for() {
    let generator = generator();
    let all = wait(generator.generate(request(9))).unwrap();
    let asked = (0..3).map(|sample| Request { samples: sample..sample + 1, ..request(9) });
    let each = wait(join_all(asked.map(|request| generator.generate(request))));
    let text = |completions: &[Completion]| -> Vec<String> { completions.iter().map(|own| own.text.clone()).collect() };
    assert_eq!(each.iter().flat_map(|own| text(own.as_ref().unwrap())).collect::<Vec<_>>(), text(&all));
    assert_eq!((all[0].usage.prompt, all[1].usage.prompt), (9, 0));
}

#[test]
fn a_text_that_ends_a_completion_is_cut_off_with_its_tokens() {
    let (generator, tokenizer) = (generator(), tokenizer());
    let whole = wait(generator.generate(request(9))).unwrap().remove(1);
    let stop: String = whole.text.chars().skip(4).take(2).collect();
    let place = whole.text.find(&stop).unwrap();
    let request = Request { stop: vec!["not there".to_owned(), stop.clone()], ..request(9) };
    let ended = wait(generator.generate(request)).unwrap().remove(1);
    assert_eq!((ended.text.as_str(), ended.finish), (&whole.text[..place], Finish::Stop(Some(stop))));
    let tokens = ended.tokens.unwrap();
    assert!(whole.tokens.unwrap().starts_with(&tokens));
    assert_eq!(tokenizer.decode(&tokens).unwrap(), ended.text);
    assert_eq!(ended.log_probabilities.unwrap().len(), tokens.len());
    assert!(ended.usage.completion > tokens.len() as u64, "what was cut off had been written");
}

#[test]
fn what_was_written_scores_as_it_was_written() {
    let generator = generator();
    let completion = wait(generator.generate(request(9))).unwrap().remove(2);
    let passage = Passage { prompt: tokens(9), continuation: Continuation::Tokens(completion.tokens.clone().unwrap()) };
    let scores = wait(generator.score(passage)).unwrap();
    assert_eq!(Some(scores.log_probabilities), completion.log_probabilities);
    assert_eq!(scores.entropies.len(), scores.tokens.len());
    assert!(scores.entropies.iter().all(|entropy| (0.0..=(VOCABULARY as f32).ln()).contains(entropy)));
}

#[test]
fn conversations_and_texts_are_read_as_the_tokens_of_what_they_spell() {
    let template = "{% for message in messages %}{{ message.content }}{% endfor %}";
    let generator = LocalGenerator::start(Toy::new(200, 4), Limits::new(200), language(Some(template))).unwrap();
    // The first words of the vocabulary.
    let text = "!\"#$%&'";
    let conversation = Conversation::of([("user", "!\"#"), ("assistant", "$%&'")]);
    let prompts = [
        Prompt::Text(text.to_owned()),
        Prompt::Chat(conversation, Ending::Message),
        Prompt::Tokens(tokenizer().encode(text).unwrap().ids),
    ];
    let asked = prompts.map(|prompt| generator.generate(Request { prompt, ..request(0) }));
    let [first, second, third] = wait(join_all(asked)).try_into().unwrap();
    let texts = |answer: Result<Vec<Completion>, GenerateError>| -> Vec<String> {
        answer.unwrap().into_iter().map(|completion| completion.text).collect()
    };
    let first = texts(first);
    assert_eq!(first, texts(second));
    assert_eq!(first, texts(third));
}

#[test]
fn what_cannot_be_answered_is_refused_in_words() {
    let generator = start(Toy::new(10, 4), Limits::new(10));
    let with = |sampling| Request { sampling, ..request(3) };
    let chat = Prompt::Chat(Conversation::of([("user", "!")]), Ending::Prompt);
    let asked = [
        (request(0), "a prompt has at least one token; begin with the token that texts begin with"),
        (request(CONTEXT as u32), "a prompt of 60 tokens leaves no room in the model's context of 60; shorten it"),
        (
            request(41),
            "a text of 41 tokens does not fit: all pages together have room for 40; give the model more pages, or ask for less",
        ),
        (
            Request { prompt: Prompt::Tokens(vec![24]), ..request(3) },
            "token 24 is not in the vocabulary, which has 24 words",
        ),
        (
            Request { prompt: chat, ..request(3) },
            "the chat template `default` is missing, there is none; add `chat_template.jinja`",
        ),
        (Request { max_tokens: Some(0), ..request(3) }, "`max_tokens` is 0; ask for at least one token"),
        (
            with(Sampling { temperature: -1.0, ..Sampling::default() }),
            "`temperature` is -1, but it must be no negative number",
        ),
        (with(Sampling { top_p: 1.5, ..Sampling::default() }), "`top_p` is 1.5, but it must be from 0 to 1"),
        (
            with(Sampling { top_k: Some(0), ..Sampling::default() }),
            "`top_k` is 0; leave it out, so that all tokens remain",
        ),
        (
            with(Sampling { repetition_penalty: 0.0, ..Sampling::default() }),
            "`repetition_penalty` is 0, but it must be a positive number",
        ),
    ];
    for (request, words) in asked {
        assert_eq!(wait(generator.generate(request)).unwrap_err().to_string(), words);
    }
    assert!(wait(generator.generate(request(3))).is_ok(), "and nothing is broken by it");
}

#[derive(Debug)]
struct Only(&'static [u32]);

impl LogitsProcessor for Only {
    fn process(&self, written: Written<'_>, logits: &mut [f32]) {
        let place = written.tokens.len() - written.prompt;
        let allowed = self.0.get(place).map(|token| (*token as usize, logits[*token as usize]));
        logits.fill(f32::NEG_INFINITY);
        allowed.into_iter().for_each(|(token, logit)| logits[token] = logit);
    }
}

#[test]
fn processors_decide_what_may_follow() {
    let generator = generator();
    let only = |tokens| Request { processors: Processors(vec![Arc::new(Only(tokens))]), ..request(9) };
    for completion in wait(generator.generate(only(&[5, 6, 2]))).unwrap() {
        assert_eq!((completion.tokens, completion.finish), (Some(vec![5, 6, 2]), Finish::End));
        // They are the model's own probabilities, whatever was forbidden.
        assert!(completion.log_probabilities.unwrap().iter().all(|log| *log < -0.1));
    }
    let fault = wait(generator.generate(only(&[5]))).unwrap_err();
    assert_eq!(fault.to_string(), "every token is forbidden after 10 tokens; a processor must leave at least one");
}

#[test]
fn a_text_ends_where_the_context_does() {
    let generator = generator();
    let request = Request { max_tokens: None, samples: 0..40, ..request(30) };
    let completions = wait(generator.generate(request)).unwrap();
    assert!(completions.iter().any(|completion| completion.finish == Finish::Length));
    for completion in completions {
        assert_eq!(completion.finish == Finish::Length, completion.usage.completion == CONTEXT as u64 - 30);
    }
}

/// Begins a pass when somebody hears of it, or nobody listens any more.
struct Watched {
    toy: Toy,
    asked: SyncSender<()>,
    fails_at: usize,
    passes: usize,
}

fn watched(toy: Toy, fails_at: usize) -> (Watched, Receiver<()>) {
    let (asked, heard) = sync_channel(0);
    (Watched { toy, asked, fails_at, passes: 0 }, heard)
}

impl Runner for Watched {
    fn page_tokens(&self) -> usize {
        self.toy.page_tokens()
    }

    fn vocabulary_size(&self) -> usize {
        self.toy.vocabulary_size()
    }

    fn forward(&mut self, pieces: &[Piece<'_>], logits: &mut Vec<f32>) {
        self.passes += 1;
        assert!(self.passes < self.fails_at, "the card has fallen off the bus");
        let _ = self.asked.send(());
        self.toy.forward(pieces, logits);
    }

    fn copy(&mut self, pages: &[Copied]) {
        self.toy.copy(pages);
    }
}

#[test]
fn a_request_that_is_dropped_is_given_up() {
    let (runner, heard) = watched(Toy::new(2000, 4), usize::MAX);
    let (tokenizer, templates) = (tokenizer(), Templates::open(TempDir::new().unwrap().path()).unwrap());
    let language = Language::new(tokenizer, templates, NaiveDateTime::default(), Vec::new(), 8000);
    let generator = LocalGenerator::start(runner, Limits::new(2000), language).unwrap();
    let endless = Request { max_tokens: None, ..request(5) };
    let mut dropped = Box::pin(generator.generate(endless));
    assert!((&mut dropped).now_or_never().is_none());
    heard.recv().unwrap();
    drop(dropped);
    drop(heard);
    wait(generator.generate(request(7))).unwrap();
    let counters = generator.counters();
    assert_eq!((counters.running, counters.waiting), (0, 0));
    assert!(counters.steps < 50, "{counters:?}");
}

#[test]
fn a_model_that_fails_tells_everyone_and_those_who_come_later() {
    let (runner, _) = watched(Toy::new(2000, 4), 4);
    let generator = start(runner, Limits::new(2000));
    let answers = wait(join_all((3..9).map(|count| generator.generate(request(count)))));
    let later = wait(generator.generate(request(3)));
    for answer in answers.into_iter().chain([later]) {
        let fault = answer.unwrap_err();
        assert!(matches!(fault, GenerateError::Fatal(_)), "{fault:?}");
        assert_eq!(
            fault.to_string(),
            "the model has failed, and answers nothing any more: the card has fallen off the bus"
        );
    }
}

#[test]
fn hundreds_of_requests_are_answered_at_once() {
    let (runner, heard) = watched(Toy::new(400, 4), usize::MAX);
    let generator = start(runner, Limits { sequences: 32, tokens: 64, ..Limits::new(400) });
    let asked = (0..300).map(|seed| generator.generate(Request { seed, ..request(1 + seed as u32 % 30) }));
    let mut asked = join_all(asked);
    assert!((&mut asked).now_or_never().is_none());
    drop(heard);
    let answers = wait(asked);
    assert!(answers.iter().all(|answer| answer.as_ref().is_ok_and(|completions| completions.len() == 3)));
    let counters = generator.counters();
    let written: u64 = answers.iter().flatten().flatten().map(|completion| completion.usage.completion).sum();
    assert_eq!(counters.written, written);
    assert!(counters.occupied > 20 * counters.steps, "most passes are nearly full: {counters:?}");
}
