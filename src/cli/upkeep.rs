//! What keeps caches and sandboxes in order.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Pipeline;

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
