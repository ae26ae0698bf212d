//! Pairs of texts of which one is better. Owns that a pair is left out where either text is too long, and never cut.

use std::sync::Arc;

use engine::operator::Fault;
use engine::row::Row;
use engine::table::Table;
use models::train::{Example, Paired, Weighed};

use super::parts::in_parts;

/// Two texts of which the first is better.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pair {
    pub(super) chosen: Example,
    pub(super) rejected: Example,
    /// By how much the first is to be better.
    pub(super) margin: f32,
}

/// A table's pairs, and how many of its rows are none.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) pairs: Vec<Pair>,
    long: usize,
    alike: usize,
}

/// What a batch's pairs were found to be.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Told {
    pub(super) loss: f64,
    /// How many pairs the model has the right way round; equal ones it does not.
    pub(super) accuracy: f64,
    /// How much more the better texts are worth.
    pub(super) margin: f64,
    pub(super) chosen: f64,
    pub(super) rejected: f64,
}

impl Read {
    /// Reads a table by `pair`. Pairs with a text of more than `most` tokens are left out, and so are those whose texts
    /// are the same or empty.
    pub(super) fn of(
        table: &Table,
        most: usize,
        mut pair: impl FnMut(&Row) -> Result<Pair, Fault>,
    ) -> Result<Self, Fault> {
        let mut read = Self::default();
        for batch in table.batches() {
            let batch = Arc::new(batch?);
            for index in 0..batch.num_rows() {
                let row = Row::new(batch.clone(), index);
                let pair = pair(&row).map_err(|fault| Fault::node(format!("row `{}`: {fault}", row.id())))?;
                let texts = [&pair.chosen, &pair.rejected];
                match pair {
                    _ if texts.iter().any(|text| text.tokens.len() > most) => read.long += 1,
                    _ if pair.chosen.tokens == pair.rejected.tokens => read.alike += 1,
                    _ if texts.iter().any(|text| text.count() == 0) => read.alike += 1,
                    pair => read.pairs.push(pair),
                }
            }
        }
        Ok(read)
    }

    /// The pairs, with what a person should know of those that were left out; none is a fault.
    pub(super) fn some(self, port: &str, most: usize, warn: impl FnOnce(String)) -> Result<Vec<Pair>, Fault> {
        let left_out = format!(
            "{} pairs have a text of more than {most} tokens (`max_tokens`), {} have two texts that are the same or empty",
            self.long, self.alike
        );
        if self.pairs.is_empty() {
            return Err(Fault::node(format!("nothing is learned of `{port}`: {left_out}")));
        }
        if self.long + self.alike > 0 {
            warn(format!("of `{port}`, left out: {left_out}"));
        }
        Ok(self.pairs)
    }
}

/// Both texts' numbers over the parts of a batch: `weigh` is given pairs and their margins.
pub(super) fn over_parts(
    batch: &[&Pair],
    part_tokens: usize,
    mut weigh: impl FnMut(Paired<'_>, &[f32]) -> Weighed,
) -> Told {
    let total = batch.len() as f64;
    let mut told = Told::default();
    // A pair has two rows.
    for part in in_parts(batch, part_tokens / 2, |pair| pair.chosen.tokens.len().max(pair.rejected.tokens.len())) {
        let chosen: Vec<&Example> = part.iter().map(|pair| &pair.chosen).collect();
        let rejected: Vec<&Example> = part.iter().map(|pair| &pair.rejected).collect();
        let margins: Vec<f32> = part.iter().map(|pair| pair.margin).collect();
        told.add(&weigh(Paired { chosen: &chosen, rejected: &rejected, total }, &margins), total);
    }
    told
}

impl Told {
    fn add(&mut self, weighed: &Weighed, total: f64) {
        self.loss += weighed.loss;
        for (chosen, rejected) in weighed.chosen.iter().zip(&weighed.rejected) {
            let (chosen, rejected) = (f64::from(*chosen), f64::from(*rejected));
            self.accuracy += f64::from(u8::from(chosen > rejected)) / total;
            self.margin += (chosen - rejected) / total;
            self.chosen += chosen / total;
            self.rejected += rejected / total;
        }
    }
}
