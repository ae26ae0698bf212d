//! How fast prompts are read.

use std::error::Error;
use std::time::Instant;

use burn::tensor::{Device, Int, Tensor, TensorData};
use models::decoder::{Cache, LanguageModel, Positions};

/// How often a prompt is read: the first times compile and choose kernels.
const WARM: usize = 2;
const ROUNDS: usize = 5;

/// Tokens a second, of prompts with their last token's logits.
pub fn rate(model: &LanguageModel, device: &Device, rows: usize, columns: usize) -> Result<f64, Box<dyn Error>> {
    let positions = Positions::beginning(vec![columns; rows]);
    let mut seconds = Vec::new();
    for round in 0..WARM + ROUNDS {
        let start = Instant::now();
        let hidden = model.model.forward(tokens(rows, columns, device), &positions, &mut Cache::new());
        let last = hidden.narrow(1, columns - 1, 1);
        let _logits = model.logits(last);
        // A card is told what to do and left to it: neither the end of a function nor a tensor's shape waits for it.
        device.sync()?;
        if round >= WARM {
            seconds.push(start.elapsed().as_secs_f64());
        }
    }
    Ok((rows * columns) as f64 / median(seconds))
}

/// Tokens that no tokenizer made.
pub fn tokens(rows: usize, columns: usize, device: &Device) -> Tensor<2, Int> {
    let numbers: Vec<i64> = (0..rows * columns).map(|place| (place * 7919 % 2000) as i64).collect();
    Tensor::from_data(TensorData::new(numbers, [rows, columns]), device)
}

pub fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}
