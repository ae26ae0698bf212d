//! Operators that take their time, and tell a file of every call.

use std::fs::{File, OpenOptions};
use std::future::Future;
use std::io::Write;
use std::path::Path;
use std::pin::Pin;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, LazyLock, Mutex};
use std::task::{Poll, Waker};
use std::time::Duration;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use async_trait::async_trait;
use engine::operator::{
    Context, Fault, FileParameter, Inputs, Operator, Outputs, Progress, RowOperator, RowWorker, StepOperator,
    StepWorker, TableOperator,
};
use engine::port::{InputPort, OutputPort, OutputType, PortType};
use engine::row::{Cell, Emit, Row};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::fixtures::columns;

/// The file that gets a line for every call.
pub(super) const CALLS: &str = "MILLRACE_FAULTS_CALLS";

/// How many rows of [`Slow`] are under way at once.
pub(super) const CONCURRENCY: usize = 8;

/// Whether a row of [`Slow`] has no result.
pub(super) fn fails(number: i64) -> bool {
    number % 17 == 5
}

/// Notes a call, in one write, so that it is there whatever happens to the process next.
fn note(node: &str, what: &str) {
    static FILE: LazyLock<Option<File>> = LazyLock::new(|| {
        let path = std::env::var_os(CALLS)?;
        Some(OpenOptions::new().append(true).create(true).open(path).unwrap())
    });
    if let Some(mut file) = FILE.as_ref() {
        file.write_all(format!("{node} {what}\n").as_bytes()).unwrap();
    }
}

/// Waits a millisecond or a few for every row.
///
/// # What it does
/// Changes the text, and fails some rows.
///
/// # Why
/// Rows are under way when the process is killed.
///
/// # Example
/// ```yaml
/// slow: {op: test.slow, inputs: rows, with: {name: first}}
/// ```
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Slow {
    /// What the calls are noted under.
    name: String,
}

impl Operator for Slow {
    const NAME: &'static str = "test.slow";
    const VERSION: u32 = 1;

    fn inputs() -> Vec<InputPort> {
        vec![InputPort::one("rows", "What to work on.", columns(&["id", "text", "number:Int64"]))]
    }

    fn outputs() -> Vec<OutputPort> {
        vec![OutputPort::new("rows", "The rows with another text.", OutputType::Same("rows"))]
    }
}

impl RowOperator for Slow {
    const ROWS: &'static str = "rows";
    const PART_ROWS: usize = 100;
    const CONCURRENCY: usize = CONCURRENCY;
    type Worker = Slow;

    fn open(&self, _: &Inputs, _: &Context) -> Result<Slow, Fault> {
        Ok(Slow { name: self.name.clone() })
    }
}

#[async_trait]
impl RowWorker for Slow {
    async fn run(&self, row: &Row, _: &Context, emit: &mut Emit<'_>) -> Result<(), Fault> {
        note(&self.name, row.id());
        let number = row.integer("number").unwrap();
        for _ in 0..=number % 3 {
            Tick::default().await;
        }
        if fails(number) {
            return Err(Fault::row(format!("{number} is one of those")));
        }
        let text = format!("{} by {}", row.text("text").unwrap(), self.name);
        emit.keep_with("rows", [("text", Cell::from(text))]);
        Ok(())
    }
}

engine::operator!(row Slow);

/// Resolves about a millisecond after it is first polled.
#[derive(Default)]
struct Tick(Option<Arc<Mutex<Ticking>>>);

#[derive(Default)]
struct Ticking {
    over: bool,
    waker: Option<Waker>,
}

