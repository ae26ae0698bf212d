//! How fast a model is trained: what an operator's step computes, whatever numbers come out, since a driver that computes
//! nothing has none.

use std::error::Error;
use std::time::Instant;

use models::decoder::Kept;
use models::optimize::{Gathered, Optimizer, Settings};
use models::train::{Example, Pass, Weighted, supervised};
use models::weights::Placement;

use crate::prefill::median;
use crate::shape::Shape;

const WARM: usize = 2;
const ROUNDS: usize = 5;

/// Tokens a second: forward, backward and AdamW.
pub fn rate(shape: &Shape, placement: &Placement, rows: usize, columns: usize) -> Result<f64, Box<dyn Error>> {
    let device = placement.device.clone().autodiff();
    let mut model = shape.model(&Placement { device: device.clone(), ..*placement })?;
    let mut optimizer = Optimizer::new(Settings::default());
    let examples: Vec<Example> = (0..rows).map(|row| example(row, columns)).collect();
    let (examples, weights): (Vec<&Example>, Vec<f32>) = examples.iter().map(|own| (own, 1.0)).unzip();
    let total = examples.iter().map(|own| own.count()).sum::<usize>() as f64;
    let part = Weighted { examples: &examples, weights: &weights, total };
    let mut seconds = Vec::new();
    for round in 0..WARM + ROUNDS {
        let start = Instant::now();
        let mut gathered = Gathered::new();
        supervised(&model, part, Pass::Learn { kept: Kept::Everything, gathered: &mut gathered });
        gathered.clip(1.0);
        model = optimizer.step(model, gathered, 1e-4);
        // The step itself waits for the norm of its gradients alone.
        device.sync()?;
        if round >= WARM {
            seconds.push(start.elapsed().as_secs_f64());
        }
    }
    Ok((rows * columns) as f64 / median(seconds))
}

/// Tokens that no tokenizer made, learned but for the first.
fn example(row: usize, columns: usize) -> Example {
    let tokens: Vec<u32> = (row * columns..(row + 1) * columns).map(|place| (place * 7919 % 2000) as u32).collect();
    Example::completion(&tokens[..1], &tokens[1..])
}
