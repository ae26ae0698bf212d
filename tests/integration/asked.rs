//! A run that asks a remote model, killed while requests are under way, and started again.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use serde_json::{Value, json};

use crate::command::Workplace;
use crate::golden::root;

const ROWS: usize = 60;
const CONCURRENCY: usize = 4;
/// How many requests are answered before the kill.
const BEFORE: usize = 30;

const MANIFEST: &str = r#"
name: asked
nodes:
  questions: {op: source.jsonl, with: {path: questions.jsonl}}
  model:     {op: model.endpoint, with: {name: far}, run: {url: "http://127.0.0.1:9/v1"}}
  answers:
    op: generate.sample
    inputs: {rows: questions, model: model}
    with: {prompt: "{{ question }}"}
    run: {concurrency: 4}
  written: {op: export.jsonl, inputs: answers, with: {path: answers.jsonl}}
"#;

/// A server that answers so many requests and keeps the next ones waiting, until it is told to go on.
#[derive(Clone, Default)]
struct Server(Arc<(Mutex<State>, Condvar)>);

#[derive(Default)]
struct State {
    /// How often each question was asked.
    asked: BTreeMap<String, usize>,
    answered: usize,
    waiting: usize,
    going_on: bool,
}

impl Server {
    /// Starts to listen; gives its address.
    fn listen(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = self.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (server, stream) = (server.clone(), stream.unwrap());
                thread::spawn(move || server.converse(&stream));
            }
        });
        format!("http://{address}/v1")
    }

    /// Answers the requests of one connection. Ends with it, also where the other side was killed.
    fn converse(&self, stream: &TcpStream) {
        let mut reader = BufReader::new(stream);
        while let Some(question) = question(&mut reader) {
            self.answer_when_allowed(&question);
            let body = json!({
                "choices": [{
                    "index": 0, "finish_reason": "stop",
                    "message": {"role": "assistant", "content": format!("As for {question}: no.")},
                }],
                "usage": {"prompt_tokens": 3, "completion_tokens": 2},
            });
            let body = body.to_string();
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len());
            if (&mut &*stream).write_all((head + &body).as_bytes()).is_err() {
                return;
            }
        }
    }

    fn answer_when_allowed(&self, question: &str) {
        let (state, changed) = &*self.0;
        let mut state = state.lock().unwrap();
        *state.asked.entry(question.to_owned()).or_default() += 1;
        state.waiting += 1;
        changed.notify_all();
        let mut state = changed.wait_while(state, |state| !state.going_on && state.answered == BEFORE).unwrap();
        state.waiting -= 1;
        state.answered += 1;
        changed.notify_all();
    }

    /// Waits until no more is answered and every row under way waits.
    fn wait(&self) {
        let (state, changed) = &*self.0;
        let stuck = |state: &mut State| state.answered < BEFORE || state.waiting < CONCURRENCY;
        drop(changed.wait_while(state.lock().unwrap(), stuck).unwrap());
    }

    fn go_on(&self) {
        let (state, changed) = &*self.0;
        state.lock().unwrap().going_on = true;
        changed.notify_all();
    }

    fn asked(&self) -> BTreeMap<String, usize> {
        self.0.0.lock().unwrap().asked.clone()
    }
}

/// The last message of the next request; nothing where the connection has ended.
fn question(reader: &mut BufReader<&TcpStream>) -> Option<String> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if let Some(told) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = told.trim().parse().unwrap();
        }
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body: Value = serde_json::from_slice(&body).unwrap();
    Some(body["messages"][0]["content"].as_str().unwrap().to_owned())
}

#[test]
fn a_kill_costs_the_requests_that_were_under_way_and_no_more() {
    let place = Workplace::copy_of(&root().join("tests/fixtures/serve"));
    let questions =
        (0..ROWS).map(|row| format!("{}\n", json!({"id": format!("row-{row}"), "question": format!("Q{row}")})));
    fs::write(place.path().join("questions.jsonl"), questions.collect::<String>()).unwrap();
    fs::write(place.path().join("asked.yaml"), MANIFEST).unwrap();
    let server = Server::default();
    let url = format!("model.run.url={}", server.listen());
    let run = ["run", "asked.yaml", "--set", &url];
    let mut command = Command::new(env!("CARGO_BIN_EXE_millrace"));
    command.args(run).current_dir(place.path()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    server.wait();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(server.asked().len(), BEFORE + CONCURRENCY);
    server.go_on();
    place.events(&run);
    let asked = server.asked();
    assert_eq!(asked.len(), ROWS);
    let twice = asked.values().filter(|times| **times == 2).count();
    assert_eq!((asked.values().sum::<usize>(), twice), (ROWS + CONCURRENCY, CONCURRENCY), "{asked:?}");
    let answers = fs::read_to_string(place.path().join("answers.jsonl")).unwrap();
    let answers: Vec<Value> = answers.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (row, answer) in answers.iter().enumerate() {
        assert_eq!(answer["completion"], format!("As for Q{row}: no."));
    }
    assert_eq!(answers.len(), ROWS);
}
