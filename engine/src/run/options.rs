//! What a run is told beside its plan.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::emitter::Listener;
use super::retry::Backoff;
use crate::operator::{Cancellation, NoSecrets, SecretResolver};

/// What a run is told beside its plan; none of it changes a result.
#[derive(Clone)]
pub struct RunOptions {
    /// Secrets by name.
    pub secrets: Arc<dyn SecretResolver>,
    /// The wish to end: rows and steps under way are finished and kept.
    pub cancellation: Cancellation,
    /// Who is told of every event.
    pub listener: Listener,
    /// Where the user's tools keep what is made once a machine.
    pub machine_folder: Option<PathBuf>,
    /// What the machine has: `cuda:0` in bytes, an endpoint's slots.
    pub capacity: BTreeMap<String, u64>,
    /// Rows under way at once, where neither the node nor its operator is to decide.
    pub concurrency: Option<usize>,
    /// How often work is tried again after the world failed, where the node does not say.
    pub retries: u32,
    /// The waits between attempts.
    pub backoff: Backoff,
    /// How often a step operator is saved.
    pub save_every: Duration,
    /// The manifest's folder, below which the files of sinks appear; none appear without it.
    pub root: Option<PathBuf>,
    /// What the run's record says of it beside the plan: what was asked, in which version, where.
    pub provenance: serde_json::Value,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self {
            secrets: Arc::new(NoSecrets),
            cancellation: Cancellation::default(),
            listener: Arc::new(|_| ()),
            machine_folder: None,
            capacity: BTreeMap::new(),
            concurrency: None,
            retries: 5,
            backoff: Backoff::default(),
            save_every: Duration::from_secs(60),
            root: None,
            provenance: serde_json::Value::Null,
        }
    }
}
