//! What is asked of a pipeline.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Pipeline, Running};
use crate::capacity::Capacity;

/// `check`.
#[derive(Debug, Args)]
pub struct Check {
    /// The pipeline
    #[command(flatten)]
    pub pipeline: Pipeline,
    /// Print diagnostics as JSON
    #[arg(long)]
    pub json: bool,
}

/// `plan`.
#[derive(Debug, Args)]
pub struct PlanArguments {
    /// The pipeline
    #[command(flatten)]
    pub pipeline: Pipeline,
    /// Only what these nodes need
    pub nodes: Vec<String>,
    /// What a machine to plan for has of a resource, such as cuda:0=80GiB, where it is not this one
    #[arg(long, value_name = "NAME=AMOUNT")]
    pub capacity: Vec<Capacity>,
    /// Print the plan as JSON
    #[arg(long)]
    pub json: bool,
}

/// `run`.
#[derive(Debug, Args)]
pub struct Run {
    /// The pipeline
    #[command(flatten)]
    pub pipeline: Pipeline,
    /// Only what these nodes need
    pub nodes: Vec<String>,
    /// How it is run
    #[command(flatten)]
    pub running: Running,
}

/// A node of a pipeline.
#[derive(Debug, Args)]
pub struct Node {
    /// The pipeline
    #[command(flatten)]
    pub pipeline: Pipeline,
    /// The node
    pub node: String,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `show`.
#[derive(Debug, Args)]
pub struct Show {
    /// The pipeline
    #[command(flatten)]
    pub pipeline: Pipeline,
    /// The node, or node.output
    pub node: String,
    /// How many rows, or trees
    #[arg(long, default_value_t = 5, value_name = "N")]
    pub rows: u64,
    /// Print one JSON object a row
    #[arg(long)]
    pub json: bool,
}

/// `report`.
#[derive(Debug, Args)]
pub struct Report {
    /// A manifest, whose last run is meant; a cache, and the last run in it; a run's id or folder; or the page of one
    #[arg(default_value = ".millrace")]
    pub run: PathBuf,
    /// The cache [default: .millrace beside the manifest]
    #[arg(long, value_name = "FOLDER")]
    pub cache: Option<PathBuf>,
    /// Where to write the page [default: reports in the cache]
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Open the page in the browser
    #[arg(long)]
    pub open: bool,
    /// Print the same facts as JSON, and write no page
    #[arg(long, conflicts_with_all = ["open", "output"])]
    pub json: bool,
}

/// `trace`.
#[derive(Debug, Args)]
pub struct Trace {
    /// The pipeline
    #[command(flatten)]
    pub pipeline: Pipeline,
    /// The row's id, or a beginning of it that no other row has
    pub row: String,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `graph`.
#[derive(Debug, Args)]
pub struct GraphArguments {
    /// The pipeline
    #[command(flatten)]
    pub pipeline: Pipeline,
    /// How it is drawn
    #[arg(long, value_enum, default_value_t = GraphFormat::Text)]
    pub format: GraphFormat,
}

/// How a graph is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum GraphFormat {
    /// Lines for a terminal
    Text,
    /// Graphviz
    Dot,
    /// Mermaid, as Markdown viewers draw it
    Mermaid,
}

/// `ablate`.
#[derive(Debug, Args)]
pub struct Ablate {
    /// The pipeline
    #[command(flatten)]
    pub pipeline: Pipeline,
    /// Only these ablations
    pub names: Vec<String>,
    /// How it is run
    #[command(flatten)]
    pub running: Running,
    /// Print the table as JSON
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,
    /// Print the table as CSV
    #[arg(long)]
    pub csv: bool,
}
