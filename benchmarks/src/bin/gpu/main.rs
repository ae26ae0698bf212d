//! `gpu DEVICE SHAPE DTYPE`: what a card does with a model of random weights, as JSON lines.
//!
//! `parity of ...` compares with the processor, the others are tokens a second: `prefill` of long prompts, `generate` in
//! batches of several sizes, `train` of one step after another. SHAPE is `tiny`, `0.5B` or `1.5B`, of Qwen2.5.

mod decode;
mod parity;
mod prefill;
mod shape;
mod train;

use std::env;
use std::error::Error;
use std::io::{self, Write};

use models::device::DeviceName;
use models::weights::{Dtype, Placement};
use serde_json::{Value, json};

use self::shape::Shape;

/// Sequences that are written at the same time.
const BATCHES: [usize; 3] = [1, 32, 256];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [device, shape, dtype] = arguments.as_slice() else { return Err("usage: gpu DEVICE SHAPE DTYPE".into()) };
    let (device, shape) = (device.parse::<DeviceName>()?, Shape::named(shape)?);
    let dtype = dtype.parse::<Dtype>()?;
    let placement = Placement { device: device.open()?, dtype };
    for check in parity::distances(&placement.device) {
        let (what, distance) = check?;
        say(&format!("parity of {what}"), 0, distance)?;
    }
    let model = shape.model(&placement)?;
    for (rows, columns) in shape.prompts() {
        say("prefill", rows, prefill::rate(&model, &placement.device, rows, columns)?)?;
    }
    let mut runner = shape.runner(model);
    for batch in BATCHES {
        say("generate", batch, decode::rate(&mut runner, batch))?;
    }
    drop(runner);
    let (rows, columns) = shape.texts();
    say("train", rows, train::rate(&shape, &placement, rows, columns)?)
}

fn say(what: &str, batch: usize, number: f64) -> Result<(), Box<dyn Error>> {
    let line: Value = json!({"what": what, "batch": batch, "number": number});
    Ok(writeln!(io::stdout(), "{line}")?)
}
