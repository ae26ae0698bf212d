//! Inputs that a model wrote down.

use super::inputs::Inputs;
use crate::python::PythonValue;
use crate::verify::Extract;

/// Adds the inputs in an answer; or says why there are none.
pub(super) fn add(answer: &str, inputs: &mut Inputs) -> Result<(), String> {
    // Some models leave the fences out.
    let block = Extract::LastBlock.from(answer).unwrap_or_else(|| answer.to_owned());
    let PythonValue::List(items) = PythonValue::parse(&block)? else {
        return Err("the answer is no JSON list of inputs".to_owned());
    };
    for item in items {
        inputs.add_value(&item);
    }
    Ok(())
}
