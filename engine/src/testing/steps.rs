//! A step operator, run to its end by a new worker for every step: each goes on from what the one before it saved.

use std::fs;
use std::path::Path;

use arrow::array::RecordBatch;
use arrow::datatypes::Schema;

use super::memory_sink::MemorySink;
use crate::operator::{AnyStep, Context, Fault, Inputs, OutputSink, Outputs, Progress, Registration, StepWorker};
use crate::port::OutputPort;
use crate::row::{Emission, Emit, assemble};

/// Makes every step, and writes rows and result.
pub(super) fn run_steps(
    operator: &dyn AnyStep,
    registration: &Registration,
    inputs: &Inputs,
    context: &Context,
    saves: &Path,
    sink: &mut MemorySink,
) -> Result<(), Fault> {
    let outputs = (registration.outputs)();
    let ports: Vec<&'static str> = outputs.iter().map(|port| port.name).collect();
    let mut made: Vec<Emission> = Vec::new();
    let mut worker = operator.start(inputs, context)?;
    for step in 0.. {
        let mut emit = Emit::new(&ports);
        let progress = worker.step(context, &mut emit)?;
        made.extend(emit.into_emissions());
        worker = resumed(worker.as_ref(), operator, inputs, context, &saves.join(step.to_string()))?;
        if progress == Progress::Done {
            break;
        }
    }
    write(&outputs, &made, sink)?;
    worker.finish(context, &mut Outputs::new(sink))
}

/// Another worker, in the same state.
fn resumed(
    worker: &dyn StepWorker,
    operator: &dyn AnyStep,
    inputs: &Inputs,
    context: &Context,
    folder: &Path,
) -> Result<Box<dyn StepWorker>, Fault> {
    fs::create_dir_all(folder)?;
    worker.save(folder)?;
    let mut next = operator.start(inputs, context)?;
    next.restore(folder)?;
    Ok(next)
}

fn write(ports: &[OutputPort], made: &[Emission], sink: &mut MemorySink) -> Result<(), Fault> {
    let nothing = RecordBatch::new_empty(Schema::empty().into());
    for (place, port) in ports.iter().enumerate() {
        let own: Vec<(usize, &Emission)> =
            made.iter().filter(|emission| usize::from(emission.port) == place).map(|emission| (0, emission)).collect();
        if let (false, Ok(schema)) = (own.is_empty(), sink.schema(port.name)) {
            sink.write(port.name, &assemble(&schema, &nothing, &own)?)?;
        }
    }
    Ok(())
}
