//! The client before a server that we did not write: `transformers serve`, on a checkpoint drawn and saved here.
//!
//! Runs where `MILLRACE_TRANSFORMERS` names the program, or the search path has it, and says so where it is skipped:
//! `pip install 'transformers[serving]' torch`.
#![expect(clippy::print_stderr, reason = "a skipped test says so")]

use std::env;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use models::checkpoint::{language_model, save};
use models::config::Config;
use models::endpoint::{Endpoint, NoMemo, Patience, Settings};
use models::generate::{Completion, Finish, GenerateError, Generator, Prompt, Request, Sampling};
use models::template::{Conversation, Ending};
use models::weights::Dtype;
use serde_json::json;
use tempfile::TempDir;

use super::case::{samples, text};
use crate::fixture::{cpu, folder};

/// A server until it is dropped.
struct Served {
    child: Child,
    settings: Settings,
    _folder: TempDir,
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program; nothing where there is none.
fn program() -> Option<PathBuf> {
    let named = env::var_os("MILLRACE_TRANSFORMERS").map(PathBuf::from);
    let mut found =
        env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join("transformers")).collect::<Vec<_>>();
    found.retain(|program| program.is_file());
    named.or(found.into_iter().next())
}

/// A checkpoint that nobody trained, with the tokenizer of the other tests.
fn checkpoint(into: &Path) -> PathBuf {
    let config = json!({
        "model_type": "qwen2", "vocab_size": 400, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2,
        "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 1024, "initializer_range": 0.3,
        "eos_token_id": 2, "pad_token_id": 0, "tie_word_embeddings": false,
    });
    let config = Config::from_json(config.as_object().unwrap().clone()).unwrap();
    let model = language_model(&config, 1, &cpu(Dtype::F32)).unwrap();
    let companions = into.join("companions");
    fs::create_dir(&companions).unwrap();
    for name in ["tokenizer.json", "tokenizer_config.json"] {
        fs::copy(folder("fixtures/tokenizers/qwen").join(name), companions.join(name)).unwrap();
    }
    fs::copy(folder("fixtures/templates/chatml.jinja"), companions.join("chat_template.jinja")).unwrap();
    // This server draws only where the checkpoint says so, whatever temperature it is asked for.
    fs::write(companions.join("generation_config.json"), r#"{"do_sample": true, "eos_token_id": 2}"#).unwrap();
    let path = into.join("checkpoint");
    save(&model, &config, Dtype::F32, &companions, &path).unwrap();
    path
}

/// Starts the server and waits until it answers; nothing where that cannot be.
async fn serve() -> Option<Served> {
    let Some(program) = program() else {
        eprintln!("skipped: `transformers` is not installed; `MILLRACE_TRANSFORMERS` may name it");
        return None;
    };
    let scratch = TempDir::new().unwrap();
    let path = checkpoint(scratch.path());
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let log = fs::File::create(scratch.path().join("log")).unwrap();
    let mut command = Command::new(program);
    command.arg("serve").arg(&path).args(["--host", "127.0.0.1", "--device", "cpu", "--port", &port.to_string()]);
    command.env("HF_HUB_OFFLINE", "1").stdout(Stdio::null()).stderr(log);
    let child = command.spawn().unwrap();
    let patience =
        Patience { first: Duration::from_millis(100), longest: Duration::from_millis(200), ..Patience::default() };
    let settings = Settings::new(format!("http://127.0.0.1:{port}/v1"), path.to_str().unwrap());
    let mut served = Served { child, settings: Settings { patience, retries: 20, ..settings }, _folder: scratch };
    let endpoint = served.endpoint();
    for _ in 0..60 {
        let answer = endpoint.generate(Request { max_tokens: Some(1), ..text("def") }).await;
        match answer {
            Ok(_) => return Some(served),
            Err(GenerateError::Unavailable { .. }) if served.child.try_wait().unwrap().is_none() => {}
            Err(fault) => {
                let log = fs::read_to_string(served._folder.path().join("log")).unwrap();
                eprintln!(
                    "skipped: `transformers serve` does not start: {fault}: {}",
                    log.lines().last().unwrap_or_default()
                );
                return None;
            }
        }
    }
    panic!("`transformers serve` runs and does not answer");
}

impl Served {
    fn endpoint(&self) -> Endpoint {
        Endpoint::new(self.settings.clone(), Arc::new(NoMemo)).unwrap()
    }
}

fn greedy(prompt: &str, max_tokens: usize) -> Request {
    let sampling = Sampling { temperature: 0.0, ..Sampling::default() };
    Request { sampling, max_tokens: Some(max_tokens), ..text(prompt) }
}

#[tokio::test]
async fn a_real_server_answers() {
    let Some(served) = serve().await else { return };
    let endpoint = served.endpoint();
    conversations(&endpoint).await;
    draws(&endpoint).await;
    stops(&endpoint).await;
    refusals(&served).await;
    many(&endpoint).await;
}

async fn conversations(endpoint: &Endpoint) {
    let conversation = Conversation::of([("system", "Be brief."), ("user", "Count to three.")]);
    let request = Request { max_tokens: Some(8), ..Request::new(Prompt::Chat(conversation, Ending::Prompt)) };
    let answer = endpoint.generate(request).await.unwrap().swap_remove(0);
    assert_eq!((answer.finish, answer.usage.completion), (Finish::Length, 8));
    assert!(answer.usage.prompt > 20, "{:?}", answer.usage);
}

async fn draws(endpoint: &Endpoint) {
    let request = Request { max_tokens: Some(16), seed: 7, ..samples("def f(x):", 0..3) };
    let answers = endpoint.generate(request.clone()).await.unwrap();
    assert_eq!(answers.len(), 3, "though it gives one, whatever it is asked for");
    assert_ne!(answers[0].text, answers[1].text);
    let again: Vec<_> = [endpoint.generate(one(&request)).await, endpoint.generate(one(&request)).await].into();
    let again: Vec<Completion> = again.into_iter().flat_map(Result::unwrap).collect();
    assert_eq!(again[0], again[1], "the same seed draws the same");
}

fn one(request: &Request) -> Request {
    Request { samples: 5..6, ..request.clone() }
}

async fn stops(endpoint: &Endpoint) {
    let whole = endpoint.generate(greedy("def f(x):", 32)).await.unwrap().swap_remove(0).text;
    assert_eq!(endpoint.generate(greedy("def f(x):", 32)).await.unwrap()[0].text, whole);
    let stop: String = whole.chars().skip(4).take(2).collect();
    let request = Request { stop: vec![stop.clone()], ..greedy("def f(x):", 32) };
    let answer = endpoint.generate(request).await.unwrap().swap_remove(0);
    assert_eq!(answer.text, whole[..whole.find(&stop).unwrap()]);
    assert_eq!(answer.finish, Finish::Stop(Some(stop)));
}

async fn refusals(served: &Served) {
    let endpoint = served.endpoint();
    let sampling = Sampling { top_k: Some(5), ..Sampling::default() };
    let stranger = Settings { model: "nobody/nothing".to_owned(), ..served.settings.clone() };
    let stranger = Endpoint::new(stranger, Arc::new(NoMemo)).unwrap();
    for (endpoint, request, says) in [
        (&endpoint, Request { sampling, ..text("x") }, "Unexpected fields in the request: {'top_k'}"),
        (&endpoint, Request::new(Prompt::Tokens(vec![5, 6])), "prompt must be a string."),
        (&stranger, text("x"), "requested 'nobody/nothing'"),
    ] {
        let fault = endpoint.generate(request).await.unwrap_err();
        assert!(matches!(&fault, GenerateError::Request(words) if words.contains(says)), "{fault:?}");
    }
    let told = Request { log_probabilities: true, max_tokens: Some(4), ..text("def") };
    let fault = endpoint.generate(told).await.unwrap_err();
    assert!(matches!(&fault, GenerateError::Fatal(words) if words.contains("log-probabilities")), "{fault:?}");
}

async fn many(endpoint: &Endpoint) {
    let requests = (0..40).map(|number| endpoint.generate(greedy(&format!("def f{number}("), 4)));
    let answers = join_all(requests).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    let tally = endpoint.tally();
    assert_eq!(tally.requests - tally.retries, tally.bought, "{tally:?}");
}
