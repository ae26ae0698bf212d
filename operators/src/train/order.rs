//! Which rows make a step. Owns their order, which is another in every epoch and depends on the seed and the epoch alone.

use engine::operator::Context;
use rand_chacha::rand_core::RngCore;

/// The rows of all steps.
pub(super) struct Order {
    rows: usize,
    batch: usize,
    seed: u64,
    /// The epoch that was asked for last, and its order.
    known: Option<(u64, Vec<usize>)>,
}

impl Order {
    /// So many rows, a batch of them in each step; an epoch's last step has what is left.
    pub(super) fn new(rows: usize, batch: usize, seed: u64) -> Self {
        Self { rows, batch: batch.max(1), seed, known: None }
    }

    /// How many steps an epoch has.
    pub(super) fn steps(&self) -> u64 {
        self.rows.div_ceil(self.batch) as u64
    }

    /// The rows of a step, counted from zero over all epochs.
    pub(super) fn at(&mut self, step: u64, context: &Context) -> Vec<usize> {
        let (epoch, place) = (step / self.steps(), (step % self.steps()) as usize);
        let known = self.known.take().filter(|(known, _)| *known == epoch);
        let order = known.map_or_else(|| shuffled(self.rows, epoch, self.seed, context), |(_, order)| order);
        let end = self.rows.min((place + 1) * self.batch);
        let rows = order[place * self.batch..end].to_vec();
        self.known = Some((epoch, order));
        rows
    }
}

/// Fisher and Yates's shuffle.
fn shuffled(rows: usize, epoch: u64, seed: u64, context: &Context) -> Vec<usize> {
    let mut random = context.random(&format!("epoch {epoch}"), seed);
    let mut order: Vec<usize> = (0..rows).collect();
    for place in (1..rows).rev() {
        // The high half of a product: as good as even, for fewer rows than there are words.
        let other = (u128::from(random.next_u64()) * (place as u128 + 1)) >> 64;
        order.swap(place, other as usize);
    }
    order
}

#[cfg(test)]
mod tests {
    use engine::operator::ContextParts;

    use super::*;

    #[test]
    fn every_epoch_has_every_row_once_in_an_order_of_its_own() {
        let context = Context::new(ContextParts::default());
        let mut order = Order::new(10, 4, 0);
        assert_eq!(order.steps(), 3);
        let epoch = |order: &mut Order, epoch: u64| -> Vec<usize> {
            (3 * epoch..3 * epoch + 3).flat_map(|step| order.at(step, &context)).collect()
        };
        let (first, second) = (epoch(&mut order, 0), epoch(&mut order, 1));
        for own in [&first, &second] {
            let mut sorted = own.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, (0..10).collect::<Vec<_>>());
        }
        assert_ne!(first, second);
        // Whatever was asked for before: a resumed training asks for a step in the middle first.
        assert_eq!(Order::new(10, 4, 0).at(4, &context), second[4..8]);
        assert_ne!(epoch(&mut Order::new(10, 4, 1), 0), first);
    }
}
