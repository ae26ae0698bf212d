//! Where everything lies below the cache's root: pure paths, no file is touched here.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::plan::Fingerprint;
use crate::table::part_name;

pub(super) const ENTRY: &str = "entry.json";
pub(super) const INGREDIENTS: &str = "ingredients.json";
pub(super) const STAMPS: &str = "stamps.json";
/// Holds the commits of parts. Starts with a dot, as no port's name can.
pub(super) const COMMITS: &str = ".parts";
pub(super) const PROGRESS: &str = "progress";

/// The paths of one cache.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    root: PathBuf,
}

impl Layout {
    pub(super) fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// `ab/abcd...`: two levels, so that no folder grows too long.
    pub(super) fn entry(&self, fingerprint: &Fingerprint) -> PathBuf {
        let name = fingerprint.to_string();
        self.root.join(&name[..2]).join(name)
    }

    pub(super) fn partials(&self) -> PathBuf {
        self.root.join("partial")
    }

    pub(super) fn partial(&self, fingerprint: &Fingerprint) -> PathBuf {
        self.partials().join(fingerprint.to_string())
    }

    pub(super) fn locks(&self) -> PathBuf {
        self.root.join("locks")
    }

    pub(super) fn lock(&self, fingerprint: &Fingerprint) -> PathBuf {
        self.locks().join(fingerprint.to_string())
    }

    pub(super) fn memo(&self) -> PathBuf {
        self.root.join("memo")
    }

    pub(super) fn digests(&self) -> PathBuf {
        self.root.join("digests")
    }

    pub(super) fn rows(&self) -> PathBuf {
        self.root.join("rows")
    }

    pub(super) fn row_markers(&self, identity: &Fingerprint) -> PathBuf {
        self.rows().join(identity.to_string())
    }

    pub(super) fn all_prolonged(&self) -> PathBuf {
        self.root.join("prolonged")
    }

    pub(super) fn prolonged(&self, identity: &Fingerprint) -> PathBuf {
        self.all_prolonged().join(identity.to_string())
    }

    pub(super) fn runs(&self) -> PathBuf {
        self.root.join("runs")
    }

    pub(super) fn run(&self, id: &str) -> PathBuf {
        self.runs().join(id)
    }

    pub(super) fn report(&self, run: &str) -> PathBuf {
        self.root.join("reports").join(format!("{run}.html"))
    }

    pub(super) fn histories(&self) -> PathBuf {
        self.root.join("pipelines")
    }

    /// The history of a pipeline's nodes. Named by a digest: a pipeline's name need not be a file's.
    pub(super) fn history(&self, pipeline: &str) -> PathBuf {
        let name = Fingerprint::of(pipeline.as_bytes()).to_string();
        self.histories().join(format!("{}.json", &name[..32]))
    }

    pub(super) fn temporaries(&self) -> PathBuf {
        self.root.join("tmp")
    }

    /// A name that no one else uses, on the same file system as everything else.
    pub(super) fn temporary(&self, label: &str) -> PathBuf {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let nanoseconds = super::time::now().as_nanos();
        self.temporaries().join(format!("{label}-{}-{nanoseconds}-{number}", std::process::id()))
    }
}

/// A part's file below an entry's folder.
pub(super) fn part(folder: &Path, port: &str, index: usize) -> PathBuf {
    folder.join(port).join(part_name(index))
}

/// A part's commit below an entry's folder.
pub(super) fn commit(folder: &Path, index: usize) -> PathBuf {
    folder.join(COMMITS).join(format!("part-{index:05}"))
}

/// What a run was told beside its plan, below the run's folder.
pub(super) fn provenance(run: &Path) -> PathBuf {
    run.join("provenance.json")
}

/// What happened in a run, below the run's folder.
pub(super) fn events(run: &Path) -> PathBuf {
    run.join("events.jsonl")
}

/// The outputs that a run finished, below the run's folder.
pub(super) fn finished(run: &Path) -> PathBuf {
    run.join("finished")
}
