//! `gradients FOLDER DTYPE THREADS BATCH LENGTH STEPS OPTIMIZER`: forward and backward passes over texts of so many tokens;
//! with the optimizers `adamw` and `muon` gradients are clipped and followed too, with `none` they are dropped.
//!
//! Runs a round of so many steps for each line that it reads, and answers with one JSON line: wall and CPU seconds, the loss,
//! and the most memory that the process has had.

use std::env;
use std::error::Error;
use std::io::{self, BufRead, Write};
use std::path::Path;
use std::time::Instant;

use burn::tensor::{Gradients, Int, Tensor, TensorData};
use cpu_time::ProcessTime;
use millrace_benchmarks::peak_mib;
use models::checkpoint::Checkpoint;
use models::decoder::{LanguageModel, NoPast, Positions};
use models::device::DeviceName;
use models::optimize::{Gathered, Matrices, Optimizer, Settings};
use models::weights::{Dtype, Placement};
use serde_json::json;

/// The learning rate.
const RATE: f64 = 1e-4;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let usage = "usage: gradients FOLDER DTYPE THREADS BATCH LENGTH STEPS none|adamw|muon";
    let [folder, dtype, numbers @ .., optimizer] = arguments.as_slice() else { return Err(usage.into()) };
    let following = |matrices| Some(Optimizer::new(Settings { matrices, ..Settings::default() }));
    let mut optimizer = match optimizer.as_str() {
        "none" => None,
        "adamw" => following(Matrices::AdamW),
        "muon" => following(Matrices::Muon { momentum: 0.95 }),
        _ => return Err(usage.into()),
    };
    let numbers = numbers.iter().map(|number| number.parse()).collect::<Result<Vec<usize>, _>>()?;
    let [threads, batch, length, steps] = numbers[..] else { return Err(usage.into()) };
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global()?;
    let device = DeviceName::Cpu.open()?.autodiff();
    let placement = Placement { device, dtype: dtype.parse::<Dtype>()? };
    let checkpoint = Checkpoint::open(Path::new(folder))?;
    let mut model = checkpoint.language_model(&placement)?;
    let words = checkpoint.config().vocabulary_size;
    let word = |row: usize, place: usize| ((7 * row + 13 * place * place + 1) % words) as i64;
    let texts: Vec<Vec<i64>> = (0..batch).map(|row| (0..length).map(|place| word(row, place)).collect()).collect();
    for line in io::stdin().lock().lines() {
        line?;
        let clocks = (Instant::now(), ProcessTime::now());
        let mut loss = 0.0;
        for _ in 0..steps {
            let (own, gradients) = step(&model, &texts, &placement)?;
            loss = own;
            if let Some(optimizer) = &mut optimizer {
                let mut gathered = Gathered::new();
                gathered.add(&model, gradients);
                gathered.clip(1.0);
                model = optimizer.step(model, gathered, RATE);
            }
        }
        let (seconds, cpu) = (clocks.0.elapsed().as_secs_f64(), clocks.1.elapsed().as_secs_f64());
        let (tokens, peak) = (batch * length * steps, peak_mib()?);
        let answer = json!({"seconds": seconds, "cpu_seconds": cpu, "tokens": tokens, "loss": loss, "peak_mib": peak});
        writeln!(io::stdout(), "{answer}")?;
    }
    Ok(())
}

/// The mean loss of the words that come next, and its gradients.
fn step(model: &LanguageModel, texts: &[Vec<i64>], placement: &Placement) -> Result<(f64, Gradients), Box<dyn Error>> {
    let (batch, length) = (texts.len(), texts[0].len());
    let tokens = Tensor::<2, Int>::from_data(TensorData::new(texts.concat(), [batch, length]), &placement.device);
    let hidden = model.model.forward(tokens, &Positions::beginning(vec![length; batch]), &mut NoPast);
    let factor = -1.0 / (batch * (length - 1)) as f32;
    let (mut words, mut factors) = (Vec::new(), Vec::new());
    for text in texts {
        for place in 0..length {
            words.push(u32::try_from(text[(place + 1) % length])?);
            factors.push(if place + 1 < length { factor } else { 0.0 });
        }
    }
    let loss = model.log_likelihood(hidden.flatten(0, 1), &words, &factors);
    let gradients = loss.backward();
    Ok((loss.into_data().iter::<f64>().sum(), gradients))
}
