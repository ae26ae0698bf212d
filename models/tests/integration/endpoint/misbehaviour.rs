//! Servers that break, stop and overflow, and what is asked again.

use std::sync::Arc;
use std::time::Duration;

use models::endpoint::{Endpoint, NoMemo, Settings};
use models::generate::{GenerateError, Generator};
use tokio::net::TcpListener;

use super::case::text;
use super::server::{Reply, Server, json_reply, texts};

fn after(header: &str) -> Vec<(&'static str, String)> {
    vec![("retry-after", header.to_owned())]
}

/// Answers at last what the server answers after its first replies were of another kind.
async fn at_last(first: usize, reply: fn() -> Reply) {
    let server = Server::start(move |number, _| if number < first { reply() } else { texts(&["at last"]) }).await;
    let endpoint = server.endpoint();
    let answer = endpoint.generate(text("x")).await.unwrap();
    assert_eq!(answer[0].text, "at last");
    let (tally, sent) = (endpoint.tally(), first as u64 + 1);
    assert_eq!((tally.requests, tally.retries, tally.bought), (sent, sent - 1, 1));
    let seen = server.seen();
    assert!(seen.iter().all(|one| one.body == seen[0].body), "asked the same again");
}

#[tokio::test]
async fn a_broken_server_is_asked_again() {
    at_last(3, || json_reply(500, &"broken".into())).await;
}

#[tokio::test]
async fn a_lost_connection_is_asked_again() {
    at_last(2, || Reply::Cut).await;
}

#[tokio::test]
async fn a_wrong_answer_is_asked_again() {
    at_last(1, || Reply::Answer(200, Vec::new(), "<html>busy</html>".to_owned())).await;
}

#[tokio::test]
async fn a_pause_in_seconds_is_kept() {
    at_last(1, || Reply::Answer(429, after("0"), String::new())).await;
}

#[tokio::test]
async fn a_pause_until_a_date_is_kept() {
    at_last(2, || Reply::Answer(429, after("Wed, 21 Oct 2015 07:28:00 GMT"), "slow down".to_owned())).await;
}

#[tokio::test]
async fn nobody_sends_during_a_pause() {
    let server = Server::start(|number, _| match number {
        0 => Reply::Answer(429, after("1"), String::new()),
        _ => texts(&["x"]),
    })
    .await;
    let asked = Duration::from_millis(50);
    let mut settings = server.settings();
    settings.patience.asked = asked;
    let endpoint = Endpoint::new(settings, Arc::new(NoMemo)).unwrap();
    let start = tokio::time::Instant::now();
    let refused = endpoint.generate(text("first"));
    let others = async {
        while server.seen().is_empty() || endpoint.tally().retries == 0 {
            tokio::task::yield_now().await;
        }
        endpoint.generate(text("second")).await
    };
    let (first, second) = tokio::join!(refused, others);
    assert!(first.is_ok() && second.is_ok());
    assert!(start.elapsed() >= asked, "the server asked for a pause");
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up() {
    let server = Server::start(|_, _| Reply::Silence).await;
    let settings = Settings { timeout: Duration::from_millis(20), retries: 2, ..server.settings() };
    let fault = Endpoint::new(settings, Arc::new(NoMemo)).unwrap().generate(text("x")).await.unwrap_err();
    assert_eq!(fault.to_string(), "the endpoint gave no answer in 3 attempts, at last: no answer in time (`timeout`)");
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn nobody_there_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    drop(listener);
    let server = Server::start(|_, _| Reply::Silence).await;
    let settings = Settings { url, ..server.settings() };
    let fault = Endpoint::new(settings, Arc::new(NoMemo)).unwrap().generate(text("x")).await.unwrap_err();
    assert!(matches!(&fault, GenerateError::Unavailable { .. }), "{fault:?}");
    assert!(fault.to_string().contains("refused"), "{fault}");
}

#[tokio::test]
async fn an_answer_in_many_pieces_is_read() {
    let server = Server::start(|_, _| {
        Reply::Slowly(r#"{"choices": [{"text": "piece by piece", "finish_reason": "stop"}]}"#.to_owned())
    })
    .await;
    assert_eq!(server.endpoint().generate(text("x")).await.unwrap()[0].text, "piece by piece");
}

#[tokio::test]
async fn an_answer_without_end_is_cut() {
    let server = Server::start(|_, _| Reply::Endless).await;
    let settings = Settings { largest_answer: 1 << 20, retries: 1, ..server.settings() };
    let fault = Endpoint::new(settings, Arc::new(NoMemo)).unwrap().generate(text("x")).await.unwrap_err();
    assert!(fault.to_string().ends_with("at last: an answer of more than 1048576 bytes"), "{fault}");
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_request_that_nobody_waits_for_is_given_up() {
    let server = Server::start(|_, _| Reply::Silence).await;
    let endpoint = Endpoint::new(Settings { slots: 1, ..server.settings() }, Arc::new(NoMemo)).unwrap();
    for _ in 0..3 {
        let seen = async {
            let before = server.seen().len();
            while server.seen().len() == before {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            _ = endpoint.generate(text("x")) => panic!("the server says nothing"),
            () = seen => {}
        }
    }
    assert_eq!(server.seen().len(), 3, "each got the only slot");
}
