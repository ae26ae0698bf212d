//! The files of an artifact: a folder of any depth.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::record::FileRecord;
use super::{CacheError, digest};

/// Every file below a folder, by its path below it, with size and digest.
pub(super) fn describe(folder: &Path) -> Result<BTreeMap<String, FileRecord>, CacheError> {
    let files = files(folder)?;
    files.into_par_iter().map(|(name, path)| Ok((name, describe_file(&path)?))).collect()
}

/// Every file below a folder, by its path below it.
pub(super) fn files(folder: &Path) -> Result<BTreeMap<String, PathBuf>, CacheError> {
    let mut found = BTreeMap::new();
    if folder.exists() {
        collect(folder, "", &mut found)?;
    }
    Ok(found)
}

fn collect(folder: &Path, before: &str, found: &mut BTreeMap<String, PathBuf>) -> Result<(), CacheError> {
    for entry in fs::read_dir(folder).map_err(|error| CacheError::io(folder, error))? {
        let path = entry.map_err(|error| CacheError::io(folder, error))?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| CacheError::damaged(&path, "the file's name is not Unicode"))?;
        let relative = format!("{before}{name}");
        if path.is_dir() {
            collect(&path, &format!("{relative}/"), found)?;
        } else {
            found.insert(relative, path);
        }
    }
    Ok(())
}

fn describe_file(path: &Path) -> Result<FileRecord, CacheError> {
    let bytes = fs::metadata(path).map_err(|error| CacheError::io(path, error))?.len();
    let (_, digest) = digest::of_file(path).map_err(|error| CacheError::io(path, error))?;
    Ok(FileRecord { bytes, digest })
}
