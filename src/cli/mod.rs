//! The command line's grammar; its help texts are the reference.

mod pipelines;
mod tools;
mod upkeep;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use pipelines::{Ablate, Check, GraphArguments, GraphFormat, Node, PlanArguments, Report, Run, Show, Trace};
pub use tools::{Completions, Init, Operators, Schemas, Serve};
pub use upkeep::{Adopt, CacheCommand, CacheFolder, Collect, Prepare, Prune, SandboxCommand};

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
