//! What a server is sent. The cases are `tests/cases/endpoint/requests.json`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use models::endpoint::{Endpoint, Key, NoMemo, Settings};
use models::generate::{GenerateError, Generator, LogitsProcessor, Processors, Prompt, Request, Written};
use models::template::{Conversation, Ending};
use serde::Deserialize;
use serde_json::{Value, json};

use super::case::{RequestCase, samples, text};
use super::server::{Server, numbered, texts};
use crate::fixture::{folder, read};

#[derive(Deserialize)]
struct Case {
    name: String,
    request: RequestCase,
    #[serde(default)]
    extra: BTreeMap<String, Value>,
    path: String,
    body: Value,
}

#[tokio::test]
async fn each_request_is_sent_as_its_case_says() {
    for case in read::<Vec<Case>>(&folder("cases/endpoint").join("requests.json")) {
        let server = Server::start(|_, _| texts(&["x"])).await;
        let settings = Settings { extra: case.extra, ..server.settings() };
        let request = case.request.request();
        // The server answers as for a text, and tells no probabilities; here only what it is sent counts.
        let _ = Endpoint::new(settings.clone(), Arc::new(NoMemo)).unwrap().generate(request).await;
        let mut seen = server.seen().swap_remove(0);
        let seed = seen.body.as_object_mut().unwrap().remove("seed");
        assert_eq!(seed.is_some(), !settings.extra.contains_key("seed"), "{}", case.name);
        assert_eq!((&seen.path, &seen.body), (&case.path, &case.body), "{}", case.name);
    }
}

#[tokio::test]
async fn seeds_differ_by_seed_and_first_sample_and_fit_every_server() {
    let server = Server::start(|_, seen| numbered(seen)).await;
    let endpoint = server.endpoint();
    for (seed, range) in [(0, 0..1), (0, 1..2), (1, 0..1), (u64::MAX, 7..9), (0, 0..1)] {
        endpoint.generate(Request { seed, ..samples("x", range) }).await.unwrap();
    }
    let seeds: Vec<_> = server.seen().iter().map(|seen| seen.body["seed"].as_u64().unwrap()).collect();
    assert!(seeds.iter().all(|seed| *seed < 1 << 31), "{seeds:?}");
    assert_eq!(seeds[0], seeds[4]);
    assert_eq!(seeds.iter().collect::<BTreeSet<_>>().len(), 4);
}

#[tokio::test]
async fn the_key_goes_in_its_header_and_an_address_may_have_a_query() {
    let server = Server::start(|_, _| texts(&["x"])).await;
    let settings = Settings {
        url: format!("{}/?api-version=1", server.url),
        key: Some(Key::new("TINY_KEY", " sk-secret\n")),
        ..server.settings()
    };
    Endpoint::new(settings, Arc::new(NoMemo)).unwrap().generate(text("x")).await.unwrap();
    let seen = server.seen().swap_remove(0);
    assert_eq!(seen.headers["authorization"], "Bearer sk-secret");
    assert_eq!(seen.path, "/v1/completions?api-version=1");
}

#[tokio::test]
async fn what_no_endpoint_can_be_asked_is_refused_before_it_is_sent() {
    let server = Server::start(|_, _| texts(&["x"])).await;
    let endpoint = server.endpoint();
    let tools = Conversation { tools: Some(vec![json!({})]), ..Conversation::of([("user", "x")]) };
    for (conversation, ending, reason) in [
        (Conversation::of([("user", "x")]), Ending::Message, "ended"),
        (tools, Ending::Prompt, "tools"),
        (Conversation::default(), Ending::Prompt, "without messages"),
    ] {
        let refused = endpoint.generate(Request::new(Prompt::Chat(conversation, ending))).await.unwrap_err();
        assert!(matches!(&refused, GenerateError::Request(words) if words.contains(reason)), "{refused:?}");
    }
    assert!(server.seen().is_empty());
}

#[derive(Debug)]
struct Nothing;

impl LogitsProcessor for Nothing {
    fn process(&self, _written: Written<'_>, _logits: &mut [f32]) {}
}

#[tokio::test]
async fn what_would_change_logits_is_refused_rather_than_ignored() {
    let server = Server::start(|_, _| texts(&["x"])).await;
    let request = Request { processors: Processors(vec![Arc::new(Nothing)]), ..samples("x", 0..1) };
    let refused = server.endpoint().generate(request).await;
    assert!(matches!(refused, Err(GenerateError::Request(words)) if words.contains("shows no logits")));
    assert!(server.seen().is_empty());
}
