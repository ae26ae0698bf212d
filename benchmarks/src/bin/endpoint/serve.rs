//! A server that costs as little as one can, so that the figure is the client's.

use std::error::Error;
use std::io::{self, Write};

use axum::Router;
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::routing::post;
use tokio::net::TcpListener;

/// An answer as vLLM writes it, of 64 words.
fn answer() -> Bytes {
    let content = ["word"; 64].join(" ");
    let answer = serde_json::json!({
        "id": "chatcmpl-0123456789abcdef", "object": "chat.completion", "created": 1_700_000_000, "model": "tiny",
        "choices": [{
            "index": 0, "message": {"role": "assistant", "content": content, "tool_calls": []}, "logprobs": null,
            "finish_reason": "stop", "stop_reason": null,
        }],
        "usage": {"prompt_tokens": 128, "total_tokens": 192, "completion_tokens": 64, "prompt_tokens_details": null},
    });
    Bytes::from(answer.to_string())
}

/// Serves until the process is ended.
pub async fn serve() -> Result<(), Box<dyn Error>> {
    let answer = answer();
    let answered = move |_: Bytes| async move { ([(CONTENT_TYPE, "application/json")], answer.clone()) };
    let router = Router::new().route("/v1/chat/completions", post(answered));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    writeln!(io::stdout(), "http://{}/v1", listener.local_addr()?)?;
    io::stdout().flush()?;
    Ok(axum::serve(listener, router).await?)
}
