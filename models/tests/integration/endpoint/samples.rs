//! Several samples of a prompt: asked for together where the server can, alone where it cannot.

use models::generate::{GenerateError, Generator, Request, Sampling};
use serde_json::json;

use super::case::samples;
use super::server::{Reply, Seen, Server, json_reply, numbered, texts};

fn wanted(seen: &[Seen]) -> Vec<u64> {
    seen.iter().map(|seen| seen.body["n"].as_u64().unwrap_or(1)).collect()
}

#[tokio::test]
async fn samples_are_asked_for_together() {
    let server = Server::start(|_, seen| numbered(seen)).await;
    let answers = server.endpoint().generate(samples("x", 3..7)).await.unwrap();
    let seed = server.seen()[0].body["seed"].clone();
    let said: Vec<_> = answers.iter().map(|answer| answer.text.clone()).collect();
    assert_eq!(said, (0..4).map(|index| format!("{seed}/{index}")).collect::<Vec<_>>());
    assert_eq!(wanted(&server.seen()), [4]);
}

#[tokio::test]
async fn a_server_that_ignores_the_number_is_asked_for_each() {
    let server = Server::start(|number, _| texts(&[&number.to_string()])).await;
    let endpoint = server.endpoint();
    let answers = endpoint.generate(samples("x", 0..4)).await.unwrap();
    assert_eq!(answers.len(), 4);
    assert_eq!(answers[0].text, "0");
    endpoint.generate(samples("y", 0..2)).await.unwrap();
    assert_eq!(wanted(&server.seen()), [4, 1, 1, 1, 1, 1], "and asked so from the beginning afterwards");
    let prompts: u64 = answers.iter().map(|answer| answer.usage.prompt).sum();
    assert_eq!(prompts, 40, "each request read the prompt");
}

#[tokio::test]
async fn a_server_that_refuses_the_number_is_asked_for_each() {
    let server = Server::start(|number, seen| match seen.body.get("n") {
        Some(_) => json_reply(400, &json!({"error": {"message": "n must be 1"}})),
        None => texts(&[&number.to_string()]),
    })
    .await;
    let answers = server.endpoint().generate(samples("x", 0..3)).await.unwrap();
    assert_eq!(answers.len(), 3);
    assert_eq!(wanted(&server.seen()), [3, 1, 1, 1]);
}

#[tokio::test]
async fn a_prompt_that_is_refused_is_refused_alone_too() {
    let server = Server::start(|_, _| json_reply(400, &json!({"error": {"message": "too long"}}))).await;
    let endpoint = server.endpoint();
    let fault = endpoint.generate(samples("x", 0..3)).await.unwrap_err();
    assert!(matches!(&fault, GenerateError::Request(words) if words.ends_with("too long")), "{fault:?}");
    assert_eq!(wanted(&server.seen()), [3, 1]);
    assert!(endpoint.generate(samples("x", 0..3)).await.is_err());
    assert_eq!(wanted(&server.seen()), [3, 1, 3, 1], "nothing was learned about the number");
}

#[tokio::test]
async fn at_temperature_0_each_is_asked_for_alone() {
    let server = Server::start(|_, seen| numbered(seen)).await;
    let sampling = Sampling { temperature: 0.0, ..Sampling::default() };
    server.endpoint().generate(Request { sampling, ..samples("x", 0..3) }).await.unwrap();
    assert_eq!(wanted(&server.seen()), [1, 1, 1]);
}

#[tokio::test]
async fn no_samples_are_no_request() {
    let server = Server::start(|_, _| Reply::Silence).await;
    assert_eq!(server.endpoint().generate(samples("x", 2..2)).await.unwrap(), []);
    assert!(server.seen().is_empty());
}
