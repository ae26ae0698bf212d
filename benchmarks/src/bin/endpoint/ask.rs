//! The client, as an operator uses it: rows under way far beyond the slots.

use std::error::Error;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Instant;

use cpu_time::ProcessTime;
use futures_util::stream::{self, StreamExt};
use models::endpoint::{Endpoint, NoMemo, Settings};
use models::generate::{Generator, Prompt, Request};
use models::template::{Conversation, Ending};
use serde_json::json;

/// Asks, and prints what it took.
pub async fn ask(url: &str, requests: usize, slots: usize) -> Result<(), Box<dyn Error>> {
    let settings = Settings { slots, ..Settings::new(url, "tiny") };
    let endpoint = Endpoint::new(settings, Arc::new(NoMemo))?;
    // Connections are opened before the clock starts, on both sides.
    answers(&endpoint, slots, slots).await?;
    let (start, cpu) = (Instant::now(), ProcessTime::now());
    answers(&endpoint, requests, slots).await?;
    let seconds = start.elapsed().as_secs_f64();
    let line = json!({"requests": requests, "seconds": seconds, "cpu_seconds": cpu.elapsed().as_secs_f64()});
    writeln!(io::stdout(), "{line}")?;
    Ok(())
}

async fn answers(endpoint: &Endpoint, requests: usize, slots: usize) -> Result<(), Box<dyn Error>> {
    let text = ["word"; 128].join(" ");
    let answers = stream::iter(0..requests).map(|number| {
        let conversation = Conversation::of([("user", format!("{number} {text}").as_str())]);
        let request = Request { max_tokens: Some(64), ..Request::new(Prompt::Chat(conversation, Ending::Prompt)) };
        endpoint.generate(request)
    });
    let mut answers = answers.buffer_unordered(slots);
    while let Some(answer) = answers.next().await {
        if answer?.len() != 1 {
            return Err("a request has one answer".into());
        }
    }
    Ok(())
}
