//! What is made of an answer. The cases are `tests/cases/endpoint/answers.json`.

use models::generate::{Completion, Generator};
use serde::Deserialize;
use serde_json::Value;

use super::case::{CompletionCase, RequestCase};
use super::server::{Server, json_reply};
use crate::fixture::{folder, read};

#[derive(Deserialize)]
struct Case {
    name: String,
    request: RequestCase,
    answer: Value,
    completions: Vec<CompletionCase>,
}

#[tokio::test]
async fn each_answer_is_read_as_its_case_says() {
    for case in read::<Vec<Case>>(&folder("cases/endpoint").join("answers.json")) {
        let answer = case.answer.clone();
        let server = Server::start(move |_, _| json_reply(200, &answer)).await;
        let read = server.endpoint().generate(case.request.request()).await;
        let read = read.unwrap_or_else(|fault| panic!("{}: {fault}", case.name));
        let expected: Vec<Completion> = case.completions.into_iter().map(Completion::from).collect();
        assert_eq!(read, expected, "{}", case.name);
        assert_eq!(server.seen().len(), 1, "{}", case.name);
    }
}
