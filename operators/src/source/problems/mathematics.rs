//! Problems of mathematics: DAPO-Math-17k and MATH-500 as published. They have an answer and no tests.

use serde::Deserialize;

use super::problem::{Item, Problem, text_of_number};

/// A record of DAPO-Math-17k, in verl's layout.
#[derive(Deserialize)]
struct Dapo {
    prompt: Vec<Message>,
    reward_model: RewardModel,
    extra_info: ExtraInfo,
}

#[derive(Deserialize)]
struct Message {
    content: String,
}

#[derive(Deserialize)]
struct RewardModel {
    ground_truth: String,
}

#[derive(Deserialize)]
struct ExtraInfo {
    #[serde(deserialize_with = "text_of_number")]
    index: String,
}

/// A record of MATH-500.
#[derive(Deserialize)]
struct Math {
    problem: String,
    solution: String,
    answer: String,
    subject: String,
    #[serde(deserialize_with = "text_of_number")]
    level: String,
    unique_id: String,
}

/// What DAPO's prompts say around the problem, which is how to answer and not what is asked: up to the first empty line,
/// and from the last one on.
const BEFORE: &str = "Solve the following math problem step by step.";
const BEHIND: &str = "Remember to put your answer on its own line";

/// A record of DAPO-Math-17k.
pub(super) fn parse_dapo(record: &[u8]) -> Result<Item, serde_json::Error> {
    let Dapo { prompt, reward_model, extra_info } = serde_json::from_slice(record)?;
    let said = prompt.last().map_or("", |message| message.content.as_str()).trim();
    let begun = said.strip_prefix(BEFORE).and_then(|rest| rest.split_once("\n\n")).map_or(said, |(_, rest)| rest);
    let ended = begun.rsplit_once("\n\n").filter(|(_, last)| last.starts_with(BEHIND)).map_or(begun, |(rest, _)| rest);
    Ok(Item::Problem(Problem {
        id: format!("dapo/{}", extra_info.index),
        source: "math_dapo".to_owned(),
        statement: ended.trim().to_owned(),
        answer: Some(reward_model.ground_truth),
        ..Problem::default()
    }))
}

/// A record of MATH-500.
pub(super) fn parse_math(record: &[u8]) -> Result<Item, serde_json::Error> {
    let math: Math = serde_json::from_slice(record)?;
    Ok(Item::Problem(Problem {
        id: math.unique_id,
        source: "math500".to_owned(),
        statement: math.problem,
        solution: Some(math.solution),
        difficulty: Some(math.level),
        tags: Some(vec![math.subject]),
        answer: Some(math.answer),
        ..Problem::default()
    }))
}
