//! `load_checkpoint FOLDER DTYPE`: loads a language model and reads every parameter once.
//!
//! Prints one JSON line: seconds until it is loaded and until all of it was read, the CPU time of both, and the sum as a
//! proof of that.

use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::path::Path;
use std::time::Instant;

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::Tensor;
use cpu_time::ProcessTime;
use models::checkpoint::Checkpoint;
use models::device::DeviceName;
use models::weights::{Dtype, Placement};
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [folder, dtype] = arguments.as_slice() else { return Err("usage: load_checkpoint FOLDER DTYPE".into()) };
    let dtype = dtype.parse::<Dtype>()?;
    let placement = Placement { device: DeviceName::Cpu.open()?, dtype };
    let (start, cpu) = (Instant::now(), ProcessTime::now());
    let model = Checkpoint::open(Path::new(folder))?.language_model(&placement)?;
    let loaded = start.elapsed().as_secs_f64();
    let mut sums = Sums(0.0);
    model.visit(&mut sums);
    let read = start.elapsed().as_secs_f64();
    let cpu = cpu.elapsed().as_secs_f64();
    let line = json!({"loaded_seconds": loaded, "read_seconds": read, "cpu_seconds": cpu, "sum": sums.0});
    writeln!(io::stdout(), "{line}")?;
    Ok(())
}

/// The sum of all parameters.
struct Sums(f64);

impl ModuleVisitor for Sums {
    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        self.0 += parameter.val().sum().into_data().iter::<f64>().sum::<f64>();
    }
}