impl Future for Tick {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut std::task::Context<'_>) -> Poll<()> {
        static CLOCK: LazyLock<Sender<Arc<Mutex<Ticking>>>> = LazyLock::new(clock);
        let shared = self.0.get_or_insert_with(|| {
            let shared: Arc<Mutex<Ticking>> = Arc::default();
            CLOCK.send(shared.clone()).unwrap();
            shared
        });
        let mut ticking = shared.lock().unwrap();
        ticking.waker = Some(context.waker().clone());
        if ticking.over { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// A thread that ends, every millisecond, the ticks that began before.
fn clock() -> Sender<Arc<Mutex<Ticking>>> {
    let (sender, receiver) = channel::<Arc<Mutex<Ticking>>>();
    std::thread::spawn(move || {
        while let Ok(first) = receiver.recv() {
            std::thread::sleep(Duration::from_millis(1));
            for ticking in std::iter::once(first).chain(receiver.try_iter()) {
                let mut ticking = ticking.lock().unwrap();
                ticking.over = true;
                if let Some(waker) = ticking.waker.take() {
                    waker.wake();
                }
            }
        }
    });
    sender
}

/// Sums squares, a step each.
///
/// # What it does
/// Gives a row a step, and the sum as an artifact.
///
/// # Why
/// It has a state to lose when the process is killed.
///
/// # Example
/// ```yaml
/// steps: {op: test.steps, with: {steps: 60}}
/// ```
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Steps {
    /// How many.
    steps: u64,
}

impl Operator for Steps {
    const NAME: &'static str = "test.steps";
    const VERSION: u32 = 1;

    fn inputs() -> Vec<InputPort> {
        Vec::new()
    }

    fn outputs() -> Vec<OutputPort> {
        vec![
            OutputPort::new("metrics", "A row a step.", OutputType::Is(columns(&["step:Int64", "sum:Int64"]))),
            OutputPort::new("checkpoint", "The sum.", OutputType::Is(PortType::artifact("Checkpoint"))),
        ]
    }
}

impl StepOperator for Steps {
    type Worker = Sum;

    fn start(&self, _: &Inputs, _: &Context) -> Result<Sum, Fault> {
        Ok(Sum { steps: self.steps, step: 0, sum: 0 })
    }

    fn steps(&self) -> Option<u64> {
        Some(self.steps)
    }
}

struct Sum {
    steps: u64,
    step: u64,
    sum: u64,
}

impl StepWorker for Sum {
    fn step(&mut self, _: &Context, emit: &mut Emit<'_>) -> Result<Progress, Fault> {
        note("steps", &self.step.to_string());
        std::thread::sleep(Duration::from_millis(1));
        self.step += 1;
        self.sum += self.step * self.step;
        let cell = |number: u64| Cell::Integer(i64::try_from(number).unwrap());
        emit.push_row("metrics", vec![("step".into(), cell(self.step)), ("sum".into(), cell(self.sum))]);
        Ok(if self.step == self.steps { Progress::Done } else { Progress::More })
    }

    fn save(&self, folder: &Path) -> Result<(), Fault> {
        Ok(std::fs::write(folder.join("state"), format!("{} {}", self.step, self.sum))?)
    }

    fn restore(&mut self, folder: &Path) -> Result<(), Fault> {
        let text = std::fs::read_to_string(folder.join("state"))?;
        let (step, sum) = text.split_once(' ').unwrap();
        (self.step, self.sum) = (step.parse().unwrap(), sum.parse().unwrap());
        Ok(())
    }

    fn finish(self: Box<Self>, _: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        Ok(std::fs::write(outputs.artifact("checkpoint")?.join("sum"), self.sum.to_string())?)
    }
}

engine::operator!(step Steps);

/// Reads lines, and has the file changed meanwhile.
///
/// # What it does
/// Gives a row a line, then appends a line to the file, as someone else might.
///
/// # Why
/// What was read is then not what the file says.
///
/// # Example
/// ```yaml
/// moving: {op: test.moving, with: {path: lines.txt}}
/// ```
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Moving {
    /// The file.
    path: String,
}

impl Operator for Moving {
    const NAME: &'static str = "test.moving";
    const VERSION: u32 = 1;

    fn inputs() -> Vec<InputPort> {
        Vec::new()
    }

    fn outputs() -> Vec<OutputPort> {
        vec![OutputPort::new("rows", "The lines.", OutputType::Is(columns(&["id"])))]
    }

    fn files(&self) -> Vec<FileParameter> {
        vec![FileParameter::required("path", self.path.clone())]
    }
}

impl TableOperator for Moving {
    fn run(&self, _: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let file = &context.files("path")?[0];
        let text = std::fs::read_to_string(file)?;
        let ids: ArrayRef = Arc::new(StringArray::from_iter_values(text.lines()));
        let schema = Arc::new(Schema::new(vec![Field::new("id", DataType::Utf8, false)]));
        outputs.write("rows", &RecordBatch::try_new(schema, vec![ids])?)?;
        Ok(std::fs::write(file, text + "one more\n")?)
    }
}

engine::operator!(table Moving);
