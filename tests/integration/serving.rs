//! `millrace serve`: a checkpoint gives the same answers behind an address as in a pipeline, whole and in pieces.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::command::Workplace;
use crate::golden::root;

/// A server, which ends with the test.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(checkpoint: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_millrace"));
        command.arg("serve").arg(checkpoint).args(["--address", "127.0.0.1:0", "--name", "tiny", "--cache-gib", "0.1"]);
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).and_then(|rest| rest.split('/').next()).unwrap().to_owned();
        Self { process, address }
    }

    /// The status and the body of what is answered.
    fn post(&self, path: &str, body: &Value) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let body = body.to_string();
        let (host, length) = (&self.address, body.len());
        let head =
            format!("POST {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n");
        stream.write_all((head + &body).as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    fn json(&self, path: &str, body: &Value) -> Value {
        let (status, body) = self.post(path, body);
        assert_eq!(status, 200, "{body}");
        serde_json::from_str(&body).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// The folder below another that is a checkpoint.
fn checkpoint(folder: &Path) -> PathBuf {
    fn find(folder: &Path) -> Option<PathBuf> {
        if folder.join("config.json").exists() {
            return Some(folder.to_owned());
        }
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.is_dir()).find_map(|path| find(&path))
    }
    find(folder).unwrap()
}

fn rows(path: &Path) -> Vec<Value> {
    fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_checkpoint_answers_alike_here_and_behind_an_address() {
    let place = Workplace::copy_of(&root().join("tests/fixtures/serve"));
    place.events(&["run", "here.yaml"]);
    let server = Server::start(&checkpoint(&place.path().join(".millrace")));
    let url = format!("model.run.url=http://{}/v1", server.address);
    let events = place.events(&["run", "there.yaml", "--set", &url]);
    let (here, there) = (rows(&place.path().join("here.jsonl")), rows(&place.path().join("there.jsonl")));
    assert_eq!(here.len(), 8);
    for (here, there) in here.iter().zip(&there) {
        for column in ["completion", "finish", "completion_tokens", "prompt_tokens"] {
            assert_eq!(here[column], there[column], "{column} of {}", here["problem_id"]);
        }
        let likely = |row: &Value| serde_json::from_value::<Vec<f32>>(row["log_probabilities"].clone()).unwrap();
        assert_eq!(likely(here), likely(there));
    }
    let counted = events.iter().find(|event| event["event"] == "counted").unwrap();
    assert_eq!(counted["node"], "answers");
    let counts: BTreeMap<String, f64> = serde_json::from_value(counted["counts"].clone()).unwrap();
    let told: f64 = there.iter().map(|row| row["prompt_tokens"].as_f64().unwrap()).sum();
    assert_eq!(counts["prompt tokens"], told);
    let cost = (told + 2.0 * counts["completion tokens"]) / 1e6;
    assert!((counts["cost"] - cost).abs() < 1e-9, "{counts:?}");
    // An address is no part of a result, and what was answered is not asked for again.
    drop(server);
    let again = place.events(&["run", "there.yaml"]);
    assert!(!again.iter().any(|event| event["event"] == "node_started"), "{again:?}");
}

#[test]
fn what_is_told_in_pieces_is_the_whole() {
    let place = Workplace::copy_of(&root().join("tests/fixtures/serve"));
    place.events(&["run", "here.yaml"]);
    let server = Server::start(&checkpoint(&place.path().join(".millrace")));
    let asked = json!({
        "model": "tiny", "messages": [{"role": "user", "content": "What is 1?"}], "n": 3, "seed": 5,
        "temperature": 1.5, "max_tokens": 24, "stop": ["e"],
    });
    let whole = server.json("/v1/chat/completions", &asked);
    let mut streamed = asked.clone();
    streamed["stream"] = json!(true);
    streamed["stream_options"] = json!({"include_usage": true});
    let (status, body) = server.post("/v1/chat/completions", &streamed);
    assert_eq!(status, 200);
    let events: Vec<&str> = body.lines().filter_map(|line| line.strip_prefix("data: ")).collect();
    let (last, events) = events.split_last().unwrap();
    assert_eq!(*last, "[DONE]");
    let events: Vec<Value> = events.iter().map(|event| serde_json::from_str(event).unwrap()).collect();
    assert_eq!(events.last().unwrap()["usage"], whole["usage"]);
    for choice in whole["choices"].as_array().unwrap() {
        let own = events.iter().flat_map(|event| event["choices"].as_array().unwrap());
        let own: Vec<&Value> = own.filter(|piece| piece["index"] == choice["index"]).collect();
        let text: String = own.iter().filter_map(|piece| piece["delta"]["content"].as_str()).collect();
        assert_eq!(text, choice["message"]["content"].as_str().unwrap());
        assert_eq!(own.last().unwrap()["finish_reason"], choice["finish_reason"]);
    }
}

#[test]
fn what_cannot_be_answered_is_told() {
    let place = Workplace::copy_of(&root().join("tests/fixtures/serve"));
    place.events(&["run", "here.yaml"]);
    let server = Server::start(&checkpoint(&place.path().join(".millrace")));
    let refused = |path: &str, body: Value, status: u16, part: &str| {
        let (found, body) = server.post(path, &body);
        assert_eq!(found, status, "{body}");
        let told: Value = serde_json::from_str(&body).unwrap();
        assert!(told["error"]["message"].as_str().unwrap().contains(part), "{body}");
    };
    refused("/v1/completions", json!({"model": "other", "prompt": "a"}), 404, "this server has `tiny`");
    refused("/v1/completions", json!({"max_tokens": 1}), 400, "`prompt` is missing");
    refused("/v1/chat/completions", json!({"prompt": "a"}), 400, "`messages` is missing");
    refused("/v1/completions", json!({"prompt": "a ".repeat(400)}), 400, "context of 256");
    refused("/v1/completions", json!({"prompt": "a", "n": 0}), 400, "`n` is 0");
    refused("/v1/completions", json!({"prompt": "a", "n": 1_000_000_000}), 400, "ask for 1 to 1024");
    refused("/v1/completions", json!({"prompt": "a", "temperature": "hot"}), 400, "the body cannot be read");
    let asked = json!({
        "prompt": ["a", "b"], "n": 2, "logprobs": 1, "seed": 4, "stream": null, "stream_options": null, "echo": null,
    });
    let several = server.json("/v1/completions", &asked);
    let choices = several["choices"].as_array().unwrap();
    assert_eq!(choices.iter().map(|choice| choice["index"].as_u64().unwrap()).collect::<Vec<_>>(), [0, 1, 2, 3]);
    let likely = choices.iter().map(|choice| choice["logprobs"]["token_logprobs"].as_array().unwrap().len());
    assert_eq!(likely.sum::<usize>() as u64, several["usage"]["completion_tokens"].as_u64().unwrap());
}
