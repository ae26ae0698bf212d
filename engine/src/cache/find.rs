//! Whether an output is there and still what was stored.
//!
//! Small files prove themselves. Parts are believed while the file system says that they were not touched since
//! their digest was taken; otherwise they are read once, and stamped anew or the entry is refused.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use super::entry::{Entry, Found};
use super::layout::{self, ENTRY, INGREDIENTS, Layout, STAMPS};
use super::record::EntryRecord;
use super::stamp::Stamp;
use super::{digest, sealed};
use crate::plan::Fingerprint;
use crate::table::Digest;

/// The stamps of an entry's files by path below its folder.
pub(super) type Stamps = HashMap<String, Stamp>;

pub(super) fn find(layout: &Layout, fingerprint: &Fingerprint) -> Found {
    let folder = layout.entry(fingerprint);
    let found = record(&folder, fingerprint);
    match found {
        Ok(Some(record)) => match check_files(layout, &folder, &record) {
            Ok(()) => Found::Present(Entry::new(folder, record)),
            Err(message) => Found::Damaged { message },
        },
        Ok(None) => Found::Missing,
        Err(message) => Found::Damaged { message },
    }
}

/// The entry's own account, with the ingredients proven; the parts are not looked at.
pub(super) fn record(folder: &Path, fingerprint: &Fingerprint) -> Result<Option<EntryRecord>, String> {
    let bytes = match fs::read(folder.join(ENTRY)) {
        Ok(bytes) => bytes,
        Err(_) if !folder.exists() => return Ok(None),
        Err(error) => return Err(format!("{ENTRY} cannot be read: {error}")),
    };
    let record: EntryRecord = sealed::unseal(&bytes).ok_or_else(|| format!("{ENTRY} is not as it was written"))?;
    if record.fingerprint != *fingerprint {
        return Err(format!("{ENTRY} is that of another output, {}", record.fingerprint.short()));
    }
    let ingredients = fs::read(folder.join(INGREDIENTS)).map_err(|error| format!("{INGREDIENTS}: {error}"))?;
    if Digest::of(&ingredients) != record.ingredients {
        return Err(format!("{INGREDIENTS} is not as it was written"));
    }
    Ok(Some(record))
}

fn check_files(layout: &Layout, folder: &Path, record: &EntryRecord) -> Result<(), String> {
    let mut stamps = stamps(folder);
    let mut read = 0;
    for (port, given) in &record.ports {
        for (name, bytes, digest) in given.files() {
            let relative = format!("{port}/{name}");
            let remembered = stamps.get(&relative).copied();
            if let Some(stamp) = check_file(folder, &relative, bytes, digest, remembered)? {
                read += 1;
                stamps.insert(relative, stamp);
            }
        }
    }
    if read > 0 {
        // In a cache that is only read, the files are read again next time.
        let _ = sealed::write_atomically(layout, &folder.join(STAMPS), &sealed::seal(&stamps));
    }
    Ok(())
}

/// A stamp to remember, where the file had to be read.
fn check_file(
    folder: &Path,
    relative: &str,
    bytes: u64,
    digest: Digest,
    remembered: Option<Stamp>,
) -> Result<Option<Stamp>, String> {
    let path = folder.join(relative);
    let stamp = Stamp::at(&path).map_err(|error| format!("{relative} cannot be read: {error}"))?;
    if stamp.size != bytes {
        return Err(format!("{relative} has {} bytes where {bytes} were stored", stamp.size));
    }
    if remembered == Some(stamp) {
        return Ok(None);
    }
    let (stable, found) = digest::of_file(&path).map_err(|error| format!("{relative} cannot be read: {error}"))?;
    if found != digest {
        return Err(format!("{relative} is not as it was stored"));
    }
    Ok(stable.filter(Stamp::settled))
}

/// The remembered stamps; none where they are unreadable, which costs only reading the files again.
pub(super) fn stamps(folder: &Path) -> Stamps {
    fs::read(folder.join(STAMPS)).ok().and_then(|bytes| sealed::unseal(&bytes)).unwrap_or_default()
}

/// Stamps of an entry's files as they are now, those that can be believed later.
pub(super) fn stamp_files(folder: &Path, record: &EntryRecord) -> Stamps {
    let files = record
        .ports
        .iter()
        .flat_map(|(port, given)| given.files().into_iter().map(move |(name, ..)| format!("{port}/{name}")));
    let stamped = files.filter_map(|relative| Some((Stamp::at(&folder.join(&relative)).ok()?, relative)));
    stamped.filter(|(stamp, _)| stamp.settled()).map(|(stamp, relative)| (relative, stamp)).collect()
}

/// The file of a part, wherever its entry lies by now.
pub(super) fn part_path(layout: &Layout, fingerprint: &Fingerprint, port: &str, index: usize) -> std::path::PathBuf {
    let finished = layout::part(&layout.entry(fingerprint), port, index);
    if finished.exists() {
        return finished;
    }
    let partial = layout::part(&layout.partial(fingerprint), port, index);
    // It may have been published between the two questions.
    if partial.exists() { partial } else { finished }
}
