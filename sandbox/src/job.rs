//! What is asked of the interpreter. Owns the jobs and their steps; knows nothing of the frames that carry them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One program and what to do with it, in one pristine interpreter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// The program's text: the file `main.py`.
    pub source: String,
    /// `sys.argv` after the program's own name.
    #[serde(default)]
    pub arguments: Vec<String>,
    /// What the program reads from its standard input.
    #[serde(default)]
    pub stdin: Vec<u8>,
    /// Where random numbers start: `random`, `os.urandom`, `uuid`, `secrets`.
    #[serde(default)]
    pub seed: u64,
    /// What to do with the program.
    pub task: Task,
    /// What a call or test that fails means for those after it.
    #[serde(default)]
    pub after_failure: AfterFailure,
    /// What the job is to show of what it uses.
    #[serde(default)]
    pub measure: Measure,
    /// Whose rules the program runs by.
    #[serde(default)]
    pub harness: Harness,
}

/// Whose rules a program runs by. Means nothing for metrics.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Harness {
    /// Python's own.
    #[default]
    Plain,
    /// Those of LiveCodeBench's harness: README.md says what they are.
    LiveCodeBench,
}

/// What a job is to show of what it uses. Means nothing for a trace or metrics.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// What running takes.
    #[default]
    Run,
    /// The memory of the program's objects, as [`Usage::heap`](crate::Usage::heap). What allocates is up to five times
    /// as slow.
    Heap,
    /// What asking takes: everything is done but the call, the test script's lines, or the script's. A program that is
    /// loaded runs all the same.
    Overhead,
}

/// What a call or test that does not run to its end means for those after it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterFailure {
    /// They run all the same. Where the interpreter did not survive the failure, the program is loaded again for them.
    #[default]
    Continue,
    /// They do not run, and have no reply.
    Stop,
}

/// What a job does with its program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Run it as a script.
    Script,
    /// Load it once, then call its functions one after another.
    Calls(Vec<Call>),
    /// Load it once, then run each of these test scripts among its names. What a script does to the names is undone
    /// after it.
    Tests(Vec<String>),
    /// Run one thing and note what every line of the program does in it.
    Trace(Trace),
    /// Read it without running it: the counts that static scores are made of.
    Metrics,
}

/// One call of a program's function.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// The function's name, or an expression such as `Solution().twoSum`.
    pub function: String,
    /// Its arguments, in the notation of [`Reply::value`](crate::Reply::value).
    pub arguments: Vec<Value>,
}

/// What of a program is traced, and how much of it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    /// What is run.
    pub of: Traced,
    /// Bounds on what is kept.
    #[serde(default)]
    pub options: TraceOptions,
}

/// What is run to be traced.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Traced {
    /// The program, as a script.
    Script,
    /// One call, once the program is loaded. What makes the object that a method belongs to is not traced.
    Call(Call),
    /// A test script, once the program is loaded. Of the script itself nothing is noted.
    Test(String),
}

/// Bounds on what a trace keeps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TraceOptions {
    /// Events at most; after that the program runs on untraced and the trace says that it was cut.
    pub events: usize,
    /// Characters of a variable's `repr` at most.
    pub characters: usize,
    /// Whether the variables that a line changed are noted, which costs several times as much as lines alone.
    pub variables: bool,
}

impl Default for TraceOptions {
    fn default() -> Self {
        Self { events: 10_000, characters: 80, variables: true }
    }
}

impl Job {
    /// A script with its standard input.
    pub fn script(source: impl Into<String>, stdin: impl Into<Vec<u8>>) -> Self {
        Self { stdin: stdin.into(), ..Self::new(source, Task::Script) }
    }

    /// A program and calls of its functions.
    pub fn calls(source: impl Into<String>, calls: Vec<Call>) -> Self {
        Self::new(source, Task::Calls(calls))
    }

    /// A program and the test scripts that judge it.
    pub fn tests(source: impl Into<String>, tests: Vec<String>) -> Self {
        Self::new(source, Task::Tests(tests))
    }

    /// A program without arguments or input, and what to do with it.
    pub fn new(source: impl Into<String>, task: Task) -> Self {
        let source = source.into();
        Self {
            source,
            arguments: Vec::new(),
            stdin: Vec::new(),
            seed: 0,
            task,
            after_failure: AfterFailure::default(),
            measure: Measure::default(),
            harness: Harness::default(),
        }
    }
}
