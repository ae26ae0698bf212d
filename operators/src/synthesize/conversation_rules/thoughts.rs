//! Reasoning as thinking turns, some of them wrong, and the reflection that tells which.
//!
//! Owns what both say. Knows no program.

use crate::synthesize::draw::Draw;
use crate::synthesize::reasoning::factual;
use crate::synthesize::reasoning::steps::{Place, Said, Step, text};
use crate::turns::Turn;

/// The roles, as `generate.converse` has them.
pub(super) const THINKING: &str = "thinking";
pub(super) const REFLECTION: &str = "reflection";

/// What a sound turn is said to be.
pub(super) const RIGHT: &str = "right";

/// What a turn with a mistake is said to be.
pub(super) const WRONG: &str = "wrong";

/// A turn for each step; what is given stands before the first.
pub(super) fn without_reflection(steps: &[Step]) -> Vec<Turn> {
    turns_of(steps).map(|steps| thought(steps, None)).collect()
}

/// The same with reflection behind each turn. In a `share` of the turns a number or value is wrong: there the reflection
/// says what is right, and elsewhere what came out.
pub(super) fn with_reflection(steps: &[Step], statement: &str, share: f64, draw: &mut Draw) -> Vec<Turn> {
    let mut turns = Vec::new();
    for steps in turns_of(steps) {
        let Some(step) = steps.last() else { continue };
        let is_wrong = draw.fraction() < share;
        let mistake = is_wrong.then(|| factual::wrong(step, statement, draw)).flatten();
        turns.push(thought(steps, mistake.as_ref()));
        turns.extend(match (mistake, &step.said.value) {
            (Some(_), _) => Some(denial(&text(std::slice::from_ref(step)))),
            (None, Some(value)) => Some(Turn::new(REFLECTION, format!("Yes, {value}."), RIGHT)),
            (None, None) => None,
        });
    }
    turns
}

/// A reflection that puts something right.
pub(super) fn denial(right: &str) -> Turn {
    Turn::new(REFLECTION, format!("No. {right}"), RIGHT)
}

/// The steps of each turn: one, and before the first what is given.
fn turns_of(steps: &[Step]) -> impl Iterator<Item = &[Step]> {
    let given = steps.iter().take_while(|step| step.place == Place::Given).count();
    let first = if steps.len() > given { given + 1 } else { given };
    let (first, others) = steps.split_at(first);
    [first].into_iter().filter(|first| !first.is_empty()).chain(others.chunks(1))
}

/// A thinking turn, the last step of which says something else where it is mistaken.
fn thought(steps: &[Step], mistake: Option<&Said>) -> Turn {
    let mut steps = steps.to_vec();
    if let (Some(mistake), Some(last)) = (mistake, steps.last_mut()) {
        last.said = mistake.clone();
    }
    Turn::new(THINKING, text(&steps), if mistake.is_some() { WRONG } else { RIGHT })
}
