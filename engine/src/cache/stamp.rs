//! What the file system says about a file, by which a digest is known without reading the file again.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A file that was changed less than this ago may be changed again without a new time: clocks of file systems tick
/// every few milliseconds. What is stamped so early is not believed.
const SETTLING: Duration = Duration::from_millis(100);

/// Size, times and inode. The time of change (ctime) cannot be set back, so that content replaced under a restored
/// modification time shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Stamp {
    pub(super) size: u64,
    pub(super) modified: i64,
    pub(super) changed: i64,
    pub(super) inode: u64,
}

impl Stamp {
    pub(super) fn of(metadata: &Metadata) -> Self {
        Self {
            size: metadata.len(),
            modified: nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
            changed: nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
            inode: metadata.ino(),
        }
    }

    pub(super) fn at(path: &Path) -> std::io::Result<Self> {
        std::fs::metadata(path).map(|metadata| Self::of(&metadata))
    }

    /// Whether every later change must show in the stamp.
    pub(super) fn settled(&self) -> bool {
        let before = super::time::now().saturating_sub(SETTLING);
        i128::from(self.changed) < i128::try_from(before.as_nanos()).unwrap_or(i128::MAX)
    }
}

fn nanoseconds(seconds: i64, rest: i64) -> i64 {
    seconds.saturating_mul(1_000_000_000).saturating_add(rest)
}
