//! `rollouts FOLDER PROBLEMS THREADS TOKENS STOP`: answers every problem of a file of JSON lines once, drawn from the model's
//! own distribution, all asked for at the same time.
//!
//! Runs a round for each line that it reads, so that both sides of a comparison can take turns, and answers with one JSON
//! line: wall and CPU seconds, tokens that were written, answers, and those of them that the text ended.

use std::env;
use std::error::Error;
use std::fs;
use std::io::{self, BufRead, Write};
use std::path::Path;
use std::time::Instant;

use cpu_time::ProcessTime;
use futures_util::future::try_join_all;
use models::checkpoint::Checkpoint;
use models::device::DeviceName;
use models::generate::{Completion, Finish, Generator, LocalGenerator, Opening, Prompt, Request};
use models::template::{Conversation, Ending};
use models::weights::Dtype;
use serde_json::{Value, json};

/// What is asked.
struct Questions {
    statements: Vec<String>,
    tokens: usize,
    stop: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [folder, problems, threads, tokens, stop] = arguments.as_slice() else {
        return Err("usage: rollouts FOLDER PROBLEMS THREADS TOKENS STOP".into());
    };
    rayon::ThreadPoolBuilder::new().num_threads(threads.parse()?).build_global()?;
    let questions =
        Questions { statements: statements(Path::new(problems))?, tokens: tokens.parse()?, stop: stop.clone() };
    let checkpoint = Checkpoint::open(Path::new(folder))?;
    let context = checkpoint.config().positions;
    let opening = Opening { checkpoint, dtype: Dtype::F32, device: DeviceName::Cpu, cache: 0, now: Opening::any_day() };
    let generator = opening.with_room(questions.statements.len(), context).open()?;
    for (seed, line) in (0..).zip(io::stdin().lock().lines()) {
        line?;
        writeln!(io::stdout(), "{}", round(&generator, &questions, seed).await?)?;
    }
    Ok(())
}

fn statements(problems: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let rows = fs::read_to_string(problems)?;
    let statement = |line: &str| -> Result<String, Box<dyn Error>> {
        let row: Value = serde_json::from_str(line)?;
        Ok(row["statement"].as_str().ok_or("a problem without a statement")?.to_owned())
    };
    rows.lines().map(statement).collect()
}

async fn round(generator: &LocalGenerator, questions: &Questions, seed: u64) -> Result<Value, Box<dyn Error>> {
    let (clock, busy) = (Instant::now(), ProcessTime::now());
    let asked = questions.statements.iter().zip(seed * 1_000_000..).map(|(statement, seed)| {
        let prompt = Prompt::Chat(Conversation::of([("user", statement.as_str())]), Ending::Prompt);
        let stop = vec![questions.stop.clone()];
        generator.generate(Request { seed, stop, max_tokens: Some(questions.tokens), ..Request::new(prompt) })
    });
    let answers: Vec<Completion> = try_join_all(asked).await?.into_iter().flatten().collect();
    let (seconds, cpu_seconds) = (clock.elapsed().as_secs_f64(), busy.elapsed().as_secs_f64());
    let tokens: u64 = answers.iter().map(|answer| answer.usage.completion).sum();
    let ended = answers.iter().filter(|answer| answer.finish != Finish::Length).count();
    Ok(json!({
        "seconds": seconds, "cpu_seconds": cpu_seconds, "tokens": tokens, "answers": answers.len(), "ended": ended,
    }))
}
