//! The programs that a conversation runs: the solution, and the solution without one of its steps, with the call that the
//! reasoning works through.

use crate::synthesize::draw::Draw;
use crate::synthesize::reasoning::steps::{Place, Step};

/// The call of the reasoning's own example, "Try numbers = [5, 1] and k = 3": `print(solve([5, 1], 3))`.
pub(super) fn call(entry: &str, steps: &[Step]) -> Option<String> {
    let given = steps.iter().find(|step| step.place == Place::Given)?;
    let value = given.outcome()?;
    let number = given.said.text.split_once(" and k = ").map(|(_, number)| format!(", {number}")).unwrap_or_default();
    Some(format!("print({entry}({value}{number}))"))
}

/// The solution without the lines of one of its steps but the last; none where it is not made of these lines, or has but
/// one step. `codes` are the lines of each step, which the solution ends with.
pub(super) fn without_a_step(solution: &str, codes: &[&str], draw: &mut Draw) -> Option<String> {
    let lines: Vec<&str> = solution.lines().collect();
    let counts: Vec<usize> = codes.iter().map(|code| code.lines().count()).collect();
    let start = lines.len().checked_sub(counts.iter().sum())?;
    let are_the_steps = lines[start..].iter().zip(codes.iter().flat_map(|code| code.lines()));
    if !are_the_steps.into_iter().all(|(line, code)| line.trim() == code.trim()) {
        return None;
    }
    let left_out = draw.some_of(&(0..codes.len().saturating_sub(1)).collect::<Vec<_>>()).copied()?;
    let from = start + counts[..left_out].iter().sum::<usize>();
    let kept = lines[..from].iter().chain(&lines[from + counts[left_out]..]);
    Some(kept.copied().collect::<Vec<_>>().join("\n"))
}
