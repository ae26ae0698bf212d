//! A program's usages as the columns of a row.

use engine::row::Cell;

use super::usage::{TestUsage, median, spread};

/// The averages over the tests that were passed, and one entry a test.
pub(super) fn of(usages: &[TestUsage]) -> Vec<(String, Cell)> {
    let average = |of: fn(&TestUsage) -> Option<f64>| {
        let passed = usages.iter().filter(|usage| !usage.result.is_failure());
        mean(&passed.filter_map(of).collect::<Vec<_>>())
    };
    let cells = [
        ("fuel", average(|usage| usage.fuel.map(|fuel| fuel as f64)).into()),
        ("memory", average(|usage| usage.memory.map(|memory| memory as f64)).into()),
        ("cpu_seconds", average(|usage| median(&usage.cpu)).into()),
        ("wall_seconds", average(|usage| median(&usage.wall)).into()),
        ("results", Cell::List(usages.iter().map(entry).collect())),
    ];
    cells.map(|(name, cell)| (name.to_owned(), cell)).into()
}

fn entry(usage: &TestUsage) -> Cell {
    let count = |count: Option<u64>| count.and_then(|count| i64::try_from(count).ok()).into();
    Cell::structure([
        ("status", usage.result.status.name().into()),
        ("message", usage.result.message.clone().into()),
        ("fuel", count(usage.fuel)),
        ("memory", count(usage.memory)),
        ("cpu_seconds", median(&usage.cpu).into()),
        ("cpu_spread", spread(&usage.cpu).into()),
        ("wall_seconds", median(&usage.wall).into()),
        ("wall_spread", spread(&usage.wall).into()),
    ])
}

fn mean(numbers: &[f64]) -> Option<f64> {
    (!numbers.is_empty()).then(|| numbers.iter().sum::<f64>() / numbers.len() as f64)
}
