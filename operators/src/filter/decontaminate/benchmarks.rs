//! The benchmarks as one index, and the way from its numbers back to their rows.

use std::num::NonZeroUsize;

use arrow::array::AsArray;
use arrow::datatypes::Schema;
use engine::operator::{Context, Fault, Inputs};

use crate::filter::ngram::{BenchmarkId, NgramIndex};
use crate::texts::Texts;

/// How many ids of rows that are too short a warning names.
const NAMED: usize = 3;

/// Every row of every benchmark.
pub(super) struct Benchmarks {
    index: NgramIndex,
    rows: Vec<BenchmarkRow>,
    names: Vec<String>,
}

/// Where a number of the index leads.
struct BenchmarkRow {
    /// The place of its benchmark's name.
    benchmark: usize,
    /// The row's id.
    id: String,
    /// How many texts it has.
    texts: usize,
}

impl Benchmarks {
    /// Reads every input but `rows`.
    pub(super) fn read(
        ngram: NonZeroUsize,
        inputs: &Inputs,
        context: &Context,
        columns: &dyn Fn(&Schema) -> Vec<String>,
    ) -> Result<Self, Fault> {
        let mut benchmarks = Self { index: NgramIndex::new(ngram), rows: Vec::new(), names: Vec::new() };
        for (name, table) in inputs.named_tables(&["rows"]) {
            let columns = columns(&table.schema);
            benchmarks.names.push(name.to_owned());
            for batch in table.batches() {
                context.check_cancelled()?;
                benchmarks.add(&batch?, &columns)?;
            }
        }
        Ok(benchmarks)
    }

    /// The index over all benchmarks.
    pub(super) fn index(&self) -> &NgramIndex {
        &self.index
    }

    /// The benchmark's name and the row's id behind a number of the index.
    pub(super) fn row(&self, id: BenchmarkId) -> (&str, &str) {
        let row = &self.rows[id.0 as usize];
        (&self.names[row.benchmark], &row.id)
    }

    /// Warns, for every benchmark, of rows none of whose texts is long enough to be met.
    pub(super) fn warn_of_short(&self, ngram: NonZeroUsize, context: &Context) {
        let mut short_texts = vec![0; self.rows.len()];
        self.index.too_short().iter().for_each(|id| short_texts[id.0 as usize] += 1);
        for (place, name) in self.names.iter().enumerate() {
            let of_benchmark = || self.rows.iter().zip(&short_texts).filter(|(row, _)| row.benchmark == place);
            let short: Vec<_> =
                of_benchmark().filter(|(row, short)| row.texts == **short).map(|(row, _)| row).collect();
            if short.is_empty() {
                continue;
            }
            let mut ids: Vec<_> = short.iter().take(NAMED).map(|row| row.id.as_str()).collect();
            if short.len() > NAMED {
                ids.push("...");
            }
            let (short, all) = (short.len(), of_benchmark().count());
            context.warn(format!(
                "{short} of {all} rows of benchmark `{name}` have fewer than {ngram} words and can never be met: {}",
                ids.join(", ")
            ));
        }
    }

    fn add(&mut self, batch: &arrow::array::RecordBatch, columns: &[String]) -> Result<(), Fault> {
        let texts = Texts::of(batch, columns)?;
        let ids = batch.column_by_name("id").and_then(|column| column.as_string_opt::<i32>());
        let ids = ids.ok_or_else(|| Fault::node("a benchmark has no column `id` of text"))?;
        for index in 0..batch.num_rows() {
            let number = u32::try_from(self.rows.len()).map_err(|_| Fault::node("benchmarks have too many rows"))?;
            let mut count = 0;
            texts.visit(index, &mut |text| {
                self.index.insert(BenchmarkId(number), text);
                count += 1;
            });
            let (benchmark, id) = (self.names.len() - 1, ids.value(index).to_owned());
            self.rows.push(BenchmarkRow { benchmark, id, texts: count });
        }
        Ok(())
    }
}
