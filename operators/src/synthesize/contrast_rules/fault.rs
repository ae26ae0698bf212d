//! The five kinds of faults, and putting one of a kind into reasoning.
//!
//! Owns where a fault may be. What is wrong with a number or a value stands in modules of its own.

use super::donors::Donors;
use crate::synthesize::draw::Draw;
use crate::synthesize::reasoning::factual;
use crate::synthesize::reasoning::steps::{Place, Said, Step};

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    FactualError,
    IrrelevantPath,
    Incomplete,
    LogicalGap,
    AcausalOrder,
}

impl Kind {
    pub(super) const ALL: [Self; 5] =
        [Self::FactualError, Self::IrrelevantPath, Self::Incomplete, Self::LogicalGap, Self::AcausalOrder];

    /// Those that a base may have: a disorder is no small fault, and leaves a text as long as it was.
    pub(super) const OF_A_BASE: [Self; 4] =
        [Self::FactualError, Self::IrrelevantPath, Self::Incomplete, Self::LogicalGap];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::FactualError => "factual_error",
            Self::IrrelevantPath => "irrelevant_path",
            Self::Incomplete => "incomplete",
            Self::LogicalGap => "logical_gap",
            Self::AcausalOrder => "acausal_order",
        }
    }

    /// The reasoning with one such fault more; none where it has no place for one.
    pub(super) fn put(self, steps: &[Step], statement: &str, donors: &Donors, draw: &mut Draw) -> Option<Vec<Step>> {
        match self {
            Self::FactualError => at_one(steps, draw, |step, draw| factual::wrong(&steps[step], statement, draw)),
            Self::LogicalGap => at_one(steps, draw, |step, draw| beside_the_point(steps, step, draw)),
            Self::IrrelevantPath => {
                let mut steps = steps.to_vec();
                let detour = donors.irrelevant(&steps, statement, draw)?;
                steps.insert(1 + draw.below(steps.len().checked_sub(1)?), detour);
                Some(steps)
            }
            Self::Incomplete => shortened(steps, draw),
            Self::AcausalOrder => disordered(steps, draw),
        }
    }
}

/// Steps that say what they should, but for what is given.
fn sound(steps: &[Step]) -> impl Iterator<Item = usize> {
    let is_sound = |step: &Step| step.is_sound() && step.place != Place::Given;
    steps.iter().enumerate().filter(move |(_, step)| is_sound(step)).map(|(place, _)| place)
}

/// With something wrong in one of the steps that belong here, where something else may be wrong already.
fn at_one(steps: &[Step], draw: &mut Draw, change: impl Fn(usize, &mut Draw) -> Option<Said>) -> Option<Vec<Step>> {
    let belongs = |place: &usize| steps[*place].right.is_some() && steps[*place].place != Place::Given;
    let place = *draw.some_of(&(0..steps.len()).filter(belongs).collect::<Vec<_>>())?;
    let said = change(place, draw).filter(|said| steps[place].would_be_wrong(said))?;
    let mut steps = steps.to_vec();
    steps[place].said = said;
    Some(steps)
}

/// What the step says with what comes out of the one before it or behind it.
fn beside_the_point(steps: &[Step], place: usize, draw: &mut Draw) -> Option<Said> {
    let own = steps[place].said.value.as_deref()?;
    let beside = [place.checked_sub(1), Some(place + 1)].into_iter().flatten();
    let outcomes = beside.filter_map(|place| steps.get(place)?.outcome());
    let other: Vec<&str> = outcomes.filter(|outcome| *outcome != own).collect();
    let value = (*draw.some_of(&other)?).to_owned();
    Some(Said { value: Some(value), ..steps[place].said.clone() })
}

/// Without one of the steps on the way that are as they should be: leaving out another would undo what is wrong with it.
fn shortened(steps: &[Step], draw: &mut Draw) -> Option<Vec<Step>> {
    let mut steps = steps.to_vec();
    let on_the_way: Vec<usize> = sound(&steps).filter(|step| steps[*step].place == Place::OnTheWay).collect();
    steps.remove(*draw.some_of(&on_the_way)?);
    Some(steps)
}

/// With the last step first, or two neighbours exchanged.
fn disordered(steps: &[Step], draw: &mut Draw) -> Option<Vec<Step>> {
    let mut steps = steps.to_vec();
    let neighbours = steps.len().checked_sub(1).filter(|count| *count > 0)?;
    let place = draw.below(neighbours);
    if draw.happens(50) {
        steps[place..].rotate_right(1);
    } else {
        steps.swap(place, place + 1);
    }
    Some(steps)
}
