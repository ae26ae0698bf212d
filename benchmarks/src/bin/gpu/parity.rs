//! Whether a card computes what the processor computes.

use std::error::Error;

use burn::tensor::Device;
use models::decoder::{NoPast, Positions};
use models::device::DeviceName;
use models::weights::{Dtype, Placement};

use crate::prefill::tokens;
use crate::shape::Shape;

const ROWS: usize = 3;
const COLUMNS: usize = 40;

/// The furthest that logits of a small model in single precision are apart.
pub fn distance(device: &Device) -> Result<f64, Box<dyn Error>> {
    let logits = |device: Device| -> Result<Vec<f32>, Box<dyn Error>> {
        let placement = Placement { device: device.clone(), dtype: Dtype::F32 };
        let model = Shape::named("tiny")?.model(&placement)?;
        let positions = Positions::beginning([COLUMNS, COLUMNS / 2, 1]);
        let logits = model.forward(tokens(ROWS, COLUMNS, &device), &positions, &mut NoPast);
        let [rows, columns, words] = logits.dims();
        // What stands behind a row's own tokens is nobody's.
        let lengths = positions.runs().iter().map(|run| run.length).collect::<Vec<_>>();
        let all = logits.reshape([rows * columns * words]).into_data().iter::<f32>().collect::<Vec<_>>();
        let own = lengths
            .iter()
            .enumerate()
            .flat_map(|(row, length)| all[row * columns * words..][..length * words].iter().copied());
        Ok(own.collect())
    };
    let (card, processor) = (logits(device.clone())?, logits(DeviceName::Cpu.open()?)?);
    let distances = card.iter().zip(&processor).map(|(card, processor)| f64::from((card - processor).abs()));
    Ok(distances.fold(0.0, |furthest, distance| if distance.is_nan() { f64::NAN } else { furthest.max(distance) }))
}
