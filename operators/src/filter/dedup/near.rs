//! Rows with similar texts.

use engine::operator::{Context, Fault};
use engine::table::Table;

use super::{Dedup, Repeats};
use crate::filter::minhash::NearDuplicates;
use crate::texts::Texts;

/// Which random functions make the signatures. They change only which pairs just around the threshold are missed, so
/// that nobody needs to choose them.
const SEED: u64 = 0;

/// For each row the first kept one with a similar text.
pub(super) fn find(
    table: &Table,
    columns: &[String],
    settings: &Dedup,
    context: &Context,
) -> Result<Vec<Option<Repeats>>, Fault> {
    let search = NearDuplicates::new(settings.threshold, settings.permutations, settings.shingle, SEED);
    let search = search.ok_or_else(|| Fault::node("`threshold` must be above 0 and at most 1"))?;
    let mut documents = Vec::new();
    for batch in table.batches() {
        context.check_cancelled()?;
        let batch = batch?;
        let texts = Texts::of(&batch, columns)?;
        documents.extend((0..batch.num_rows()).map(|index| texts.joined(index)));
    }
    let found = search.find(&documents).into_iter();
    let repeats = found.map(|found| found.map(|found| Repeats { row: found.of, similarity: found.similarity }));
    Ok(repeats.collect())
}
