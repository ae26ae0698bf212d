//! EvalPlus's tests: what its scripts need where there is no numpy, and inputs that a reference solution gives the
//! outputs for.

use super::problem::Test;

/// Stands before a script. They import numpy for `allclose` alone, over numbers and lists of numbers of one shape, and ask
/// whether something is an array, which nothing is without numpy.
pub(super) const PRELUDE: &str = include_str!("eval_plus.py");

/// Holds a function to the reference solution, as `evalplus.eval` does.
const CHECK: &str = include_str!("eval_plus_check.py");

/// The tests of a HumanEval+ task as EvalPlus's own releases have it: one over HumanEval's inputs, one over the others.
/// The task stands in the script as it is, so that a number of any size stays what it is.
pub(super) fn held_to_the_reference(record: &[u8], entry: &str) -> Result<Vec<Test>, serde_json::Error> {
    let task = serde_json::to_string(&String::from_utf8_lossy(record))?;
    let test =
        |inputs: &str| Test::assert(format!("{PRELUDE}{CHECK}_check(json.loads({task}), \"{inputs}\", {entry})\n"));
    Ok(["base_input", "plus_input"].map(test).into())
}
