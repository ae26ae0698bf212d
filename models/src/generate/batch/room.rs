//! Room for the next pass. Owns who has to leave when pages run out: whoever has waited the least.

use super::JobError;
use super::queue::Batch;
use super::sequence::Sequence;
use crate::generate::Runner;
use crate::generate::pages::{Copied, Full};

impl<R: Runner> Batch<R> {
    /// Sees that every running sequence can write what it reads next, in pages that nobody else refers to.
    pub(super) fn make_room(&mut self) {
        let (mut place, mut copies) = (0, Vec::<Copied>::new());
        while let Some(sequence) = self.running.get_mut(place) {
            let (read, goal) = (sequence.read, sequence.goal());
            match self.pages.reserve(&mut sequence.table, read, goal) {
                Ok(copied) => {
                    // Of a sequence that was set aside since, what it copied may be another's to write already.
                    if copies.iter().any(|other| copied.is_some_and(|own| [own.from, own.to].contains(&other.to))) {
                        self.runner.copy(&std::mem::take(&mut copies));
                    }
                    copies.extend(copied);
                    place += 1;
                }
                Err(Full) if self.running.len() == 1 => {
                    let (id, capacity) = (self.running[0].age.job, self.pages.capacity());
                    self.fail(id, JobError::Pages { tokens: goal, capacity });
                }
                Err(Full) => {
                    self.counters.preempted += 1;
                    self.set_youngest_aside();
                }
            }
        }
        if !copies.is_empty() {
            self.runner.copy(&copies);
        }
    }

    /// Lets a sequence wait again. What it has written stays, and is read again when it is let in; what was scored is
    /// scored again.
    pub(super) fn set_youngest_aside(&mut self) {
        let Some(mut sequence) = self.running.pop() else { return };
        self.pages.release(&mut sequence.table);
        self.waiting.insert(sequence.age, Sequence { read: 0, given: 0..0, likelihoods: Vec::new(), ..sequence });
    }
}
