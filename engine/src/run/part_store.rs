//! Where a row operator's whole parts go: assembled, committed, announced to who reads them.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use arrow::datatypes::SchemaRef;
use tokio::sync::watch;

use super::assembly::PortRows;
use super::emitter::Progress;
use super::halt::Halt;
use super::part::{Counts, WholePart};
use super::row_driver::Tally;
use super::standing::Standing;
use crate::cache::{self, PortPart, RowLedger, Unfinished};
use crate::operator::Fault;
use crate::port::PortType;

/// The store of one row operator's parts.
pub(super) struct PartStore {
    unfinished: Unfinished,
    ports: Vec<RowsPort>,
    standing: watch::Sender<Standing>,
    total: Arc<OnceLock<u64>>,
}

/// A port with rows, by its place among the operator's outputs.
struct RowsPort {
    place: u16,
    name: &'static str,
    schema: SchemaRef,
}

/// A committed part.
#[derive(Debug)]
pub(super) struct Committed {
    /// Its input rows.
    pub(super) rows: u64,
    pub(super) counts: Counts,
    /// Rows that it gave, by port with rows.
    pub(super) given: Vec<u64>,
}

impl PartStore {
    pub(super) fn new(
        unfinished: Unfinished,
        ports: &[(&'static str, PortType)],
        standing: watch::Sender<Standing>,
        total: Arc<OnceLock<u64>>,
    ) -> Self {
        let rows = |(place, (name, port_type)): (usize, &(&'static str, PortType))| {
            let place = u16::try_from(place).ok()?;
            Some(RowsPort { place, name, schema: port_type.schema()?.clone() })
        };
        let ports = ports.iter().enumerate().filter_map(rows).collect();
        Self { unfinished, ports, standing, total }
    }

    /// Commits a part, tells its readers, and removes its journal. Blocks.
    pub(super) fn commit(&self, part: WholePart) -> Result<Committed, Halt> {
        let schema_of = |port: &RowsPort| part.port_rows(port.place, port.name, &port.schema);
        let rows = self.ports.iter().map(schema_of).collect::<Result<Vec<_>, Fault>>()?;
        let ledger = ledger(&part, &rows);
        let counts = Counts::of(&part.results);
        let given = rows.iter().map(|rows| rows.batches.iter().map(|batch| batch.num_rows() as u64).sum()).collect();
        let ports = self.ports.iter().zip(rows);
        let ports =
            ports.map(|(port, PortRows { batches, .. })| PortPart { port: port.name, schema: &port.schema, batches });
        let ports: Vec<_> = ports.collect();
        let note = postcard::to_stdvec(&counts.remembered).map_err(|error| Halt::failed(error.to_string()))?;
        self.unfinished.commit(part.index, &ports, ledger, &note).map_err(Fault::from)?;
        self.announce();
        part.journal.remove()?;
        Ok(Committed { rows: part.results.len() as u64, counts, given })
    }

    /// Tells readers how many parts there are; unless the task is over, as it is when its operator panicked while a
    /// part was being committed.
    pub(super) fn announce(&self) {
        let (folder, parts) = (self.unfinished.folder().to_owned(), self.unfinished.committed());
        self.standing.send_if_modified(|standing| {
            let goes_on = matches!(standing, Standing::Waiting | Standing::Growing { .. });
            if goes_on {
                *standing = Standing::Growing { folder, parts };
            }
            goes_on
        });
    }

    /// What earlier runs committed.
    pub(super) fn tally(&self) -> Tally {
        let mut tally = Tally { rows: vec![0; self.ports.len()], ..Tally::default() };
        for commit in (0..self.unfinished.committed()).filter_map(|index| self.unfinished.committed_part(index)) {
            tally.committed += commit.ledger().rows() as u64;
            let remembered = postcard::from_bytes(commit.note()).unwrap_or_default();
            tally.counts += Counts { failed: commit.ledger().failures().len() as u64, remembered };
            for (rows, port) in tally.rows.iter_mut().zip(&self.ports) {
                *rows += commit.part(port.name).map_or(0, |part| part.rows);
            }
        }
        tally
    }

    /// Input rows in all, once that is known.
    pub(super) fn total(&self) -> Option<u64> {
        self.total.get().copied()
    }

    /// Notes how far the work is, for plans. A plan that cannot be told shows less; the work goes on.
    pub(super) fn note(&self, progress: &Progress) {
        let _ = self.unfinished.note_progress(cache::Progress { done: progress.done, of: progress.of });
    }

    /// The tally's rows by port.
    pub(super) fn rows(&self, tally: &Tally) -> BTreeMap<&'static str, u64> {
        self.ports.iter().map(|port| port.name).zip(tally.rows.iter().copied()).collect()
    }

    /// The output, when no one else uses the store any more.
    pub(super) fn into_unfinished(self) -> Unfinished {
        self.unfinished
    }
}

fn ledger(part: &WholePart, ports: &[PortRows]) -> RowLedger {
    let mut ledger = RowLedger::new(ports.len());
    let mut counts = vec![0; ports.len()];
    for (row, result) in part.results.iter().enumerate() {
        let key = part.keys.as_ref().map(|keys| keys[row]);
        if let Some(reason) = result.failure() {
            ledger.push_failure(key, part.input.row(row).id(), reason);
            continue;
        }
        counts.iter_mut().zip(ports).for_each(|(count, port)| *count = port.of_row[row]);
        ledger.push(key, &counts);
    }
    ledger
}
