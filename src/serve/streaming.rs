//! An answer in pieces, as server-sent events.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use models::generate::{Delta, Request};
use serde_json::Value;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::refusal::Refusal;
use super::reply::Envelope;
use super::routes::Served;

/// Begins to answer. The answer is given up when the client leaves.
pub fn respond(served: Arc<Served>, request: Request, envelope: Envelope, with_usage: bool) -> Response {
    let (events, inbox) = unbounded_channel();
    tokio::spawn(async move {
        let left = events.clone();
        tokio::select! {
            () = write(&served, request, &envelope, with_usage, events) => {}
            () = left.closed() => {}
        }
    });
    let body = stream::unfold(inbox, |mut inbox| async move {
        let event: Bytes = inbox.recv().await?;
        Some((Ok::<_, Infallible>(event), inbox))
    });
    ([(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-cache")], Body::from_stream(body))
        .into_response()
}

async fn write(
    served: &Served,
    request: Request,
    envelope: &Envelope,
    with_usage: bool,
    events: UnboundedSender<Bytes>,
) {
    let (telling, pieces, begun) = (events.clone(), envelope.clone(), std::sync::Mutex::new(BTreeSet::new()));
    let tell = move |Delta { sample, text }: Delta| {
        let first = begun.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(sample);
        send(&telling, &pieces.piece(sample, &text, first));
    };
    match served.generator.stream(request, tell).await {
        Ok(completions) => {
            for (index, completion) in (0..).zip(&completions) {
                send(&events, &envelope.end(index, completion));
            }
            if with_usage {
                send(&events, &envelope.used(&completions));
            }
        }
        Err(error) => send(&events, &Refusal::from(error).json()),
    }
    // Whoever has left need not be told.
    let _gone = events.send(Bytes::from_static(b"data: [DONE]\n\n"));
}

fn send(events: &UnboundedSender<Bytes>, event: &Value) {
    let _gone = events.send(Bytes::from(format!("data: {event}\n\n")));
}
