//! Outputs by fingerprint, kept between runs: found, claimed, committed part by part, published whole.
//!
//! Owns everything below the cache's root but the journals and saved states that a run keeps with an unfinished
//! output. Knows what outputs are made of; does not know how they are computed, and never decides what runs.

mod adopt;
mod artifact;
mod collect;
mod commit;
mod digest;
mod entry;
mod error;
mod find;
mod layout;
mod ledger;
mod lock;
mod memo;
mod publish;
mod record;
mod replay;
mod rows;
mod runs;
mod sealed;
mod stamp;
mod store;
mod survey;
mod time;
mod unfinished;
mod usage;
mod verify;

pub use adopt::{Adopt, AdoptSource};
pub use collect::{Ages, Garbage, GarbageKind};
pub use commit::PartCommit;
pub use digest::{Digests, Trust};
pub use entry::{Entry, Found};
pub use error::CacheError;
pub use ledger::{RowFailure, RowKey, RowLedger};
pub use record::{Adoption, FileRecord, PortRecord, Provenance, Summary};
pub use rows::{Remembered, RememberedRow, RememberedRows, RowPlace, RowRange};
pub use runs::{History, LastSeen, RunFolder, RunRecord, RunTask};
pub use store::Cache;
pub use time::milliseconds;
pub use unfinished::{Claim, PortPart, Progress, Unfinished};
pub use usage::{EntryUsage, UnfinishedUsage, Usage};
pub use verify::{Damage, Verification};

#[cfg(test)]
pub(crate) mod tests;
