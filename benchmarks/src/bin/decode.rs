//! `decode FOLDER DTYPE THREADS BATCH PROMPT STEPS`: continues prompts of so many tokens greedily, over packed weights.
//!
//! Runs a round for each line that it reads, so that both sides of a comparison can take turns, and answers with one JSON
//! line: wall and CPU seconds of all steps after the first, and the tokens of the first row.

use std::env;
use std::error::Error;
use std::io::{self, BufRead, Write};
use std::path::Path;
use std::time::Instant;

use cpu_time::ProcessTime;
use models::checkpoint::Checkpoint;
use models::device::DeviceName;
use models::fused::FusedRunner;
use models::generate::{Page, Piece, Runner, Wanted};
use models::weights::{Dtype, Placement};
use serde_json::json;

/// What is decoded.
struct Shape {
    batch: usize,
    prompt: usize,
    steps: usize,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [folder, dtype, numbers @ ..] = arguments.as_slice() else { return Err(usage()) };
    let numbers = numbers.iter().map(|number| number.parse()).collect::<Result<Vec<usize>, _>>()?;
    let [threads, batch, prompt, steps] = numbers[..] else { return Err(usage()) };
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global()?;
    let shape = Shape { batch, prompt, steps };
    let placement = Placement { device: DeviceName::Cpu.open()?, dtype: dtype.parse::<Dtype>()? };
    let checkpoint = Checkpoint::open(Path::new(folder))?;
    let model = checkpoint.language_model(&placement)?;
    let mut runner = FusedRunner::new(model, checkpoint.config(), batch * pages(&shape));
    for line in io::stdin().lock().lines() {
        line?;
        let answer = round(&mut runner, &shape)?;
        writeln!(io::stdout(), "{answer}")?;
    }
    Ok(())
}

fn usage() -> Box<dyn Error> {
    "usage: decode FOLDER DTYPE THREADS BATCH PROMPT STEPS".into()
}

/// How many pages a sequence takes, of 32 tokens.
fn pages(shape: &Shape) -> usize {
    (shape.prompt + shape.steps).div_ceil(32)
}

fn round(runner: &mut FusedRunner, shape: &Shape) -> Result<serde_json::Value, Box<dyn Error>> {
    let words = runner.vocabulary_size();
    let word = |row: usize, place: usize| u32::try_from((7 * row + 13 * place + 1) % words);
    let mut next = Vec::new();
    for row in 0..shape.batch {
        next.push((0..shape.prompt).map(|place| word(row, place)).collect::<Result<Vec<_>, _>>()?);
    }
    let room = u32::try_from(pages(shape))?;
    let owned: Vec<Vec<Page>> =
        (0..u32::try_from(shape.batch)?).map(|row| (row * room..(row + 1) * room).map(Page).collect()).collect();
    let (mut logits, mut start, mut text) = (Vec::new(), 0, Vec::new());
    let mut clocks = (Instant::now(), ProcessTime::now());
    for step in 0..shape.steps {
        let pieces = next.iter().zip(&owned);
        let pieces: Vec<_> =
            pieces.map(|(tokens, pages)| Piece { tokens, start, pages, wanted: Wanted::Last }).collect();
        runner.forward(&pieces, &mut logits);
        start += next[0].len();
        for (row, logits) in next.iter_mut().zip(logits.chunks_exact(words)) {
            *row = vec![likeliest(logits)?];
        }
        text.push(next[0][0]);
        if step == 0 {
            clocks = (Instant::now(), ProcessTime::now());
        }
    }
    let (seconds, cpu) = (clocks.0.elapsed().as_secs_f64(), clocks.1.elapsed().as_secs_f64());
    Ok(json!({"seconds": seconds, "cpu_seconds": cpu, "tokens": shape.batch * (shape.steps - 1), "text": text}))
}

fn likeliest(logits: &[f32]) -> Result<u32, Box<dyn Error>> {
    let larger = |best: (usize, f32), (word, logit): (usize, &f32)| if *logit > best.1 { (word, *logit) } else { best };
    Ok(u32::try_from(logits.iter().enumerate().fold((0, f32::MIN), larger).0)?)
}
