//! The cache as everyone else sees it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::digest::{Digests, Trust};
use super::entry::Found;
use super::layout::Layout;
use super::lock::Lock;
use super::memo::StoredMemo;
use super::rows::RememberedRows;
use super::runs::{self, History, RunFolder, RunRecord};
use super::unfinished::{self, Claim, Progress, Unfinished};
use super::{CacheError, find};
use crate::operator::Memo;
use crate::plan::Fingerprint;

/// Outputs by fingerprint, and what else is kept between runs. Clones share.
#[derive(Clone, Debug)]
pub struct Cache {
    pub(super) layout: Layout,
    digests: Digests,
}

impl Cache {
    /// The cache below `root`, which need not exist: it is made by the first write. One that cannot be written can
    /// still be read.
    ///
    /// # Errors
    /// A root that is something else than a folder.
    pub fn open(root: &Path) -> Result<Self, CacheError> {
        if root.exists() && !root.is_dir() {
            let source = std::io::Error::from(std::io::ErrorKind::NotADirectory);
            return Err(CacheError::Unwritable { path: root.to_owned(), source });
        }
        let layout = Layout::new(root);
        let digests = Digests::new(layout.digests(), Trust::Remembered);
        Ok(Self { layout, digests })
    }

    /// The same cache, but digests of files are believed or not.
    #[must_use]
    pub fn trusting(self, trust: Trust) -> Self {
        let digests = Digests::new(self.layout.digests(), trust);
        Self { digests, ..self }
    }

    /// Where it lies.
    #[must_use]
    pub fn root(&self) -> &Path {
        self.layout.root()
    }

    /// Whether an output is there, and as it was stored.
    #[must_use]
    pub fn find(&self, fingerprint: &Fingerprint) -> Found {
        find::find(&self.layout, fingerprint)
    }

    /// How far an unfinished output is; takes no lock.
    #[must_use]
    pub fn unfinished(&self, fingerprint: &Fingerprint) -> Option<Progress> {
        unfinished::progress(&self.layout, fingerprint)
    }

    /// Asks to make an output. Nobody else makes it until the answer [`Claim::Ours`] is dropped or published.
    ///
    /// # Errors
    /// A cache that cannot be written.
    pub fn claim(&self, fingerprint: &Fingerprint) -> Result<Claim, CacheError> {
        if let Found::Present(entry) = self.find(fingerprint) {
            return Ok(Claim::Done(entry));
        }
        let Some(lock) = Lock::try_take(&self.layout.lock(fingerprint))? else { return Ok(Claim::Theirs) };
        // Another holder may have published between the question and the lock.
        if let Found::Present(entry) = self.find(fingerprint) {
            return Ok(Claim::Done(entry));
        }
        Unfinished::open(&self.layout, *fingerprint, lock).map(Claim::Ours)
    }

    /// The file of a committed part, whether its output is published by now or not. Ask right before opening: a
    /// publication moves the file.
    #[must_use]
    pub fn part_path(&self, fingerprint: &Fingerprint, port: &str, index: usize) -> PathBuf {
        find::part_path(&self.layout, fingerprint, port, index)
    }

    /// The rows that outputs of this [`crate::plan::Ingredients::row_identity`] have results for.
    ///
    /// # Errors
    /// An index that does not fit in memory and cannot be set aside.
    pub fn remembered_rows(&self, identity: &Fingerprint) -> io::Result<RememberedRows> {
        RememberedRows::open(&self.layout, identity)
    }

    /// The store for what must not be paid for twice.
    #[must_use]
    pub fn memo(&self) -> Arc<dyn Memo> {
        Arc::new(StoredMemo::new(self.layout.clone()))
    }

    /// The file beside a state that was left for longer runs, with the output that it was left by.
    pub const PROLONGED_FROM: &str = "from";

    /// Where states that reached their end are left for runs of more steps.
    #[must_use]
    pub fn prolonged(&self, identity: &Fingerprint) -> PathBuf {
        self.layout.prolonged(identity)
    }

    /// Remembered digests of files outside the cache.
    #[must_use]
    pub fn digests(&self) -> &Digests {
        &self.digests
    }

    /// Begins the record of a run.
    ///
    /// # Errors
    /// A cache that cannot be written.
    pub fn begin_run(&self, record: RunRecord) -> Result<RunFolder, CacheError> {
        runs::begin(&self.layout, record)
    }

    /// Every recorded run, the latest first.
    #[must_use]
    pub fn runs(&self) -> Vec<RunRecord> {
        runs::all(&self.layout)
    }

    /// The folder of a recorded run.
    #[must_use]
    pub fn run_folder(&self, id: &str) -> PathBuf {
        self.layout.run(id)
    }

    /// What the nodes of a pipeline were in the last run that had them.
    #[must_use]
    pub fn history(&self, pipeline: &str) -> History {
        runs::history(&self.layout, pipeline)
    }

    /// Whether a run finished an output.
    #[must_use]
    pub fn finished(&self, run: &str, fingerprint: &Fingerprint) -> bool {
        runs::finished(&self.layout, run, fingerprint)
    }
}
