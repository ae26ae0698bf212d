//! The addresses of the interface.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures_util::future::join_all;
use models::generate::{Completion, Generator, LocalGenerator};
use serde_json::{Value, json};

use super::asked::Asked;
use super::refusal::Refusal;
use super::reply::{Envelope, Part};
use super::streaming;

/// How large a body may be: the longest context in any notation.
const BODY: usize = 64 << 20;

/// A model that is served.
pub struct Served {
    /// What clients call it.
    pub name: String,
    /// What answers.
    pub generator: LocalGenerator,
}

/// The interface over a model.
pub fn router(served: Arc<Served>) -> Router {
    Router::new()
        .route("/health", get(|| async { "ok" }))
        .route("/v1/models", get(models))
        .route("/v1/chat/completions", post(chat))
        .route("/v1/completions", post(completions))
        .layer(DefaultBodyLimit::max(BODY))
        .with_state(served)
}

async fn models(State(served): State<Arc<Served>>) -> Response {
    let model = json!({"id": served.name, "object": "model", "owned_by": "millrace"});
    answer(&json!({"object": "list", "data": [model]}))
}

async fn chat(State(served): State<Arc<Served>>, body: Bytes) -> Result<Response, Refusal> {
    let asked = Asked::read(&body)?;
    asked.check_model(&served.name)?;
    let (request, envelope) = (asked.chat()?, Envelope::new(Part::Chat, &served.name));
    if asked.streams() {
        return Ok(streaming::respond(served, request, envelope, asked.includes_usage()));
    }
    let completions = served.generator.generate(request).await?;
    Ok(answer(&envelope.whole(&completions, served.generator.language().tokenizer())))
}

async fn completions(State(served): State<Arc<Served>>, body: Bytes) -> Result<Response, Refusal> {
    let asked = Asked::read(&body)?;
    asked.check_model(&served.name)?;
    let (mut requests, envelope) = (asked.completions()?, Envelope::new(Part::Completions, &served.name));
    if asked.streams() {
        let request = requests.pop().filter(|_| requests.is_empty());
        let request = request.ok_or_else(|| Refusal::bad("only one prompt can be answered with `stream`"))?;
        return Ok(streaming::respond(served, request, envelope, asked.includes_usage()));
    }
    let answers = join_all(requests.into_iter().map(|request| served.generator.generate(request))).await;
    let answers: Vec<Vec<Completion>> = answers.into_iter().collect::<Result<_, _>>()?;
    Ok(answer(&envelope.whole(&answers.concat(), served.generator.language().tokenizer())))
}

fn answer(object: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], object.to_string()).into_response()
}
