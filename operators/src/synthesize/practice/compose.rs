//! Drawing compositions: which primitives may follow each other, and with which constants.
//!
//! Owns the choice. Knows not what primitives compute.

use super::catalogue::catalogue;
use super::composition::{Composition, Step};
use super::constants::Origin;
use super::draw::Draw;
use super::families::Wanted;
use super::kind::Kind;
use super::primitive::Primitive;

/// Of a hundred compositions that could leave a number open, as many do.
const WITH_PARAMETER: usize = 20;

/// A source of compositions of the wanted families.
pub(super) struct Composer {
    wanted: Wanted,
    /// Below the number of steps that are still to come, the primitives that take a kind and let so many follow.
    following: Vec<Vec<(Kind, &'static Primitive)>>,
}

impl Composer {
    /// For compositions of up to `deepest` steps.
    pub(super) fn new(wanted: Wanted, deepest: usize) -> Self {
        let admitted: Vec<_> = catalogue().iter().filter(|primitive| wanted.families.admit(primitive)).collect();
        let pairs = |kind: Kind| admitted.iter().map(move |primitive| (kind, *primitive));
        let last: Vec<_> =
            Kind::ALL.into_iter().flat_map(pairs).filter(|(kind, one)| one.gives(*kind).is_some()).collect();
        let mut following = vec![last.clone()];
        for left in 1..deepest {
            let leads = |given: Kind| following[left - 1].iter().any(|(kind, _)| *kind == given);
            let more = last.iter().copied().filter(|(kind, one)| one.gives(*kind).is_some_and(leads)).collect();
            following.push(more);
        }
        Self { wanted, following }
    }

    /// Whether primitives fit together to so many steps at all.
    pub(super) fn reaches(&self, depth: usize) -> bool {
        self.begins(depth).next().is_some()
    }

    /// A composition of so many steps; none where the one that was drawn is of no wanted family.
    pub(super) fn compose(&self, depth: usize, draw: &mut Draw) -> Option<Composition> {
        let begins: Vec<_> = self.begins(depth).collect();
        let (takes, first) = **draw.some_of(&begins)?;
        let mut primitives = vec![first];
        let mut kind = first.gives(takes)?;
        for left in (0..depth - 1).rev() {
            let next: Vec<_> = self.following[left].iter().filter(|(taken, _)| *taken == kind).collect();
            let (_, next) = **draw.some_of(&next)?;
            kind = next.gives(kind)?;
            primitives.push(next);
        }
        let step = |primitive: &'static Primitive| Step {
            primitive,
            constants: primitive.slots.draw(draw),
            origin: Origin::Constant,
        };
        let composition = Composition { takes, steps: primitives.into_iter().map(step).collect() };
        self.wanted.has(&composition).then(|| with_parameter(composition, draw))
    }

    fn begins(&self, depth: usize) -> impl Iterator<Item = &(Kind, &'static Primitive)> {
        self.following[depth - 1].iter().filter(|(kind, _)| Kind::INPUTS.contains(kind))
    }
}

/// Now and then, where a number can be left open, it is the parameter `k`.
fn with_parameter(mut composition: Composition, draw: &mut Draw) -> Composition {
    let places = 0..composition.steps.len();
    let open: Vec<usize> = places.filter(|place| composition.steps[*place].primitive.slots.is_open()).collect();
    if draw.happens(WITH_PARAMETER)
        && let Some(place) = draw.some_of(&open)
    {
        composition.steps[*place].origin = Origin::Parameter;
    }
    composition
}
