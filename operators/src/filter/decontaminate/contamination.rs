//! What a row shares with benchmarks, as a column.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Builder, ListBuilder, RecordBatch, StringBuilder, StructBuilder};
use arrow::datatypes::{DataType, Field, Fields};
use engine::operator::Fault;

use super::benchmarks::Benchmarks;
use crate::filter::ngram::BenchmarkId;
use crate::filter::words::WordList;
use crate::texts::Texts;

/// The column's name.
pub(super) const COLUMN: &str = "contamination";

/// What a row shares with one benchmark row.
struct Shared {
    /// The first run, as the row has it.
    ngram: String,
    /// How many different runs.
    overlap: usize,
}

/// The column of removed rows.
pub(super) fn field() -> Field {
    let item = Field::new_list_field(DataType::Struct(fields()), true);
    Field::new(COLUMN, DataType::List(Arc::new(item)), false)
}

fn fields() -> Fields {
    let text = |name: &str| Field::new(name, DataType::Utf8, false);
    Fields::from(vec![
        text("benchmark"),
        text("benchmark_id"),
        text("ngram"),
        Field::new("overlap", DataType::Int64, false),
    ])
}

/// The column for a batch; null for rows that share too little with every benchmark row.
pub(super) fn of_batch(
    benchmarks: &Benchmarks,
    batch: &RecordBatch,
    columns: &[String],
    min_overlap: NonZeroUsize,
) -> Result<ArrayRef, Fault> {
    let texts = Texts::of(batch, columns)?;
    let mut words = WordList::default();
    let mut column = builder();
    for index in 0..batch.num_rows() {
        let mut shared: BTreeMap<BenchmarkId, Shared> = BTreeMap::new();
        texts.visit(index, &mut |text| add_hits(benchmarks, text, &mut words, &mut shared));
        shared.retain(|_, shared| shared.overlap >= min_overlap.get());
        for (id, shared) in &shared {
            append(column.values(), benchmarks.row(*id), shared);
        }
        column.append(!shared.is_empty());
    }
    Ok(Arc::new(column.finish()))
}

fn add_hits(benchmarks: &Benchmarks, text: &str, words: &mut WordList, shared: &mut BTreeMap<BenchmarkId, Shared>) {
    words.read(text);
    for hit in benchmarks.index().hits(words) {
        for id in hit.documents {
            let first = || Shared { ngram: text[hit.range.clone()].to_owned(), overlap: 0 };
            shared.entry(*id).or_insert_with(first).overlap += 1;
        }
    }
}

fn builder() -> ListBuilder<StructBuilder> {
    let text = || Box::new(StringBuilder::new());
    let builders = StructBuilder::new(fields(), vec![text(), text(), text(), Box::new(Int64Builder::new())]);
    ListBuilder::new(builders).with_field(Field::new_list_field(DataType::Struct(fields()), true))
}

fn append(item: &mut StructBuilder, (benchmark, benchmark_id): (&str, &str), shared: &Shared) {
    for (place, text) in [benchmark, benchmark_id, &shared.ngram].into_iter().enumerate() {
        item.field_builder::<StringBuilder>(place).expect("the first three fields are text").append_value(text);
    }
    let overlap = i64::try_from(shared.overlap).unwrap_or(i64::MAX);
    item.field_builder::<Int64Builder>(3).expect("the fourth field is a number").append_value(overlap);
    item.append(true);
}
