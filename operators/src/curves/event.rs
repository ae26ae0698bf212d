//! TensorBoard's events, as protocol buffers: the file's version, and one number at one step.
//!
//! Owns the fields that are written, of `event.proto` and `summary.proto`. Knows nothing of files.

/// Fields of `Event`.
const WALL_TIME: u32 = 1;
const STEP: u32 = 2;
const FILE_VERSION: u32 = 3;
const SUMMARY: u32 = 5;
/// The one field of `Summary`: a number under its name, a `Summary.Value`.
const VALUE: u32 = 1;
/// Fields of `Summary.Value`.
const TAG: u32 = 1;
const SIMPLE_VALUE: u32 = 2;

/// How many bytes stand for a field's value, as its key says it.
#[derive(Clone, Copy)]
enum Wire {
    Varint = 0,
    Eight = 1,
    Counted = 2,
    Four = 5,
}

/// What a file begins with.
pub(super) fn version() -> Vec<u8> {
    let mut event = Vec::new();
    counted(&mut event, FILE_VERSION, b"brain.Event:2");
    event
}

/// A number at a step, which also stands for the time.
pub(super) fn scalar(name: &str, step: u64, number: f64) -> Vec<u8> {
    let mut value = Vec::new();
    counted(&mut value, TAG, name.as_bytes());
    key(&mut value, SIMPLE_VALUE, Wire::Four);
    value.extend_from_slice(&(number as f32).to_le_bytes());
    let mut summary = Vec::new();
    counted(&mut summary, VALUE, &value);
    let mut event = Vec::new();
    // Zero is what a missing number is read as, and writers leave it out.
    if step > 0 {
        key(&mut event, WALL_TIME, Wire::Eight);
        event.extend_from_slice(&(step as f64).to_le_bytes());
        key(&mut event, STEP, Wire::Varint);
        varint(&mut event, step);
    }
    counted(&mut event, SUMMARY, &summary);
    event
}

fn counted(message: &mut Vec<u8>, field: u32, bytes: &[u8]) {
    key(message, field, Wire::Counted);
    varint(message, bytes.len() as u64);
    message.extend_from_slice(bytes);
}

fn key(message: &mut Vec<u8>, field: u32, wire: Wire) {
    varint(message, u64::from(field << 3 | wire as u32));
}

fn varint(message: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        message.push(number as u8 | 0x80);
        number >>= 7;
    }
    message.push(number as u8);
}
