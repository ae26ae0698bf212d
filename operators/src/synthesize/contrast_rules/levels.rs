//! Three levels of one reasoning, of lengths that say nothing.

use std::cmp::Ordering;

use super::donors::Donors;
use super::fault::Kind;
use crate::synthesize::draw::Draw;
use crate::synthesize::reasoning::steps::{Step, text};

/// How often levels are drawn for which others are looked for that are opposite, and how often these are drawn.
const TRIES: usize = 8;
const TRIES_FOR_THE_OPPOSITE: usize = 300;

/// The texts, and the kinds of faults that the last has, that of the base first.
#[derive(Clone, Debug)]
pub(super) struct Levels {
    pub(super) optimized: String,
    pub(super) base: String,
    pub(super) degraded: String,
    pub(super) faults: Vec<Kind>,
}

impl Levels {
    /// Levels of right reasoning; none where it has no place for faults. Levels are drawn, and others are looked for that
    /// are their opposite on the surface; a coin decides between them. So whatever faults a reasoning has place for,
    /// either of two levels is as likely to be the longer one, and the one of more sentences.
    pub(super) fn of(golden: &[Step], statement: &str, donors: &Donors, draw: &mut Draw) -> Option<Self> {
        let first = draw.happens(50);
        (0..TRIES).find_map(|_| {
            let levels = Self::draw(golden, statement, donors, draw)?;
            let wanted = levels.surface().map(Ordering::reverse);
            let mut others = (0..TRIES_FOR_THE_OPPOSITE).filter_map(|_| Self::draw(golden, statement, donors, draw));
            let opposite = others.find(|others| others.surface() == wanted)?;
            Some(if first { levels } else { opposite })
        })
    }

    fn draw(golden: &[Step], statement: &str, donors: &Donors, draw: &mut Draw) -> Option<Self> {
        let mild = *draw.one_of(&Kind::OF_A_BASE);
        let base = mild.put(golden, statement, donors, draw)?;
        let mut others: Vec<Kind> = Kind::ALL.into_iter().filter(|kind| *kind != mild).collect();
        let (mut degraded, mut faults) = (base.clone(), vec![mild]);
        for _ in 0..=draw.below(3) {
            let kind = others.swap_remove(draw.below(others.len()));
            degraded = kind.put(&degraded, statement, donors, draw)?;
            faults.push(kind);
        }
        let levels = Self { optimized: text(golden), base: text(&base), degraded: text(&degraded), faults };
        // None is as long as another: so all differ, and length always says something, if not what is true.
        levels.surface()[..3].iter().all(|order| order.is_ne()).then_some(levels)
    }

    /// Which level is longer than which, and which has more sentences.
    fn surface(&self) -> [Ordering; 6] {
        let texts = [&self.optimized, &self.base, &self.degraded];
        let [optimized, base, degraded] = texts.map(|text| (text.chars().count(), text.matches(". ").count()));
        let pairs = [(optimized, base), (base, degraded), (optimized, degraded)];
        let orders = pairs.map(|(one, other)| (one.0.cmp(&other.0), one.1.cmp(&other.1)));
        let [first, second, third] = orders;
        [first.0, second.0, third.0, first.1, second.1, third.1]
    }
}
