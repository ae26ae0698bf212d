//! Who is let in. Owns the order, which is that of waiting, and its one exception: whoever begins as another does that
//! is just being read waits for that, so that it is read once.

use super::JobError;
use super::queue::Batch;
use super::sequence::{Age, Sequence};
use crate::generate::Runner;
use crate::generate::pages::{Full, Pages};

impl<R: Runner> Batch<R> {
    /// Lets sequences in while there are places, tokens to read in this pass, and pages.
    pub(super) fn admit(&mut self) {
        let mut planned: usize = self.running.iter().map(Sequence::unread).sum();
        let mut next = self.waiting.first_key_value().map(|(age, _)| *age);
        while let Some(age) = next
            && self.running.len() < self.limits.sequences
            && planned < self.limits.tokens
        {
            if !self.must_wait(age) {
                match self.enter(age) {
                    Ok(unread) => planned += unread,
                    // Nobody overtakes for being short.
                    Err(Full) => break,
                }
            }
            next = self.waiting.range(age..).find(|(other, _)| **other != age).map(|(age, _)| *age);
        }
        self.running.sort_unstable_by_key(|sequence| sequence.age);
    }

    /// Whether another is reading what this one begins with.
    fn must_wait(&mut self, age: Age) -> bool {
        let Self { waiting, running, pages, .. } = self;
        let Some(sequence) = waiting.get_mut(&age) else { return false };
        let still = |(age, tokens): (Age, usize)| running.iter().any(|other| other.age == age && other.read < tokens);
        if !sequence.awaits.is_some_and(still) {
            sequence.awaits = awaited(sequence, running, pages);
        }
        sequence.awaits.is_some()
    }

    /// Lets a sequence in; gives how many tokens it has to read.
    fn enter(&mut self, age: Age) -> Result<usize, Full> {
        let Some(sequence) = self.waiting.get_mut(&age) else { return Ok(0) };
        let (goal, capacity) = (sequence.goal(), self.pages.capacity());
        if goal > capacity {
            self.fail(age.job, JobError::Pages { tokens: goal, capacity });
            return Ok(0);
        }
        let mut table = self.pages.find(sequence.shareable());
        let cached = table.pages().len() * self.pages.page_tokens();
        let missing = self.pages.pages_for(goal) - table.pages().len();
        // Each of those that run may need a page soon, and would push this one out again.
        if !self.running.is_empty() && missing + self.running.len() > self.pages.available() {
            self.pages.release(&mut table);
            return Err(Full);
        }
        self.pages.reserve(&mut table, cached, goal)?;
        let Some(sequence) = self.waiting.remove(&age) else { return Ok(0) };
        self.counters.cached += cached as u64;
        if let Some(open) = self.open.get_mut(&age.job) {
            open.let_in(cached);
        }
        self.running.push(Sequence { table, read: cached, ..sequence });
        Ok(goal - cached)
    }
}

/// Who reads the most of what this one begins with, where that is more than has been read before.
fn awaited(sequence: &Sequence, running: &[Sequence], pages: &Pages) -> Option<(Age, usize)> {
    let own = sequence.shareable();
    let reading = running.iter().filter(|other| other.unread() > 1);
    let common = |other: &Sequence| {
        let same = own.iter().zip(&other.tokens[..other.goal()]).take_while(|(own, other)| own == other).count();
        same - same % pages.page_tokens()
    };
    let shared = reading.map(|other| (other.age, common(other), other.read));
    let longest = shared.filter(|(_, tokens, read)| tokens > read).max_by_key(|(_, tokens, _)| *tokens);
    longest.filter(|(_, tokens, _)| *tokens > pages.known(own)).map(|(age, tokens, _)| (age, tokens))
}
