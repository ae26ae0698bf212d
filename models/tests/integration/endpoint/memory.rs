//! What was bought is never bought again: runs that end midway and go on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use futures_util::stream::{self, StreamExt};
use models::endpoint::{Endpoint, Key, Memo, Price, Settings};
use models::generate::{Completion, GenerateError, Generator, Request};
use serde_json::json;

use super::case::{samples, text};
use super::server::{Server, json_reply, numbered, texts};

#[derive(Default)]
struct Store(Mutex<BTreeMap<Vec<u8>, Vec<u8>>>);

impl Memo for Store {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, String> {
        Ok(self.0.lock().unwrap().get(key).cloned())
    }

    fn put(&self, key: &[u8], value: &[u8]) -> Result<(), String> {
        self.0.lock().unwrap().entry(key.to_vec()).or_insert(value.to_vec());
        Ok(())
    }
}

/// A store on a full disk.
struct Full;

impl Memo for Full {
    fn get(&self, _key: &[u8]) -> Result<Option<Vec<u8>>, String> {
        Ok(None)
    }

    fn put(&self, _key: &[u8], _value: &[u8]) -> Result<(), String> {
        Err("no space left on device".to_owned())
    }
}

/// Every prompt's samples, so many requests at once; those that failed are left out.
async fn run(endpoint: &Endpoint, prompts: usize, at_once: usize) -> BTreeMap<usize, Vec<Completion>> {
    let answers = stream::iter(0..prompts).map(|prompt| async move {
        let answers = endpoint.generate(samples(&prompt.to_string(), 0..4)).await;
        Some((prompt, answers.ok()?))
    });
    answers.buffer_unordered(at_once).filter_map(|answer| async move { answer }).collect().await
}

#[tokio::test]
async fn a_run_that_goes_on_asks_only_for_what_is_missing() {
    let memo = Arc::new(Store::default());
    let ending = Server::start(|number, seen| match number {
        0..25 => numbered(seen),
        _ => json_reply(401, &json!("the key has expired")),
    })
    .await;
    let first = Endpoint::new(Settings { slots: 3, ..ending.settings() }, memo.clone()).unwrap();
    let before = run(&first, 40, 10).await;
    assert_eq!(before.len(), 25);
    // Elsewhere, with another key, other slots and another concurrency.
    let working = Server::start(|_, seen| numbered(seen)).await;
    let settings = Settings { slots: 17, retries: 0, key: Some(Key::new("OTHER", "sk-other")), ..working.settings() };
    let second = Endpoint::new(settings, memo).unwrap();
    let after = run(&second, 40, 40).await;
    assert_eq!(after.len(), 40);
    assert!(before.iter().all(|(prompt, answers)| after[prompt] == *answers), "the same to the last bit");
    let asked: BTreeSet<_> = working.seen().iter().map(|seen| seen.body["prompt"].to_string()).collect();
    assert_eq!((asked.len(), working.seen().len()), (15, 15));
    assert_eq!((second.tally().remembered, second.tally().bought), (100, 60));
}

#[tokio::test]
async fn samples_are_remembered_one_by_one() {
    let memo = Arc::new(Store::default());
    let server = Server::start(|_, seen| numbered(seen)).await;
    let endpoint = Endpoint::new(server.settings(), memo).unwrap();
    let some = endpoint.generate(samples("x", 2..4)).await.unwrap();
    let all = endpoint.generate(samples("x", 0..6)).await.unwrap();
    assert_eq!(all[2..4], some);
    assert_eq!(server.seen()[1].body["n"], 4);
    assert_eq!(endpoint.generate(samples("x", 1..5)).await.unwrap(), all[1..5]);
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn the_answers_of_a_request_that_failed_in_part_are_kept() {
    let memo = Arc::new(Store::default());
    let server = Server::start(|number, _| match number {
        2 => json_reply(403, &json!("not you")),
        _ => texts(&[&number.to_string()]),
    })
    .await;
    let endpoint = Endpoint::new(server.settings(), memo).unwrap();
    assert!(endpoint.generate(samples("x", 0..4)).await.is_err());
    assert_eq!(endpoint.tally().bought, 3);
    endpoint.generate(samples("x", 0..4)).await.unwrap();
    assert_eq!((endpoint.tally().remembered, endpoint.tally().bought), (3, 4));
}

#[tokio::test]
async fn everything_that_changes_an_answer_makes_another_question() {
    let memo = Arc::new(Store::default());
    let server = Server::start(|_, seen| numbered(seen)).await;
    let settings = server.settings();
    let extra = BTreeMap::from([("top_k".to_owned(), json!(5))]);
    let others = [
        (settings.clone(), Request { seed: 1, ..text("x") }),
        (settings.clone(), Request { max_tokens: Some(3), ..text("x") }),
        (settings.clone(), Request { stop: vec!["a".to_owned()], ..text("x") }),
        (settings.clone(), text("y")),
        (settings.clone(), samples("x", 1..2)),
        (Settings { model: "other".to_owned(), ..settings.clone() }, text("x")),
        (Settings { revision: Some("2".to_owned()), ..settings.clone() }, text("x")),
        (Settings { extra, ..settings.clone() }, text("x")),
    ];
    let price = Some(Price { prompt: 1.0, cached: None, completion: 1.0 });
    let same = Settings { price, timeout: std::time::Duration::from_secs(1), ..settings.clone() };
    for (settings, request) in [(settings, text("x")), (same, text("x"))].into_iter().chain(others) {
        Endpoint::new(settings, memo.clone()).unwrap().generate(request).await.unwrap();
    }
    assert_eq!(server.seen().len(), 9, "all but the second");
}

#[tokio::test]
async fn an_answer_reads_back_exactly() {
    let memo = Arc::new(Store::default());
    let answer = json!({"choices": [{"text": "é\u{0}\"", "finish_reason": "length", "token_ids": [1, 4294967295u32],
        "logprobs": {"token_logprobs": [-0.1, -1.0e-38, -3.4028235e38, -1e300, 0.0]}}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 2}}});
    let server = Server::start(move |_, _| json_reply(200, &answer)).await;
    let endpoint = Endpoint::new(server.settings(), memo).unwrap();
    let request = Request { log_probabilities: true, ..text("x") };
    let bought = endpoint.generate(request.clone()).await.unwrap();
    assert_eq!(endpoint.generate(request).await.unwrap(), bought);
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_memo_that_cannot_keep_is_no_fault_of_the_request() {
    let server = Server::start(|_, seen| numbered(seen)).await;
    let fault = Endpoint::new(server.settings(), Arc::new(Full)).unwrap().generate(text("x")).await.unwrap_err();
    assert!(matches!(&fault, GenerateError::Unavailable { message, .. } if message.contains("no space")), "{fault:?}");
}
