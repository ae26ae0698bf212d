//! The answers of a scripted model.

use std::path::PathBuf;

use async_trait::async_trait;
use models::generate::{Completion, Finish, GenerateError, Generator, Prompt, Request, Usage};
use regex::Regex;
use serde::Deserialize;

/// A script, line by line.
#[derive(Debug)]
pub(in crate::model) struct Script {
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    fits: Fits,
    answers: Vec<String>,
    finish: Finish,
}

/// Which prompts a line answers.
#[derive(Debug)]
enum Fits {
    This(String),
    Pattern(Regex),
    All,
}

/// A line as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    prompt: Option<String>,
    pattern: Option<String>,
    answers: Vec<String>,
    #[serde(default)]
    finish: Ended,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Ended {
    #[default]
    Stop,
    Length,
}

impl Script {
    /// Reads the files, in order.
    ///
    /// # Errors
    /// What is wrong, and on which line.
    pub(in crate::model) fn read(files: &[PathBuf]) -> Result<Self, String> {
        let mut lines = Vec::new();
        for file in files {
            let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
            for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
                let line = Line::read(line).map_err(|fault| format!("{}:{}: {fault}", file.display(), number + 1))?;
                lines.push(line);
            }
        }
        Ok(Self { lines })
    }

    fn answer(&self, prompt: &str) -> Result<&Line, GenerateError> {
        let fits = |line: &&Line| match &line.fits {
            Fits::This(own) => own == prompt,
            Fits::Pattern(pattern) => pattern.is_match(prompt),
            Fits::All => true,
        };
        let missing = || GenerateError::Request(format!("the script has no answer to: {}", beginning(prompt)));
        self.lines.iter().find(fits).ok_or_else(missing)
    }
}

impl Line {
    /// An answer as it stands there.
    fn whole(&self, place: usize) -> (String, Finish) {
        (self.answers[place].clone(), self.finish.clone())
    }

    fn read(line: &str) -> Result<Self, String> {
        let written: Written = serde_json::from_str(line).map_err(|error| error.to_string())?;
        if written.answers.is_empty() {
            return Err("`answers` is empty".to_owned());
        }
        let fits = match (written.prompt, written.pattern) {
            (Some(_), Some(_)) => return Err("`prompt` and `pattern` exclude each other: remove one".to_owned()),
            (Some(prompt), None) => Fits::This(prompt),
            (None, Some(pattern)) => Fits::Pattern(Regex::new(&pattern).map_err(|error| error.to_string())?),
            (None, None) => Fits::All,
        };
        let finish = match written.finish {
            Ended::Stop => Finish::End,
            Ended::Length => Finish::Length,
        };
        Ok(Self { fits, answers: written.answers, finish })
    }
}

#[async_trait]
impl Generator for Script {
    async fn generate(&self, request: Request) -> Result<Vec<Completion>, GenerateError> {
        let prompt = match &request.prompt {
            Prompt::Text(text) => text.clone(),
            Prompt::Chat(conversation, _) => {
                let last = conversation.messages.last().and_then(|message| message.get("content"));
                last.and_then(|content| content.as_str()).unwrap_or_default().to_owned()
            }
            Prompt::Tokens(_) => return Err(GenerateError::Request("a scripted model reads no tokens".to_owned())),
        };
        let line = self.answer(&prompt)?;
        let answer = |sample: u64| {
            let place = usize::try_from(sample % line.answers.len() as u64).expect("below the number of answers");
            let (text, finish) = stopped(&line.answers[place], &request.stop).unwrap_or_else(|| line.whole(place));
            Completion { text, tokens: None, log_probabilities: None, finish, usage: Usage::default() }
        };
        Ok(request.samples.map(answer).collect())
    }
}

/// What stands before the first of the texts that end an answer, if there is one.
fn stopped(answer: &str, stop: &[String]) -> Option<(String, Finish)> {
    let found = stop.iter().filter_map(|stop| Some((answer.find(stop.as_str())?, stop)));
    let (place, stop) = found.min_by_key(|(place, _)| *place)?;
    Some((answer[..place].to_owned(), Finish::Stop(Some(stop.clone()))))
}

/// Enough of a prompt to know it by.
fn beginning(prompt: &str) -> String {
    let line = prompt.trim().lines().next().unwrap_or_default();
    match line.char_indices().nth(80) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line.to_owned(),
    }
}
