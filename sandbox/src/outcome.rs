//! What came of a job. Owns every way in which a program can end; knows nothing of how a verdict is made of it.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What came of one job. Nothing that a program does is an error of the host: it is one of these.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// How the program ended: as a script, or while it was loaded for calls or tests.
    pub ending: Ending,
    /// One reply for each call or test, in their order; none where the program could not be loaded.
    pub replies: Vec<Reply>,
    /// What a trace or the metrics found; nothing where the interpreter did not survive to tell. README.md says what
    /// stands in it.
    pub report: Option<Value>,
    /// What was written to standard output.
    pub stdout: Captured,
    /// What was written to standard error.
    pub stderr: Captured,
    /// What the job used.
    pub usage: Usage,
}

/// What came of one call or test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// How it ended; a test passed if it [`Finished`](Ending::Finished) and in no other case.
    pub ending: Ending,
    /// What a call gave back. JSON's own types stand for themselves, integers of more than 64 bits and everything else
    /// as a tagged object: `{"$tuple": [..]}`, `{"$set": [..]}`, `{"$frozenset": [..]}`, `{"$dict": [[key, value],
    /// ..]}` (keys that are not strings, or that start with `$`), `{"$int": "0x.."}`, `{"$float": "nan"}`,
    /// `{"$complex": [re, im]}`, `{"$bytes": "hex"}`, and `{"$object": {"type": .., "repr": ..}}` for what has no
    /// notation.
    pub value: Option<Value>,
    /// What this step used.
    pub usage: Usage,
}

/// How a program, a call or a test ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// It ran to its end.
    Finished,
    /// It ended the process before: `sys.exit`, `exit()`, `os._exit`, `raise SystemExit`.
    Exited {
        /// The exit status, as a shell would see it.
        status: i32,
    },
    /// An exception that nothing caught.
    Raised(Exception),
    /// It used all that it may.
    Limited(Limit),
    /// It needs a module that exists, but not here.
    Unsupported {
        /// The module's name, such as `numpy`.
        module: String,
    },
    /// The interpreter itself broke down: `os.abort()`, or damage that the program did to it.
    Crashed {
        /// What the interpreter or the machine said last.
        reason: String,
    },
}

/// An exception that nothing caught.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// The type's name, such as `ZeroDivisionError`.
    pub kind: String,
    /// `str(exception)`, cut at 2,000 characters.
    pub message: String,
    /// The file of the innermost line that the job brought along: `main.py`, or `tests.py` for a test script.
    pub file: Option<String>,
    /// That line, counted from one.
    pub line: Option<u32>,
    /// What was under way.
    pub stage: Stage,
}

/// What was under way when an exception was raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The program, or a test script, was compiled.
    Compile,
    /// The program ran.
    Program,
    /// A function was looked up and called.
    Call,
    /// A test script ran.
    Test,
}

/// Which limit was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// CPU time, sleeping included.
    Time,
    /// Fuel.
    Fuel,
    /// Memory.
    Memory,
    /// Bytes on standard output.
    Output,
    /// Nesting inside the interpreter's own code, where it could not raise `RecursionError` any more.
    Recursion,
}

/// What a program wrote to one of its streams.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Captured {
    /// The bytes, up to the limit.
    pub bytes: Vec<u8>,
    /// Whether there was more.
    pub cut: bool,
}

/// What a job or one of its steps used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// CPU time of the thread.
    pub cpu: Duration,
    /// Wall time.
    pub wall: Duration,
    /// Virtual time that the program slept, charged to its time limit.
    pub slept: Duration,
    /// Fuel; nothing in a sandbox that does not meter it.
    pub fuel: Option<u64>,
    /// The interpreter's memory at the end, which is its largest, in bytes. No run shows less than the interpreter's
    /// own.
    pub memory: u64,
    /// The bytes that the program's objects took at most, where the job measures them: in a script from its first line
    /// on, in a call or test with what the program held before. Nothing where the interpreter did not survive to tell.
    pub heap: Option<u64>,
}

impl Outcome {
    /// Whether a script ended as a successful process does.
    pub fn succeeded(&self) -> bool {
        matches!(self.ending, Ending::Finished | Ending::Exited { status: 0 })
    }
}

impl Usage {
    /// What was used between `before` and this.
    pub(crate) fn since(&self, before: &Self) -> Self {
        Self {
            cpu: self.cpu.saturating_sub(before.cpu),
            wall: self.wall.saturating_sub(before.wall),
            slept: self.slept.saturating_sub(before.slept),
            fuel: self.fuel.map(|fuel| fuel - before.fuel.unwrap_or_default()),
            memory: self.memory,
            heap: self.heap,
        }
    }
}

impl Captured {
    /// The text, with what is not UTF-8 replaced.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.bytes)
    }
}
