//! A teacher behind an address, who knows how our prompts want to be answered and nothing of models.

use axum::http::StatusCode;
use axum::{Router, routing};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

/// A server of answers, which ends with the test.
pub(super) struct Teacher {
    /// Where it is asked.
    pub(super) url: String,
    _runtime: Runtime,
}

impl Teacher {
    pub(super) fn start() -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_io().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let desk = routing::post(|body: String| async move { reply(&serde_json::from_str(&body).unwrap()) });
        let router = Router::new().route("/v1/chat/completions", desk);
        runtime.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, _runtime: runtime }
    }
}

/// The answer to a request; one that nobody has thought of is refused, which fails its row.
fn reply(request: &Value) -> (StatusCode, String) {
    let prompt = request["messages"].as_array().unwrap().last().unwrap()["content"].as_str().unwrap();
    let (samples, seed) = (request["n"].as_u64().unwrap_or(1), request["seed"].as_u64().unwrap_or(0));
    let choice = |index: u64| -> Option<Value> {
        let asked = Asked { prompt, draw: seed % 1000 + index };
        let message = json!({"role": "assistant", "content": asked.answer()?});
        Some(json!({"index": index, "message": message, "finish_reason": "stop"}))
    };
    match (0..samples).map(choice).collect::<Option<Vec<Value>>>() {
        Some(choices) => {
            let usage =
                json!({"prompt_tokens": 10, "completion_tokens": 10 * samples, "total_tokens": 10 + 10 * samples});
            (StatusCode::OK, json!({"model": request["model"], "choices": choices, "usage": usage}).to_string())
        }
        None => (StatusCode::BAD_REQUEST, json!({"error": {"message": "nobody asks that"}}).to_string()),
    }
}

/// What solves the problems of the fixtures: what the small models are shown as well.
const ANSWERS: &str = include_str!("../../fixtures/full_size/answers.jsonl");

/// What every input of a problem that this teacher wrote looks like.
const INPUTS: &str = "\
```python
def generate(random, number):
    return f'{random.randrange(-10**6, 10**6)}\\n'

def validate(given):
    int(given)
    return True
```";

/// A question, and which of the answers to it is wanted.
struct Asked<'a> {
    prompt: &'a str,
    draw: u64,
}

impl Asked<'_> {
    fn has(&self, words: &str) -> bool {
        self.prompt.contains(words)
    }

    /// An answer as the prompt wants it; none to a prompt that is not ours.
    fn answer(&self) -> Option<String> {
        let roles = ["writes and runs", "thinks", "checks"];
        if let Some(role) = roles.into_iter().find(|role| self.has(&format!("You are the one who {role}"))) {
            return Some(self.turn(role));
        }
        Some(match self.prompt {
            _ if self.has("You write programming problems") => self.problem(),
            _ if self.has("You test programs") => INPUTS.to_owned(),
            _ if self.has("Solve this problem with a Python program") => self.block(self.draw % 5 == 4),
            _ if self.has("You are an expert at solving") => REASONING.to_owned(),
            _ if self.has("You are a careful reviewer") => sections("Optimized", BETTER),
            _ if self.has("You test how well flawed") => sections("Degraded", FLAWED),
            _ if self.has("You are given a programming problem") => {
                let flawed = self.draw % 2 == 1;
                let reasoning = if flawed { FLAWED } else { REASONING };
                format!("<think>{reasoning}</think><answer>\n{}\n</answer>", self.block(flawed))
            }
            _ if self.has("How difficult") => format!("It is.\nScore: {}", 3 + self.number() % 3),
            _ if self.has("the first step that is wrong") => "It is the second.\nScore: 2".to_owned(),
            _ if self.has("Judge a solution") => {
                format!("It follows.\nVerdict: {}", if self.has(FLAWED) { "yes" } else { "no" })
            }
            _ if self.has("Two answers to the same question") => {
                let (first, _) = self.prompt.split_once("Answer B:").unwrap();
                format!("One is better.\nVerdict: {}", if first.contains(FLAWED) { "B" } else { "A" })
            }
            _ => return None,
        })
    }

    /// A number of its own for every prompt.
    fn number(&self) -> u64 {
        u64::from_le_bytes(blake3::hash(self.prompt.as_bytes()).as_bytes()[..8].try_into().unwrap())
    }

    fn problem(&self) -> String {
        let (name, more) = (self.number() % 10_000, self.number() % 3 + 1);
        format!("[Problem]\nItem {name}: print the number that is greater by {more}.\n[Format]\nA number in, one out.")
    }

    fn program(&self, flawed: bool) -> String {
        if let Some((_, behind)) = self.prompt.split_once("greater by ") {
            let more: u64 = behind[..1].parse().unwrap();
            return format!("print(int(input()) + {})", more + u64::from(flawed));
        }
        let mut answers = ANSWERS.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let known = answers.find(|known| self.has(known["statement"].as_str().unwrap().trim())).unwrap();
        if flawed { "print('none')".to_owned() } else { known["program"].as_str().unwrap().to_owned() }
    }

    fn block(&self, flawed: bool) -> String {
        format!("```python\n{}\n```", self.program(flawed))
    }

    /// A turn of a conversation: a thought, a look at it, a second thought, a run, and the program.
    fn turn(&self, role: &str) -> String {
        let (_, so_far) = self.prompt.split_once("The conversation so far:").unwrap();
        match role {
            _ if so_far.contains("<output>") => format!("<answer>{}</answer>", self.program(false)),
            "writes and runs" => "<execution>print(1 + 1)</execution><next>reflection</next>".to_owned(),
            "checks" => "<reflection>It holds for one.</reflection><next>thinking</next>".to_owned(),
            _ if so_far.contains("<reflection>") => "<thinking>Run it.</thinking><next>execution</next>".to_owned(),
            _ => "<thinking>The number is read.</thinking><next>reflection</next>".to_owned(),
        }
    }
}

const REASONING: &str = "The numbers are read. Each of them is used once. Then the result is printed.";
const BETTER: &str = "First the numbers are read. None may be left away. Then the result is printed.";
const FLAWED: &str = "The result is printed. Then the numbers are read, and one is left out.";

fn sections(kind: &str, reasoning: &str) -> String {
    format!("[{kind} CoT]\n{reasoning}\n\n[Explanation]\nThe order.")
}
