//! The frames of the conversation with the guest: JSON both ways. `guest/guest.py` is the other end.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::job::{Call, Harness, Job, Measure, TraceOptions};
use crate::limits::Limits;
use crate::outcome::Ending;

/// What the guest is asked to do next.
#[derive(Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub(super) enum Step<'a> {
    /// Run the program as a script.
    Script(Program<'a>),
    /// Run it so that its functions can be called afterwards.
    Load(Program<'a>),
    /// Call a function of the loaded program.
    Call(&'a Call),
    /// Run a test script in the namespace of the loaded program.
    Test { source: &'a str },
    /// Run it as a script and note what every line does.
    Trace {
        #[serde(flatten)]
        program: Program<'a>,
        trace: &'a TraceOptions,
    },
    /// Call a function of the loaded program and note what every line does.
    TraceCall {
        #[serde(flatten)]
        call: &'a Call,
        trace: &'a TraceOptions,
    },
    /// Run a test script in the namespace of the loaded program and note what every line of the program does.
    TraceTest { source: &'a str, trace: &'a TraceOptions },
    /// Count what it is made of.
    Metrics { source: &'a str },
}

/// A program and its surroundings.
#[derive(Serialize, Clone, Copy)]
pub(super) struct Program<'a> {
    source: &'a str,
    arguments: &'a [String],
    seed: u64,
    recursion: u32,
    measure: Measure,
    harness: Harness,
}

/// What the guest answers.
#[derive(Debug, Deserialize)]
pub(super) struct Answer {
    pub(super) ending: Ending,
    #[serde(default)]
    pub(super) value: Option<Value>,
    #[serde(default)]
    pub(super) report: Option<Value>,
    #[serde(default)]
    pub(super) heap: Option<u64>,
}

impl Answer {
    /// What stands for the answer of a guest that did not live to give one.
    pub(super) fn none(ending: Ending) -> Self {
        Self { ending, value: None, report: None, heap: None }
    }
}

/// How deep an answer nests at most. The guest gives values 100 deep, each in up to three lists and objects of JSON.
const DEPTH: usize = 512;

impl Answer {
    /// Reads what the guest answered. The reader recurses, and a program may have damaged who wrote the bytes, so how
    /// deep they nest is looked at first.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        if nesting(bytes) > DEPTH {
            return Err(format!("it nests more than {DEPTH} deep"));
        }
        let mut reader = serde_json::Deserializer::from_slice(bytes);
        reader.disable_recursion_limit();
        let answer = Self::deserialize(&mut reader).and_then(|answer| reader.end().map(|()| answer));
        answer.map_err(|error| error.to_string())
    }
}

/// How deep the lists and objects of a JSON text nest.
fn nesting(text: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            b'"' => skip_string(&mut bytes),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// Goes on behind the closing quote.
fn skip_string(bytes: &mut std::slice::Iter<'_, u8>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return,
            b'\\' => drop(bytes.next()),
            _ => {}
        }
    }
}

impl<'a> Program<'a> {
    pub(super) fn of(job: &'a Job, limits: &Limits) -> Self {
        Self {
            source: &job.source,
            arguments: &job.arguments,
            seed: job.seed,
            recursion: limits.recursion,
            measure: job.measure,
            harness: job.harness,
        }
    }
}

impl Step<'_> {
    pub(super) fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("strings, numbers and JSON values always have a text")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_within_strings_do_not_nest() {
        for (text, depth) in [("1", 0), ("[]", 1), (r#"{"a": [[], "[{"], "\\": "\"["}"#, 3), (r#"["[[", "\\", []]"#, 2)]
        {
            assert_eq!(nesting(text.as_bytes()), depth, "{text}");
        }
    }

    #[test]
    fn an_answer_may_nest_but_not_without_end() {
        let text =
            |depth: usize| format!(r#"{{"ending": "finished", "value": {}{}}}"#, "[".repeat(depth), "]".repeat(depth));
        assert!(Answer::read(text(500).as_bytes()).is_ok());
        assert_eq!(Answer::read(text(100_000).as_bytes()).err().as_deref(), Some("it nests more than 512 deep"));
        assert!(Answer::read(b"{} {}").is_err());
    }
}
