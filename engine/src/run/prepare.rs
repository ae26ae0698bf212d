//! What is known of a part's rows before any is worked on: journaled results, and those of earlier work.

use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use arrow::array::RecordBatch;
use tokio::sync::OwnedSemaphorePermit;

use super::emitter::NodeEmitter;
use super::journal::Journal;
use super::part::{OpenPart, RowResult};
use super::part_input::PartInput;
use super::row_key::row_keys;
use crate::cache::{RememberedRows, RowKey, RowPlace};
use crate::operator::Fault;

/// What a person is told, with the reason.
const UNREAD: &str = "earlier results cannot be read, the rows are worked again";

/// Makes portions of the input into parts.
pub(super) struct Preparation {
    /// Where journals lie.
    pub(super) journals: PathBuf,
    /// Results of earlier work; none where the operator's rows are not remembered.
    pub(super) remembered: Option<Mutex<RememberedRows>>,
    pub(super) events: NodeEmitter,
}

impl Preparation {
    /// A part with the results that are known already. Blocks.
    pub(super) fn prepare(
        &self,
        index: usize,
        batches: Vec<RecordBatch>,
        room: OwnedSemaphorePermit,
    ) -> Result<OpenPart, Fault> {
        let keys = self.keys(&batches);
        let (journal, journaled) = Journal::open(self.journals.join(format!("part-{index:05}")))?;
        let mut part = OpenPart::new(index, PartInput::new(batches), journal, room);
        for (row, outcome) in journaled {
            part.set(row as usize, RowResult::Called(outcome));
        }
        if let Some(keys) = keys {
            self.recall(&mut part, &keys);
            part.keys = Some(keys);
        }
        Ok(part)
    }

    fn keys(&self, batches: &[RecordBatch]) -> Option<Vec<RowKey>> {
        self.remembered.as_ref()?;
        match batches.iter().map(row_keys).collect::<Result<Vec<_>, _>>() {
            Ok(keys) => Some(keys.concat()),
            Err(error) => {
                self.events.warn(format!("rows are not remembered: {error}"));
                None
            }
        }
    }

    /// Sets the results that earlier work has. What cannot be fetched is worked again.
    fn recall(&self, part: &mut OpenPart, keys: &[RowKey]) {
        let Some(remembered) = &self.remembered else { return };
        let mut remembered = remembered.lock().unwrap_or_else(PoisonError::into_inner);
        if remembered.is_empty() {
            return;
        }
        let (rows, places) = match places(part, keys, &mut remembered) {
            Ok(found) => found,
            Err(error) => return self.events.warn(format!("{UNREAD}: {error}")),
        };
        if places.is_empty() {
            return;
        }
        match remembered.fetch(&places) {
            Ok(fetched) => part.recall(&rows, fetched),
            Err(error) => self.events.warn(format!("{UNREAD}: {error}")),
        }
    }
}

/// The rows of a part that have no result yet, but an earlier one, and where that lies.
fn places(
    part: &OpenPart,
    keys: &[RowKey],
    remembered: &mut RememberedRows,
) -> io::Result<(Vec<usize>, Vec<RowPlace>)> {
    let mut found = (Vec::new(), Vec::new());
    for (row, key) in keys.iter().enumerate().filter(|(row, _)| !part.has(*row)) {
        if let Some(place) = remembered.lookup(key)? {
            found.0.push(row);
            found.1.push(place);
        }
    }
    Ok(found)
}
