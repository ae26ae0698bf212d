//! What a batch does to be quick, counted.

use models::generate::batch::{Answer, Batch, Ended, Job, JobError, JobId, Limits, Task, Writing};
use models::generate::{Processors, Sampling, Watch};

use super::toy::Toy;

const PAGE: usize = 4;

fn batch(limits: Limits) -> Batch<Toy> {
    Batch::new(Toy::new(limits.pages, PAGE), limits)
}

/// So many samples of so many tokens each.
fn job(prompt: &[u32], samples: u64, most: usize) -> Job {
    let writing = Writing {
        samples: 0..samples,
        seed: 3,
        sampling: Sampling::default(),
        processors: Processors::default(),
        watch: Watch::default(),
        end: Vec::new(),
        stop: None,
        longest: prompt.len() + most,
        log_probabilities: false,
    };
    Job { prompt: prompt.to_vec(), task: Task::Write(writing) }
}

fn finish(batch: &mut Batch<Toy>) -> Vec<(JobId, Result<Answer, JobError>)> {
    let mut finished = Vec::new();
    while !batch.is_idle() {
        finished.extend(batch.step());
    }
    finished
}

fn prompt(length: u32) -> Vec<u32> {
    (0..length).map(|place| 1 + place * 7 % 23).collect()
}

#[test]
fn samples_of_a_request_read_their_prompt_once() {
    let mut batch = batch(Limits::new(100));
    batch.submit(job(&prompt(18), 8, 5));
    finish(&mut batch);
    // The last token of each sample is written and never read.
    assert_eq!(batch.counters().read, 18 + 8 * 4);
    assert_eq!(batch.counters().written, 8 * 5);
}

#[test]
fn samples_that_find_no_place_still_take_their_first_token_from_the_one_reading() {
    let mut batch = batch(Limits { sequences: 2, ..Limits::new(100) });
    batch.submit(job(&prompt(16), 6, 1));
    let finished = finish(&mut batch);
    assert_eq!(batch.counters().read, 16);
    assert_eq!(finished.len(), 1);
}

#[test]
fn requests_with_the_same_prompt_that_wait_together_read_its_pages_once() {
    let mut batch = batch(Limits { tokens: 256, ..Limits::new(100) });
    for _ in 0..8 {
        batch.submit(job(&prompt(18), 1, 1));
    }
    finish(&mut batch);
    // Whole pages are shared: what is beyond the last, each reads for itself.
    assert_eq!(batch.counters().read, 18 + 7 * 2);
    assert_eq!(batch.counters().cached, 7 * 16);
}

#[test]
fn a_turn_of_a_conversation_goes_on_from_the_turns_before() {
    let mut batch = batch(Limits::new(100));
    batch.submit(job(&prompt(18), 1, 7));
    let Some((_, Ok(Answer::Written(drafts)))) = finish(&mut batch).pop() else { panic!("one answer") };
    assert_eq!((drafts[0].usage.prompt, drafts[0].usage.cached, drafts[0].usage.completion), (18, 0, 7));
    let turn = [prompt(18), drafts[0].tokens.clone(), vec![5, 6, 7]].concat();
    batch.submit(job(&turn, 2, 1));
    let Some((_, Ok(Answer::Written(drafts)))) = finish(&mut batch).pop() else { panic!("one answer") };
    // Of 25 tokens 24 were read, in six pages.
    assert_eq!((drafts[0].usage.prompt, drafts[0].usage.cached, drafts[0].usage.completion), (28, 24, 1));
    assert_eq!((drafts[1].usage.prompt, drafts[1].usage.cached, drafts[1].usage.completion), (0, 0, 1));
}

#[test]
fn a_long_prompt_is_read_in_pieces_while_others_are_written() {
    let mut batch = batch(Limits { sequences: 4, tokens: 10, ..Limits::new(100) });
    batch.submit(job(&prompt(4), 1, 20));
    batch.step();
    batch.submit(job(&prompt(95), 1, 1));
    let before = batch.counters();
    for _ in 0..10 {
        assert_eq!(batch.step(), []);
    }
    let after = batch.counters();
    assert_eq!(after.written - before.written, 10, "one token in each step");
    assert_eq!(after.read - before.read, 100, "and nine of the prompt beside it");
}

#[test]
fn the_place_of_one_that_ends_is_taken_in_the_next_step() {
    let mut batch = batch(Limits { sequences: 2, ..Limits::new(100) });
    for length in [3, 6, 5, 2] {
        batch.submit(job(&prompt(length), 1, 3 + length as usize));
    }
    while !batch.is_idle() {
        let full = batch.counters().waiting > 0;
        let before = batch.counters().occupied;
        batch.step();
        assert!(!full || batch.counters().occupied - before == 2, "a place was empty while one waited");
    }
}

