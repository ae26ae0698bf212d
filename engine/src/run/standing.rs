//! Where a task stands, as those see it who read its output.

use std::path::PathBuf;

use super::halt::Halt;
use crate::cache::Entry;
use crate::table::{Table, part_name};

/// Where a task stands. It moves down this list, never up.
#[derive(Clone, Debug)]
pub(super) enum Standing {
    /// It has given nothing yet.
    Waiting,
    /// It is at work on single rows, and so many parts of each port are committed in its unfinished entry.
    Growing {
        /// The unfinished entry.
        folder: PathBuf,
        /// Parts of each port.
        parts: usize,
    },
    /// Its output is stored.
    Done(Entry),
    /// There will be no output in this run; for those who read it.
    Over(Halt),
}

/// Rows of one port, as far as they are stored.
#[derive(Clone, Debug)]
pub(super) enum Stored {
    /// Its first parts.
    Growing {
        /// Where they are.
        folder: PathBuf,
        /// How many.
        parts: usize,
    },
    /// All.
    Whole(Table),
}

impl Standing {
    /// The rows of a port that can be read now; none while the task gives none.
    pub(super) fn stored(&self, port: &str) -> Result<Option<Stored>, Halt> {
        match self {
            Self::Waiting => Ok(None),
            Self::Growing { folder, parts } => Ok(Some(Stored::Growing { folder: folder.join(port), parts: *parts })),
            Self::Done(entry) => match entry.table(port)? {
                Some(table) => Ok(Some(Stored::Whole(table))),
                None => Err(Halt::failed(format!("the stored input has no rows under `{port}`"))),
            },
            Self::Over(halt) => Err(halt.clone()),
        }
    }
}

impl Stored {
    /// The file of a part.
    pub(super) fn part(&self, index: usize) -> Option<PathBuf> {
        match self {
            Self::Growing { folder, parts } => (index < *parts).then(|| folder.join(part_name(index))),
            Self::Whole(table) => table.parts.get(index).cloned(),
        }
    }

    /// All rows, once they are known.
    pub(super) fn total(&self) -> Option<u64> {
        match self {
            Self::Growing { .. } => None,
            Self::Whole(table) => Some(table.rows),
        }
    }
}
