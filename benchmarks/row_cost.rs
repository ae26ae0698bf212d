//! What the engine itself costs: rows of some size through row operators that do nothing, all of them journaled,
//! remembered and stored as Parquet.
//!
//! `cargo run --release -p millrace-engine --example row_cost [rows] [bytes a row] [operators]`

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;
use std::time::Instant;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use millrace_engine::cache::Cache;
use millrace_engine::diagnostic::{Sources, Span};
use millrace_engine::graph::{EdgeFrom, Graph, Node, RunSettings};
use millrace_engine::operator::{
    Context, ExternalFiles, Fault, Inputs, Operator, Outputs, Registration, RowOperator, RowWorker, TableOperator,
};
use millrace_engine::plan::plan;
use millrace_engine::port::{InputPort, OutputPort, OutputType, PortType};
use millrace_engine::row::{Emit, Row};
use millrace_engine::run::{RunOptions, RunSummary, run};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let argument = |place, otherwise| std::env::args().nth(place).map_or(Ok(otherwise), |text| text.parse());
    let (rows, bytes, operators): (usize, usize, usize) = (argument(1, 1_000_000)?, argument(2, 500)?, argument(3, 5)?);
    let folder = tempfile::tempdir()?;
    let cache = Cache::open(folder.path())?;
    let mut graph = graph(rows, bytes)?;
    make(&graph, &cache)?;
    for number in 1..=operators {
        push(&mut graph, &NOTHING, &json!({"number": number}))?;
    }
    let (started, before) = (Instant::now(), processor_seconds()?);
    make(&graph, &cache)?;
    let (wall, busy) = (started.elapsed().as_secs_f64(), processor_seconds()? - before);
    let each = 1e6 / (rows * operators) as f64;
    println!("{rows} rows of {bytes} bytes through {operators} row operators: {wall:.2} s, {busy:.2} s of processors");
    println!("{:.2} us a row and operator, {:.2} us of processors", wall * each, busy * each);
    println!("most memory resident: {}", peak()?);
    Ok(())
}

fn make(graph: &Graph, cache: &Cache) -> Result<RunSummary, Box<dyn Error>> {
    Ok(run(&plan(&[("base", graph)], cache, None)?, cache, RunOptions::default())?)
}

fn graph(rows: usize, bytes: usize) -> Result<Graph, Box<dyn Error>> {
    let mut graph = Graph {
        name: "row-cost".to_owned(),
        nodes: Vec::new(),
        aliases: BTreeMap::new(),
        files: ExternalFiles::new("."),
        metrics: Vec::new(),
    };
    push(&mut graph, &TEXTS, &json!({"rows": rows, "bytes": bytes}))?;
    Ok(graph)
}

/// Appends a node that reads the one before it.
fn push(graph: &mut Graph, registration: &'static Registration, with: &Value) -> Result<(), Box<dyn Error>> {
    let parent = graph.nodes.len().checked_sub(1).map(|node| EdgeFrom { node, output: "rows".to_owned() });
    let source = Sources::default().add("row-cost", "");
    graph.nodes.push(Node {
        name: format!("node-{}", graph.nodes.len()),
        registration,
        configured: (registration.configure)(serde_yaml::to_value(with)?)?,
        inputs: parent.map(|edge| ("rows".to_owned(), edge)).into_iter().collect(),
        outputs: BTreeMap::from([("rows".to_owned(), Some(PortType::Columns(columns())))]),
        run: RunSettings::default(),
        seed: 0,
        place: Span { source, start: 0, end: 0 },
    });
    Ok(())
}

fn columns() -> SchemaRef {
    let text = |name| Field::new(name, DataType::Utf8, false);
    let number = Field::new("number", DataType::Int64, false);
    Arc::new(Schema::new(vec![text("id"), text("problem"), text("solution"), number]))
}

/// Gives rows of about so many bytes, of words and numbers.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Texts {
    rows: usize,
    bytes: usize,
}

static TEXTS: Registration = Registration::table::<Texts>();

impl Operator for Texts {
    const NAME: &'static str = "benchmark.texts";
    const VERSION: u32 = 1;

    fn inputs() -> Vec<InputPort> {
        Vec::new()
    }

    fn outputs() -> Vec<OutputPort> {
        vec![OutputPort::new("rows", "texts", OutputType::Is(PortType::Columns(columns())))]
    }
}

impl TableOperator for Texts {
    fn run(&self, _: &Inputs, _: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let mut state = 7;
        for from in (0..self.rows).step_by(4096) {
            let range = from..self.rows.min(from + 4096);
            let ids: StringArray = range.clone().map(|row| Some(format!("{row:032x}"))).collect();
            let mut texts = |bytes| range.clone().map(|_| Some(text(&mut state, bytes))).collect::<StringArray>();
            let (problems, solutions) = (texts(self.bytes * 3 / 5), texts((self.bytes * 2 / 5).saturating_sub(40)));
            let numbers: Int64Array = range.clone().map(|row| i64::try_from(row).ok()).collect();
            let arrays: Vec<ArrayRef> = vec![Arc::new(ids), Arc::new(problems), Arc::new(solutions), Arc::new(numbers)];
            outputs.write("rows", &RecordBatch::try_new(columns(), arrays)?)?;
        }
        Ok(())
    }
}

/// At least so many bytes of words, with a number after every other.
fn text(state: &mut u64, bytes: usize) -> String {
    const WORDS: [&str; 16] = [
        "return", "the", "array", "of", "integers", "such", "that", "sum", "is", "maximal", "solve", "for", "in",
        "range", "print", "given",
    ];
    let mut text = String::with_capacity(bytes + 16);
    while text.len() < bytes {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        text.push_str(WORDS[(*state >> 60) as usize]);
        text.push(' ');
        if *state >> 40 & 1 == 1 {
            text.push_str(&(*state >> 48).to_string());
            text.push(' ');
        }
    }
    text
}

/// Keeps every row as it is.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Nothing {
    number: usize,
}

static NOTHING: Registration = Registration::row::<Nothing>();

impl Operator for Nothing {
    const NAME: &'static str = "benchmark.nothing";
    const VERSION: u32 = 1;

    fn inputs() -> Vec<InputPort> {
        vec![InputPort::one("rows", "texts", PortType::any_rows())]
    }

    fn outputs() -> Vec<OutputPort> {
        vec![OutputPort::new("rows", "the same texts", OutputType::Same("rows"))]
    }
}

impl RowOperator for Nothing {
    const ROWS: &'static str = "rows";
    type Worker = Idle;

    fn open(&self, _: &Inputs, _: &Context) -> Result<Idle, Fault> {
        Ok(Idle)
    }
}

struct Idle;

#[async_trait]
impl RowWorker for Idle {
    async fn run(&self, _: &Row, _: &Context, emit: &mut Emit<'_>) -> Result<(), Fault> {
        emit.keep("rows");
        Ok(())
    }
}

/// Seconds that this process kept processors busy, as Linux counts them in hundredths.
fn processor_seconds() -> Result<f64, Box<dyn Error>> {
    let text = std::fs::read_to_string("/proc/self/stat")?;
    let after_name = text.rsplit(')').next().unwrap_or_default();
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let (user, system): (f64, f64) = (fields[11].parse()?, fields[12].parse()?);
    Ok((user + system) / 100.0)
}

fn peak() -> Result<String, Box<dyn Error>> {
    let text = std::fs::read_to_string("/proc/self/status")?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    Ok(line.unwrap_or("unknown").trim().to_owned())
}
