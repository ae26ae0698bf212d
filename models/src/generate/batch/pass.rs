//! The forward pass. Owns which tokens are in it.

use super::queue::Batch;
use super::sequence::Sequence;
use crate::generate::{Piece, Runner, Wanted};

impl<R: Runner> Batch<R> {
    /// Reads one token of each sequence that is being written, and parts of prompts with what room is left.
    pub(super) fn read(&mut self) {
        self.plan();
        let pieces: Vec<Piece<'_>> = self.running.iter().filter_map(Sequence::piece).collect();
        self.runner.forward(&pieces, &mut self.logits);
        self.counters.steps += 1;
        self.counters.occupied += pieces.len() as u64;
        let (mut first, outputs) = (0, self.runner.outputs());
        for sequence in &mut self.running {
            let (count, wanted) = sequence.taken;
            let numbers = wanted.rows(count) * wanted.numbers(outputs);
            sequence.given = first..first + numbers;
            first += numbers;
            sequence.read += count;
            self.counters.read += count as u64;
            self.pages.publish(&mut sequence.table, &sequence.tokens, sequence.read);
        }
        assert_eq!(self.logits.len(), first, "a row of logits for each wanted token");
    }

    fn plan(&mut self) {
        let mut tokens = self.limits.tokens - self.running.iter().filter(|sequence| sequence.unread() == 1).count();
        let (mut rows, condenses) = (self.limits.scored, self.runner.condenses());
        for sequence in &mut self.running {
            let single = sequence.unread() == 1;
            let (count, wanted) = sequence.next_piece(if single { 1 } else { tokens }, rows);
            sequence.taken = (count, if condenses { sequence.condensed(count, wanted) } else { wanted });
            tokens -= if single { 0 } else { count };
            rows -= if wanted == Wanted::Every { count } else { 0 };
        }
    }
}
