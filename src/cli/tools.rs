//! What stands beside pipelines: a first one, a server, the catalogue, editors and shells.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use models::weights::Dtype;

/// `init`.
#[derive(Debug, Args)]
pub struct Init {
    /// The pipeline's name; NAME.yaml and its first data are written to this folder
    pub name: String,
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

/// `operators`.
#[derive(Debug, Args)]
pub struct Operators {
    /// The operator whose manual page is printed
    pub name: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
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
