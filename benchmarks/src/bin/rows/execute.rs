//! One run of the pipeline, through the engine's public interface as the command line uses it, and what it cost.

use std::fmt::Write as _;
use std::io;
use std::path::Path;
use std::time::Instant;

use cpu_time::ProcessTime;
use engine::cache::Cache;
use engine::event::Outcome;
use engine::manifest::Selection;
use engine::pipeline::Pipeline;
use engine::plan::{Plan, plan};
use engine::run::{Made, RunOptions, TaskEnd, run};
use millrace_benchmarks::peak_mib;
use serde::Serialize;

/// What a run cost.
#[derive(Serialize)]
pub struct Cost {
    rows: u64,
    operators: u32,
    wall_seconds: f64,
    cpu_seconds: f64,
    wall_microseconds_per_row_per_operator: f64,
    cpu_microseconds_per_row_per_operator: f64,
    peak_resident_mib: f64,
    bytes_stored: u64,
    nodes: Vec<Node>,
}

/// What a node cost. Nodes run at the same time, so that their seconds add up to more than the run's.
#[derive(Serialize)]
struct Node {
    node: String,
    seconds: f64,
    calls: u64,
    bytes: u64,
}

/// Sends the file's rows through so many operators into the cache.
pub fn execute(file: &Path, operators: u32, cache: &Path) -> io::Result<Cost> {
    let (wall, cpu) = (Instant::now(), ProcessTime::now());
    let cache = Cache::open(cache).map_err(io::Error::other)?;
    let planned = planned(file, operators, &cache)?;
    let summary = run(&planned, &cache, RunOptions::default()).map_err(io::Error::other)?;
    if summary.outcome != Outcome::Complete {
        return Err(io::Error::other(format!("the run did not complete: {:?}", summary.tasks)));
    }
    let (wall_seconds, cpu_seconds) = (wall.elapsed().as_secs_f64(), cpu.elapsed().as_secs_f64());
    let nodes: Vec<_> = summary.tasks.into_iter().map(|task| (task.node, task.end)).collect();
    let made = nodes.iter().map(|(node, end)| made(node, end)).collect::<io::Result<Vec<_>>>()?;
    let rows = made.first().map_or(0, |source| source.rows.iter().map(|(_, rows)| rows).sum());
    let per_row = |seconds: f64| seconds * 1e6 / rows as f64 / f64::from(operators);
    Ok(Cost {
        rows,
        operators,
        wall_seconds,
        cpu_seconds,
        wall_microseconds_per_row_per_operator: per_row(wall_seconds),
        cpu_microseconds_per_row_per_operator: per_row(cpu_seconds),
        peak_resident_mib: peak_mib()?,
        bytes_stored: made.iter().map(|made| made.bytes).sum(),
        nodes: nodes.iter().zip(made).map(|((node, _), made)| Node::of(node, made)).collect(),
    })
}

impl Node {
    fn of(node: &str, made: &Made) -> Self {
        Self { node: node.to_owned(), seconds: made.seconds, calls: made.calls, bytes: made.bytes }
    }
}

fn planned(file: &Path, operators: u32, cache: &Cache) -> io::Result<Plan> {
    let text = manifest(file, operators)?;
    let mut pipeline = Pipeline::read("rows.yaml", text.as_bytes(), Path::new("."));
    let (checked, diagnostics) = pipeline.graph(&Selection::default());
    let (_, graph) = checked.ok_or_else(|| io::Error::other(format!("{diagnostics:?}")))?;
    plan(&[("base", &graph)], cache, None).map_err(io::Error::other)
}

fn manifest(file: &Path, operators: u32) -> io::Result<String> {
    let path = file.to_str().ok_or_else(|| io::Error::other("the file's name is not UTF-8"))?;
    let path = serde_json::to_string(path)?;
    let mut text = format!("name: rows\nnodes:\n  node_0: {{op: source.parquet, with: {{path: {path}}}}}\n");
    for round in 1..=operators {
        let previous = round - 1;
        writeln!(text, "  node_{round}: {{op: bench.nothing, inputs: node_{previous}, with: {{round: {round}}}}}")
            .map_err(io::Error::other)?;
    }
    Ok(text)
}

fn made<'end>(node: &str, end: &'end TaskEnd) -> io::Result<&'end Made> {
    match end {
        TaskEnd::Made(made) => Ok(made),
        _ => Err(io::Error::other(format!("`{node}` was not made; the cache must be empty"))),
    }
}
