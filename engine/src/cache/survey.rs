//! What lies below the cache's root: every output by fingerprint, and sizes.

use std::fs;
use std::path::Path;

use super::layout::Layout;
use crate::plan::Fingerprint;

/// The fingerprints of all entries, damaged ones too, in order.
pub(super) fn entries(layout: &Layout) -> Vec<Fingerprint> {
    let folders = names(layout.root()).into_iter().filter(|name| name.len() == 2);
    let mut found: Vec<Fingerprint> = folders.flat_map(|folder| fingerprints(&layout.root().join(folder))).collect();
    found.sort_unstable();
    found
}

/// The fingerprints that a folder's files or folders are named by, in order.
pub(super) fn fingerprints(folder: &Path) -> Vec<Fingerprint> {
    let mut found: Vec<Fingerprint> = names(folder).iter().filter_map(|name| name.parse().ok()).collect();
    found.sort_unstable();
    found
}

/// The names in a folder; none where there is no folder.
pub(super) fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect()
}

/// Bytes of a file, or of all files below a folder.
pub(super) fn bytes(path: &Path) -> u64 {
    let Ok(metadata) = fs::symlink_metadata(path) else { return 0 };
    if !metadata.is_dir() {
        return metadata.len();
    }
    names(path).iter().map(|name| bytes(&path.join(name))).sum()
}

/// Milliseconds since 1970 of the last change below a folder; zero where it cannot be told.
pub(super) fn last_change(path: &Path) -> u64 {
    let own = fs::symlink_metadata(path).and_then(|metadata| metadata.modified()).ok();
    let own = own.and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    let own = own.map_or(0, |time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
    let is_folder = path.is_dir() && !path.is_symlink();
    let below = if is_folder { names(path) } else { Vec::new() };
    below.iter().map(|name| last_change(&path.join(name))).fold(own, u64::max)
}
