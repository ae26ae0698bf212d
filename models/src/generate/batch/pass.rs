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
        let mut row = 0;
        for sequence in &mut self.running {
            let (count, wanted) = sequence.taken;
            let rows = match wanted {
                Wanted::Nothing => 0,
                Wanted::Last => 1,
                Wanted::Every => count,
            };
            sequence.rows = row..row + rows;
            row += rows;
            sequence.read += count;
            self.counters.read += count as u64;
            self.pages.publish(&mut sequence.table, &sequence.tokens, sequence.read);
        }
        assert_eq!(self.logits.len(), row * self.runner.outputs(), "a row of logits for each wanted token");
    }

    fn plan(&mut self) {
        let mut tokens = self.limits.tokens - self.running.iter().filter(|sequence| sequence.unread() == 1).count();
        let mut rows = self.limits.scored;
        for sequence in &mut self.running {
            let single = sequence.unread() == 1;
            let (count, wanted) = sequence.next_piece(if single { 1 } else { tokens }, rows);
            sequence.taken = (count, wanted);
            tokens -= if single { 0 } else { count };
            rows -= if wanted == Wanted::Every { count } else { 0 };
        }
    }
}
