//! Loads a checkpoint and saves it again: `cargo run --release --package millrace-models --example resave FROM TO f32`.
//! `tests/fixtures/check.py` asks transformers whether nothing was lost.

use std::error::Error;
use std::path::Path;

use models::checkpoint::{Checkpoint, save};
use models::config::Head;
use models::device::DeviceName;
use models::weights::{Dtype, Placement};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [from, to, dtype] = arguments.as_slice() else { return Err("give FROM, TO and f32, bf16 or f16".into()) };
    let dtype = match dtype.as_str() {
        "bf16" => Dtype::Bf16,
        "f16" => Dtype::F16,
        _ => Dtype::F32,
    };
    let placement = Placement { device: DeviceName::Cpu.open()?, dtype };
    let (from, to) = (Path::new(from), Path::new(to));
    let checkpoint = Checkpoint::open(from)?;
    match checkpoint.config().architecture.head {
        Head::Language => save(&checkpoint.language_model(&placement)?, checkpoint.config(), dtype, from, to)?,
        Head::Reward => save(&checkpoint.reward_model(&placement)?, checkpoint.config(), dtype, from, to)?,
    }
    Ok(())
}
