//! The command line's grammar; its help texts are the reference.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use models::weights::Dtype;

use crate::capacity::Capacity;

/// A dataflow engine for training language models that reason about code.
///
/// One YAML file describes a pipeline as a graph of typed operators. millrace checks it, shows what would run and
/// why, runs it, and keeps every edge as Parquet so that nothing is computed twice.
#[derive(Debug, Parser)]
#[command(name = "millrace", version, propagate_version = true, after_long_help = crate::exit::HELP)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands, in the order of a day's work.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a first pipeline to start from
    Init(Init),
    /// Find every fault of a pipeline, without running anything
    Check(Check),
    /// Show what a run would do, and because of what
    Plan(PlanArguments),
    /// Run what is not cached
    Run(Run),
    /// Explain why a node is cached or not
    Why(Node),
    /// Print rows or metrics of a node
    Show(Show),
    /// Write the page that tells of a run, and say where it is
    Report(Report),
    /// Follow a row to its ancestors and descendants
    Trace(Trace),
    /// Draw the graph
    Graph(GraphArguments),
    /// Run every variant and seed, and compare their metrics in one table
    Ablate(Ablate),
    /// List the operators, or print one's manual page
    Operators(Operators),
    /// Look after the cache
    #[command(subcommand)]
    Cache(CacheCommand),
    /// Look after the sandbox that runs Python
    #[command(subcommand)]
    Sandbox(SandboxCommand),
    /// Serve a checkpoint over the interface that OpenAI's clients speak
    Serve(Serve),
    /// Write the JSON Schemas that editors complete manifests with
    Schemas(Schemas),
    /// Print a completion script for a shell
    Completions(Completions),
}

/// A pipeline, and what is changed in it for this call.
#[derive(Clone, Debug, Args)]
pub struct Pipeline {
    /// The manifest
    pub file: PathBuf,
    /// Apply a preset of the manifest; may be given several times
    #[arg(long, value_name = "NAME")]
    pub preset: Vec<String>,
    /// Change one value: `--set policy.with.steps=40`, the value in YAML
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub sets: Vec<String>,
    /// Where outputs are kept [default: .millrace beside the manifest]
    #[arg(long, value_name = "FOLDER")]
    pub cache: Option<PathBuf>,
    /// Compute the digests of external files again, though size and times have not changed
    #[arg(long)]
    pub rehash: bool,
}

/// `serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// The checkpoint's folder
    pub checkpoint: PathBuf,
    /// Where to listen; port 0 takes any that is free
    #[arg(long, default_value = "127.0.0.1:8000")]
    pub address: String,
    /// What clients call the model [default: the folder's name]
    #[arg(long)]
    pub name: Option<String>,
    /// What the weights are computed in
    #[arg(long, default_value = "f32", value_parser = PossibleValuesParser::new(["f32", "bf16", "f16"]).try_map(|name| name.parse::<Dtype>()))]
    pub dtype: Dtype,
    /// Where the model runs: cpu, or cuda:0 for the first card
    #[arg(long, default_value = "cpu")]
    pub device: String,
    /// How many GiB keys and values may take
    #[arg(long, default_value_t = 2.0, value_name = "GIB")]
    pub cache_gib: f64,
}

/// `init`.
#[derive(Debug, Args)]
pub struct Init {
    /// The pipeline's name; NAME.yaml and its first data are written to this folder
    pub name: String,
}

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

/// How a run goes on, none of which changes a result.
#[derive(Debug, Args)]
pub struct Running {
    /// How progress is shown
    #[arg(long, value_enum, default_value_t = Log::Auto)]
    pub log: Log,
    /// What the machine has of a resource, such as cuda:0=80GiB; `memory` and `threads` are found out
    #[arg(long, value_name = "NAME=AMOUNT")]
    pub capacity: Vec<Capacity>,
}

/// How a run is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Log {
    /// Live on a terminal, lines elsewhere
    Auto,
    /// One line an event
    Plain,
    /// One JSON object an event, on standard output
    Json,
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

/// `operators`.
#[derive(Debug, Args)]
pub struct Operators {
    /// The operator whose manual page is printed
    pub name: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `cache`.
#[derive(Debug, Subcommand)]
pub enum CacheCommand {
    /// Show what takes how much room
    Du(CacheFolder),
    /// Remove what none of these pipelines reaches
    Gc(Collect),
    /// Compute every digest again and name what is damaged
    Verify(CacheFolder),
    /// Register existing Parquet files, or an artifact's folder, as a node's output
    Adopt(Adopt),
}

/// A cache.
#[derive(Debug, Args)]
pub struct CacheFolder {
    /// The cache, or a manifest whose cache is meant
    #[arg(default_value = ".millrace")]
    pub place: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `cache gc`.
#[derive(Debug, Args)]
pub struct Collect {
    /// Manifests whose outputs are kept: with every preset, ablation and seed
    #[arg(required = true)]
    pub keep: Vec<PathBuf>,
    /// The cache [default: .millrace beside the first manifest]
    #[arg(long, value_name = "FOLDER")]
    pub cache: Option<PathBuf>,
    /// Only say what would be removed
    #[arg(long)]
    pub dry_run: bool,
}

/// `cache adopt`.
#[derive(Debug, Args)]
pub struct Adopt {
    /// The pipeline
    #[command(flatten)]
    pub pipeline: Pipeline,
    /// The node
    pub node: String,
    /// Parquet files in order, or the folder of an artifact; `OUTPUT=PATH` where the node has several outputs, of which
    /// those that may be empty can be left out
    #[arg(required = true, value_name = "[OUTPUT=]PATH")]
    pub files: Vec<PathBuf>,
}

/// `sandbox`.
#[derive(Debug, Subcommand)]
pub enum SandboxCommand {
    /// Make the interpreter, which the first run does as well, or carry it between machines
    Prepare(Prepare),
    /// Remove interpreters and compiled code that other versions left and nobody uses
    Prune(Prune),
}

/// `sandbox prepare`.
#[derive(Debug, Args)]
pub struct Prepare {
    /// Take the interpreter from a file that `--export` wrote on another machine: needs no network
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,
    /// Write the interpreter to a file for a machine without a network
    #[arg(long, value_name = "FILE")]
    pub export: Option<PathBuf>,
    /// The python3 that makes it, with pip [default: the one on the search path]
    #[arg(long, value_name = "FILE", conflicts_with = "from")]
    pub python: Option<PathBuf>,
}

/// `sandbox prune`.
#[derive(Debug, Args)]
pub struct Prune {
    /// Only what was not used for so many days
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    pub unused: u16,
    /// Only say what would be removed
    #[arg(long)]
    pub dry_run: bool,
}

/// `schemas`.
#[derive(Debug, Args)]
pub struct Schemas {
    /// Where to write them
    #[arg(default_value = "schemas")]
    pub folder: PathBuf,
}

/// `completions`.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    pub shell: clap_complete::Shell,
}
