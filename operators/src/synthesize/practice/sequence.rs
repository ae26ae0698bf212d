//! The endless sequence of problems: for each number a composition that no smaller number has.
//!
//! Owns the order. What stands at a number depends on the seed and on smaller numbers, never on how many are asked for
//! or how many threads work. Knows neither words nor rows.

use std::io;

use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::compose::Composer;
use super::composition::Composition;
use super::depths::Depths;
use super::draw::Draw;
use super::probes::{Behaviour, behaviour};

/// So many compositions of a depth in a row of no wanted family, or no problem, or of a function that was there: then
/// there are no more.
const TRIES: u64 = 4096;

/// Random numbers by purpose.
pub(super) type Random<'a> = dyn Fn(&str) -> ChaCha8Rng + Sync + 'a;

/// Notes a behaviour; whether it is new.
pub(super) type Note<'a> = dyn FnMut(Behaviour) -> io::Result<bool> + 'a;

/// Told that there are no more of a depth, so that from a number on there are others in their place.
pub(super) type RanOut<'a> = dyn FnMut(usize, u64) + 'a;

/// Problems by number, from 0 on.
pub(super) struct Sequence<'a> {
    composer: Composer,
    depths: Depths,
    random: &'a Random<'a>,
    next: u64,
}

/// A problem of the sequence, before it is put in words.
pub(super) struct Found {
    pub(super) number: u64,
    pub(super) composition: Composition,
    pub(super) behaviour: Behaviour,
}

/// A composition that could be a problem, and the try that came upon it.
struct Candidate {
    composition: Composition,
    behaviour: Behaviour,
    attempt: u64,
}

impl<'a> Sequence<'a> {
    /// From the beginning.
    pub(super) fn new(composer: Composer, depths: Depths, random: &'a Random<'a>) -> Self {
        Self { composer, depths, random, next: 0 }
    }

    /// The next `count` problems; fewer where there are no more at all.
    pub(super) fn take(&mut self, count: u64, note: &mut Note, ran_out: &mut RanOut) -> io::Result<Vec<Found>> {
        let mut found = Vec::new();
        for (number, first) in (self.next..).zip(self.first_candidates(count)) {
            let Some(one) = self.settle(number, first, note, ran_out)? else { break };
            found.push(one);
        }
        self.next += found.len() as u64;
        Ok(found)
    }

    /// The depth of each of the next numbers with its first candidate. Most of these are new, and it takes no order to
    /// find them.
    fn first_candidates(&self, count: u64) -> Vec<(usize, Option<Candidate>)> {
        let first = |number: u64| match self.depth(number) {
            Some(depth) => (depth, self.candidate(number, depth, 0)),
            None => (0, None),
        };
        (self.next..self.next + count).into_par_iter().map(first).collect()
    }

    /// The first candidate whose behaviour is new; none where every depth has run out.
    fn settle(
        &mut self,
        number: u64,
        (mut depth, mut candidate): (usize, Option<Candidate>),
        note: &mut Note,
        ran_out: &mut RanOut,
    ) -> io::Result<Option<Found>> {
        while let Some(current) = self.depth(number) {
            if current != depth {
                depth = current;
                candidate = self.candidate(number, depth, 0);
            }
            match candidate {
                Some(Candidate { composition, behaviour, .. }) if note(behaviour)? => {
                    return Ok(Some(Found { number, composition, behaviour }));
                }
                Some(repeated) => candidate = self.candidate(number, depth, repeated.attempt + 1),
                None => {
                    self.depths.runs_out(depth);
                    ran_out(depth, number);
                }
            }
        }
        Ok(None)
    }

    /// The depth that a number is to have, of those that have not run out.
    fn depth(&self, number: u64) -> Option<usize> {
        self.depths.at(self.draw(&format!("depth {number}")).fraction())
    }

    fn candidate(&self, number: u64, depth: usize, first: u64) -> Option<Candidate> {
        (first..TRIES).find_map(|attempt| {
            let mut draw = self.draw(&format!("composition {number} {depth} {attempt}"));
            let composition = self.composer.compose(depth, &mut draw)?;
            let behaviour = behaviour(&composition).ok()?;
            Some(Candidate { composition, behaviour, attempt })
        })
    }

    fn draw(&self, purpose: &str) -> Draw {
        Draw::new((self.random)(purpose))
    }
}