#[test]
fn scores_are_those_of_the_tokens_that_would_be_written() {
    let mut batch = batch(Limits { scored: 3, ..Limits::new(100) });
    let writing = |log_probabilities| {
        let Job { prompt, task } = job(&prompt(9), 1, 8);
        let Task::Write(writing) = task else { unreachable!() };
        Job { prompt, task: Task::Write(Writing { log_probabilities, ..writing }) }
    };
    batch.submit(writing(true));
    let Some((_, Ok(Answer::Written(drafts)))) = finish(&mut batch).pop() else { panic!("one answer") };
    batch.submit(Job { prompt: prompt(9), task: Task::Score(drafts[0].tokens.clone()) });
    let Some((_, Ok(Answer::Scored(scored)))) = finish(&mut batch).pop() else { panic!("one answer") };
    let ours: Vec<f32> = scored.likelihoods.iter().map(|likelihood| likelihood.log_probability).collect();
    assert_eq!(Some(ours), drafts[0].log_probabilities);
    assert_eq!((scored.usage.prompt, scored.usage.cached, scored.usage.completion), (9, 8, 0));
}

#[test]
fn a_runner_that_tells_what_becomes_of_logits_is_answered_the_same() {
    let answers = |runner: Toy| {
        let limits = Limits { tokens: 8, sequences: 6, scored: 5, ..Limits::new(40) };
        let mut batch = Batch::new(runner, limits);
        for (length, samples) in [(9, 1), (14, 3), (1, 2), (20, 1)] {
            let prompt = prompt(length);
            for (temperature, log_probabilities) in [(0.0, false), (0.0, true), (1.0, false)] {
                let mut job = job(&prompt, samples, 7);
                if let Task::Write(writing) = &mut job.task {
                    (writing.sampling.temperature, writing.log_probabilities) = (temperature, log_probabilities);
                }
                batch.submit(job);
            }
            batch.submit(Job { prompt, task: Task::Score(vec![5, 4, 9, 1, 1, 7, 2]) });
        }
        let mut finished = finish(&mut batch);
        finished.sort_by_key(|(id, _)| *id);
        finished
    };
    let toy = || Toy::new(40, PAGE);
    assert_eq!(answers(toy().condensing()), answers(toy()));
}

#[test]
fn a_job_that_is_given_up_gives_its_pages_back() {
    let mut batch = batch(Limits::new(100));
    let id = batch.submit(job(&prompt(18), 8, 50));
    for _ in 0..5 {
        batch.step();
    }
    assert!(batch.pages().available() < 100);
    batch.cancel(id);
    assert!(batch.is_idle());
    assert_eq!(batch.pages().available(), 100);
}

#[test]
fn what_does_not_fit_is_refused_and_says_why() {
    let mut batch = batch(Limits::new(5));
    batch.submit(job(&[], 1, 1));
    batch.submit(job(&[1, 24], 1, 1));
    batch.submit(job(&prompt(21), 1, 1));
    // It fits, and then it does not.
    batch.submit(job(&prompt(15), 2, 20));
    let words: Vec<String> =
        finish(&mut batch).into_iter().map(|(_, answer)| answer.unwrap_err().to_string()).collect();
    assert_eq!(
        words,
        [
            "a prompt has at least one token; begin with the token that texts begin with",
            "token 24 is not in the vocabulary, which has 24 words",
            "a text of 21 tokens does not fit: all pages together have room for 20; give the model more pages, or ask for less",
            "a text of 21 tokens does not fit: all pages together have room for 20; give the model more pages, or ask for less",
        ]
    );
    assert_eq!(batch.pages().available(), 5);
}

#[test]
fn no_samples_and_no_continuation_are_answered_at_once() {
    let mut batch = batch(Limits::new(5));
    batch.submit(job(&[1], 0, 1));
    batch.submit(Job { prompt: vec![1], task: Task::Score(Vec::new()) });
    let answers: Vec<_> = batch.step().into_iter().map(|(_, answer)| answer.unwrap()).collect();
    assert!(matches!(&answers[..], [Answer::Written(drafts), Answer::Scored(scored)]
        if drafts.is_empty() && scored.likelihoods.is_empty()));
    assert_eq!(batch.counters().steps, 0);
}

#[test]
fn a_text_is_no_longer_than_it_may_be() {
    let mut batch = batch(Limits::new(20));
    batch.submit(job(&prompt(6), 3, 11));
    let Some((_, Ok(Answer::Written(drafts)))) = finish(&mut batch).pop() else { panic!("one answer") };
    assert!(drafts.iter().all(|draft| draft.tokens.len() == 11 && draft.ended == Ended::Length));
}
