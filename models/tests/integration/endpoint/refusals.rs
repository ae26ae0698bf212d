//! What becomes of a request that is not answered. The cases are `tests/cases/endpoint/refusals.json`.

use std::collections::BTreeMap;
use std::sync::Arc;

use models::endpoint::{Endpoint, Key, NoMemo, Settings};
use models::generate::{GenerateError, Generator};
use serde::Deserialize;
use serde_json::Value;

use super::case::text;
use super::server::{Reply, Server, json_reply, texts};
use crate::fixture::{folder, read};

const SECRET: &str = "sk-secret-0123456789";

#[derive(Deserialize)]
struct Case {
    name: String,
    status: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    body: Option<Value>,
    text: Option<String>,
    becomes: String,
    says: Vec<String>,
}

#[tokio::test]
async fn each_refusal_becomes_what_its_case_says() {
    for case in read::<Vec<Case>>(&folder("cases/endpoint").join("refusals.json")) {
        let body = case.text.unwrap_or_else(|| case.body.unwrap().to_string());
        let header = |(name, value): (String, String)| (&*String::leak(name), value);
        let headers: Vec<_> = case.headers.into_iter().map(header).collect();
        let server = Server::start(move |_, _| Reply::Answer(case.status, headers.clone(), body.clone())).await;
        let settings = Settings { key: Some(Key::new("TINY_KEY", SECRET)), ..server.settings() };
        let endpoint = Endpoint::new(settings, Arc::new(NoMemo)).unwrap();
        let fault = endpoint.generate(text("x")).await.unwrap_err();
        let (becomes, sent) = match &fault {
            GenerateError::Request(_) => ("request", 1),
            GenerateError::Fatal(_) => ("fatal", 1),
            GenerateError::Unavailable { .. } => ("unavailable", 4),
            other => panic!("{}: {other:?}", case.name),
        };
        let words = format!("{fault} {fault:?}");
        assert_eq!(becomes, case.becomes, "{}: {words}", case.name);
        assert_eq!(server.seen().len(), sent, "{}", case.name);
        assert!(!words.contains("sk-secret"), "{}: {words}", case.name);
        for says in case.says {
            assert!(fault.to_string().contains(&says), "{}: {fault}", case.name);
        }
    }
}

#[tokio::test]
async fn probabilities_that_are_not_told_end_the_run() {
    let server = Server::start(|_, _| texts(&["x"])).await;
    let request = models::generate::Request { log_probabilities: true, ..text("x") };
    let fault = server.endpoint().generate(request).await.unwrap_err();
    assert!(matches!(&fault, GenerateError::Fatal(words) if words.contains("log-probabilities")), "{fault:?}");
}

#[tokio::test]
async fn an_endpoint_without_a_key_is_told_to_name_one() {
    let server = Server::start(|_, _| json_reply(401, &"Unauthorized".into())).await;
    let fault = server.endpoint().generate(text("x")).await.unwrap_err();
    assert!(matches!(&fault, GenerateError::Fatal(words) if words.contains("`key_env`")), "{fault:?}");
}
