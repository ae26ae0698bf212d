//! What is counted, what it costs, and when the money is spent.

use std::sync::Arc;

use futures_util::future::join_all;
use models::endpoint::{Budget, Endpoint, NoMemo, Price, Settings, Tally};
use models::generate::{GenerateError, Generator, Usage};
use serde_json::json;

use super::case::{samples, text};
use super::server::{Server, json_reply, numbered};

/// 10 tokens of a prompt and 5 of an answer are 0.02.
const PRICE: Price = Price { prompt: 1000.0, cached: None, completion: 2000.0 };

async fn priced(budget: Option<Budget>) -> (Server, Endpoint) {
    let server = Server::start(|_, seen| numbered(seen)).await;
    let settings = Settings { price: Some(PRICE), budget, slots: 8, ..server.settings() };
    let endpoint = Endpoint::new(settings, Arc::new(NoMemo)).unwrap();
    (server, endpoint)
}

#[tokio::test]
async fn tokens_and_their_price_are_counted() {
    let (_server, endpoint) = priced(None).await;
    endpoint.generate(text("x")).await.unwrap();
    endpoint.generate(samples("y", 0..3)).await.unwrap();
    let tally = endpoint.tally();
    let usage = Usage { prompt: 20, cached: 0, completion: 20 };
    let expected = Tally { requests: 2, retries: 0, bought: 4, remembered: 0, usage, cost: tally.cost };
    assert_eq!(tally, expected);
    assert!((tally.cost - 0.06).abs() < 1e-12, "{}", tally.cost);
}

#[test]
fn what_was_read_before_costs_its_own_price() {
    let usage = Usage { prompt: 1_000_000, cached: 400_000, completion: 100_000 };
    let price = Price { prompt: 3.0, cached: Some(0.5), completion: 15.0 };
    assert!((price.of(&usage) - (1.8 + 0.2 + 1.5)).abs() < 1e-12);
    assert!((Price { cached: None, ..price }.of(&usage) - (3.0 + 1.5)).abs() < 1e-12);
}

#[tokio::test]
async fn the_budget_is_never_exceeded_once_a_price_is_known() {
    let (server, endpoint) = priced(Some(Budget { limit: 0.21, spent: 0.1 })).await;
    endpoint.generate(text("first")).await.unwrap();
    let answers = join_all((0..20).map(|number| endpoint.generate(text(&number.to_string())))).await;
    let (answered, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!((answered.len(), refused.len()), (4, 16));
    assert_eq!(server.seen().len(), 5);
    for fault in refused {
        let fault = fault.unwrap_err();
        assert!(matches!(&fault, GenerateError::Fatal(_)));
        assert_eq!(
            fault.to_string(),
            "the endpoint's budget is spent: 0.2000 of 0.2100, and a request takes about 0.0200; what was answered is \
             kept, raise `budget` and run again to go on"
        );
    }
}

#[tokio::test]
async fn a_budget_that_cannot_be_kept_ends_the_run() {
    let server =
        Server::start(|_, _| json_reply(200, &json!({"choices": [{"text": "x", "finish_reason": "stop"}]}))).await;
    let budget = Some(Budget { limit: 1.0, spent: 0.0 });
    let settings = Settings { price: Some(PRICE), budget, ..server.settings() };
    let fault = Endpoint::new(settings, Arc::new(NoMemo)).unwrap().generate(text("x")).await.unwrap_err();
    assert!(matches!(&fault, GenerateError::Fatal(words) if words.contains("`usage`")), "{fault:?}");
}
