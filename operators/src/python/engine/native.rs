//! The Pythons that were asked what they are.
//!
//! Each is asked once in the life of this program, so that a plan and the run that follows it speak of the same
//! packages.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use sandbox::process::{Installation, Refusal};

static ASKED: Mutex<BTreeMap<Option<PathBuf>, Result<Installation, Refusal>>> = Mutex::new(BTreeMap::new());

/// The installation behind a path or a name; `python3` of the search path where there is none.
pub(super) fn installation(named: &Option<PathBuf>) -> Result<Installation, Refusal> {
    // Nothing panics while the lock is held, and an answer that is there is whole.
    let mut asked = ASKED.lock().unwrap_or_else(PoisonError::into_inner);
    asked.entry(named.clone()).or_insert_with(|| Installation::survey(named.as_deref())).clone()
}
