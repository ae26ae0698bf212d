//! What an answer has where: its reasoning, its program, and whether it is built as asked.

use std::sync::LazyLock;

use regex::Regex;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::verify::{self, Extract};

/// Where an answer has its reasoning and its program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// Reasoning between `<think>` tags and then a program between `<answer>` tags, in a block of code or by itself: each
    /// tag once, and nothing beside them.
    #[default]
    Tags,
    /// Reasoning, and then a program in the last block of code.
    LastBlock,
    /// A program alone.
    Whole,
}

/// An answer, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Read {
    /// Whether it is built as asked.
    pub(super) formatted: bool,
    /// What may be judged; nothing where there is no telling where reasoning ends.
    pub(super) reasoning: Option<String>,
    /// What is run.
    pub(super) program: Option<String>,
}

static BUILT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?s)^\s*<think>(?<reasoning>.*)</think>\s*<answer>(?<answer>.*)</answer>\s*$").expect("it is a regex")
});
const TAGS: [&str; 4] = ["<think>", "</think>", "<answer>", "</answer>"];

impl Reading {
    pub(super) fn read(self, answer: &str) -> Read {
        match self {
            Self::Tags => tagged(answer),
            Self::LastBlock => {
                let reasoning = answer.rfind("```").and_then(|end| answer[..end].rfind("```"));
                let program = Extract::LastBlock.from(answer);
                let reasoning = reasoning.filter(|_| program.is_some()).map(|end| answer[..end].trim().to_owned());
                Read { formatted: program.is_some(), reasoning, program }
            }
            Self::Whole => Read { formatted: true, reasoning: None, program: Some(answer.to_owned()) },
        }
    }
}

/// What is right of an answer that is not built as asked still counts: the formats are rewarded by themselves.
fn tagged(answer: &str) -> Read {
    let once = TAGS.iter().all(|tag| answer.matches(tag).count() == 1);
    let formatted = once && BUILT.is_match(answer);
    let (before, _) = answer.split_once("</think>").unwrap_or_default();
    let reasoning = answer.contains("</think>").then(|| before.trim().trim_start_matches("<think>").trim().to_owned());
    Read { formatted, reasoning, program: verify::tagged(answer, "answer") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(answer: &str) -> (bool, Option<String>, Option<String>) {
        let Read { formatted, reasoning, program } = Reading::Tags.read(answer);
        (formatted, reasoning, program)
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn tags_are_read_and_held_to_the_format() {
        let whole = "<think>\nadd them\n</think>\n<answer>\n```python\ndef f(): pass\n```\n</answer>\n";
        assert_eq!(read(whole), (true, some("add them"), some("def f(): pass\n")));
        assert_eq!(read("<think>a</think><answer>x = 1</answer>"), (true, some("a"), some("x = 1")));
        // Unformatted, and right all the same.
        assert_eq!(read("so <think>a</think><answer>x = 1</answer>"), (false, some("so <think>a"), some("x = 1")));
        assert_eq!(read("<think>a</think><answer>x</answer><answer>y</answer>"), (false, some("a"), some("y")));
        assert_eq!(read("<think>a</think><answer>x = 1"), (false, some("a"), some("x = 1")));
        assert_eq!(read("<think>never ends"), (false, None, None));
        assert_eq!(read("<think>a</think><answer>```python\nx = 1"), (false, some("a"), None));
        assert_eq!(read(""), (false, None, None));
    }

    #[test]
    fn a_block_stands_behind_its_reasoning() {
        let Read { formatted, reasoning, program } = Reading::LastBlock.read("Add.\n```python\nx = 1\n```\n");
        assert_eq!((formatted, reasoning.as_deref(), program.as_deref()), (true, Some("Add."), Some("x = 1\n")));
        assert_eq!(Reading::LastBlock.read("x = 1"), Read::default());
    }
}
