//! A server on this machine's own loopback that answers as it is told, and misbehaves on purpose.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use std::{future, io};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Response, StatusCode};
use futures_util::stream;
use models::endpoint::{Endpoint, NoMemo, Patience, Settings};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What a server does with a request.
pub enum Reply {
    /// Answers properly: status, headers, body.
    Answer(u16, Vec<(&'static str, String)>, String),
    /// Sends the beginning of an answer and closes the connection.
    Cut,
    /// Accepts the request and says nothing.
    Silence,
    /// Sends the answer a byte at a time.
    Slowly(String),
    /// Sends white space without end.
    Endless,
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Seen {
    pub path: String,
    pub headers: HeaderMap,
    pub body: Value,
    /// How many requests were under way with it.
    pub at_once: usize,
}

/// A server until it is dropped.
pub struct Server {
    pub url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    most: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Server {
    /// Starts a server; `reply` is given each request and how many there were before it.
    pub async fn start(reply: impl Fn(usize, &Seen) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let most = Arc::new(AtomicUsize::new(0));
        let desk = Arc::new(Desk { seen: Arc::clone(&seen), now: AtomicUsize::new(0), most: Arc::clone(&most) });
        let reply = Arc::new(reply);
        let router = Router::new().fallback(move |request: Request| {
            let (desk, reply) = (Arc::clone(&desk), Arc::clone(&reply));
            async move { desk.serve(request, reply.as_ref()).await }
        });
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, seen, most, task }
    }

    /// The requests so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// How many requests were under way at most.
    pub fn most(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }

    /// Settings for this server, with pauses too short to notice.
    pub fn settings(&self) -> Settings {
        let patience = Patience {
            first: Duration::from_millis(1),
            longest: Duration::from_millis(4),
            asked: Duration::from_millis(4),
        };
        Settings { patience, retries: 3, ..Settings::new(&self.url, "tiny") }
    }

    /// An endpoint that remembers nothing.
    pub fn endpoint(&self) -> Endpoint {
        Endpoint::new(self.settings(), Arc::new(NoMemo)).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Desk {
    seen: Arc<Mutex<Vec<Seen>>>,
    now: AtomicUsize,
    most: Arc<AtomicUsize>,
}

impl Desk {
    async fn serve(&self, request: Request, reply: &(impl Fn(usize, &Seen) -> Reply + Sync)) -> Response<Body> {
        let at_once = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(at_once, Ordering::SeqCst);
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let body = serde_json::from_slice(&body).unwrap();
        let seen = Seen { path: parts.uri.to_string(), headers: parts.headers, body, at_once };
        let number = {
            let mut all = self.seen.lock().unwrap();
            all.push(seen.clone());
            all.len() - 1
        };
        // Others come in before this one is answered, as they do where answering takes time.
        tokio::task::yield_now().await;
        let response = respond(reply(number, &seen)).await;
        self.now.fetch_sub(1, Ordering::SeqCst);
        response
    }
}

async fn respond(reply: Reply) -> Response<Body> {
    let mut response = Response::builder();
    let body = match reply {
        Reply::Answer(status, headers, body) => {
            response = response.status(StatusCode::from_u16(status).unwrap());
            for (name, value) in headers {
                response = response.header(name, value);
            }
            Body::from(body)
        }
        Reply::Cut => {
            let pieces = [Ok(Bytes::from_static(b"{\"choices\": [")), Err(io::Error::other("cut"))];
            Body::from_stream(stream::iter(pieces))
        }
        Reply::Silence => future::pending().await,
        Reply::Slowly(text) => {
            let bytes: Vec<_> = text.into_bytes().into_iter().map(|byte| Ok::<_, io::Error>(vec![byte])).collect();
            Body::from_stream(stream::iter(bytes))
        }
        Reply::Endless => Body::from_stream(stream::repeat_with(|| Ok::<_, io::Error>(vec![b' '; 1 << 16]))),
    };
    response.body(body).unwrap()
}

/// An answer of the text interface: a choice for each text.
pub fn texts(texts: &[&str]) -> Reply {
    let choices = texts.iter().enumerate();
    let choices: Vec<_> =
        choices.map(|(index, text)| json!({"index": index, "text": text, "finish_reason": "stop"})).collect();
    let usage = json!({"prompt_tokens": 10, "completion_tokens": 5 * texts.len()});
    json_reply(200, &json!({"choices": choices, "usage": usage}))
}

/// An answer that has as many choices as were asked for, each saying which seed it has and its index.
pub fn numbered(seen: &Seen) -> Reply {
    let all: Vec<_> =
        (0..seen.body["n"].as_u64().unwrap_or(1)).map(|index| format!("{}/{index}", seen.body["seed"])).collect();
    texts(&all.iter().map(String::as_str).collect::<Vec<_>>())
}

/// JSON under a status.
pub fn json_reply(status: u16, body: &Value) -> Reply {
    Reply::Answer(status, Vec::new(), body.to_string())
}
