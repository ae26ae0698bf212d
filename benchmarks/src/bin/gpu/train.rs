//! How fast a model is trained.

use std::error::Error;
use std::time::Instant;

use burn::tensor::activation::log_softmax;
use burn::tensor::{DType, Int, Tensor};
use models::decoder::{LanguageModel, NoPast, Positions};
use models::optimize::{Gathered, Optimizer, Settings};
use models::weights::Placement;

use crate::prefill::{median, tokens};
use crate::shape::Shape;

const WARM: usize = 2;
const ROUNDS: usize = 5;

/// Tokens a second: forward, backward and AdamW.
pub fn rate(shape: &Shape, placement: &Placement, rows: usize, columns: usize) -> Result<f64, Box<dyn Error>> {
    let device = placement.device.clone().autodiff();
    let mut model = shape.model(&Placement { device: device.clone(), dtype: placement.dtype })?;
    let mut optimizer = Optimizer::new(Settings::default());
    let all = tokens(rows, columns + 1, &device);
    let (read, written) = (all.clone().narrow(1, 0, columns), all.narrow(1, 1, columns));
    let mut seconds = Vec::new();
    for round in 0..WARM + ROUNDS {
        let start = Instant::now();
        let loss = loss(&model, read.clone(), written.clone());
        let mut gathered = Gathered::new();
        gathered.add(&model, loss.clone().backward());
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

fn loss(model: &LanguageModel, read: Tensor<2, Int>, written: Tensor<2, Int>) -> Tensor<1> {
    let [rows, columns] = read.dims();
    let logits = model.forward(read, &Positions::beginning(vec![columns; rows]), &mut NoPast);
    let words = logits.dims()[2];
    let likely = log_softmax(logits.cast(DType::F32).reshape([rows * columns, words]), 1);
    likely.gather(1, written.reshape([rows * columns, 1])).mean().neg()
}
