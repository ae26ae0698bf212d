//! How many requests are under way.

use std::sync::Arc;

use futures_util::future::join_all;
use models::endpoint::{Endpoint, NoMemo, Settings};
use models::generate::Generator;

use super::case::text;
use super::server::{Reply, Server, numbered};

#[tokio::test]
async fn no_more_requests_are_under_way_than_there_are_slots() {
    let server = Server::start(|_, seen| numbered(seen)).await;
    let endpoint = Endpoint::new(Settings { slots: 4, ..server.settings() }, Arc::new(NoMemo)).unwrap();
    let answers = join_all((0..100).map(|number| endpoint.generate(text(&number.to_string())))).await;
    assert!(answers.iter().all(Result::is_ok));
    assert!(server.most() <= 4 && server.most() > 1, "{}", server.most());
}

#[tokio::test]
async fn a_server_that_bears_few_requests_is_answered_by_all_in_the_end() {
    let server = Server::start(|_, seen| match seen.at_once {
        1 | 2 => numbered(seen),
        _ => Reply::Answer(429, Vec::new(), String::new()),
    })
    .await;
    let endpoint = Endpoint::new(Settings { slots: 64, ..server.settings() }, Arc::new(NoMemo)).unwrap();
    let answers = join_all((0..64).map(|number| endpoint.generate(text(&number.to_string())))).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(endpoint.tally().bought, 64);
}
