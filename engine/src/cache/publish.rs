//! From an unfinished output to an entry: described, cleared of what only the making needed, renamed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::sync::PoisonError;

use super::entry::Entry;
use super::layout::{COMMITS, ENTRY, INGREDIENTS, STAMPS};
use super::record::{EntryRecord, FileRecord, PortRecord, Summary};
use super::unfinished::{Unfinished, write_beside};
use arrow::datatypes::SchemaRef;

use super::{CacheError, artifact, find, layout, sealed};
use crate::port::PortType;
use crate::table::{Digest, PartRecord, write_part};

impl Unfinished {
    /// Makes the output an entry; readers find all of it or nothing. A damaged entry of the same identity makes way.
    ///
    /// # Errors
    /// A port without anything, parts that changed since they were committed, or a disk that takes no more. What was
    /// committed stays for the next holder.
    pub fn publish(self, summary: Summary) -> Result<Entry, CacheError> {
        if summary.ingredients.fingerprint() != self.fingerprint {
            return Err(self.incomplete("its ingredients are those of another output"));
        }
        let record = self.describe(&summary)?;
        self.clear(&record)?;
        write_beside(&self.folder, STAMPS, &sealed::seal(&find::stamp_files(&self.folder, &record)))?;
        write_beside(&self.folder, ENTRY, &sealed::seal(&record))?;
        let entry = self.rename(record)?;
        self.tell_run(&summary.provenance.run);
        Ok(entry)
    }

    fn describe(&self, summary: &Summary) -> Result<EntryRecord, CacheError> {
        let ingredients = serde_json::to_vec_pretty(&summary.ingredients).expect("ingredients are plain data");
        write_beside(&self.folder, INGREDIENTS, &ingredients)?;
        self.check_commits()?;
        let mut ports = BTreeMap::new();
        for (name, port_type) in &summary.ports {
            ports.insert(name.clone(), self.describe_port(name, port_type)?);
        }
        let commits = self.commits();
        Ok(EntryRecord {
            fingerprint: self.fingerprint,
            operator: summary.ingredients.operator.clone(),
            ingredients: Digest::of(&ingredients),
            ports,
            commits: commits.len(),
            failed: commits.values().map(|commit| commit.failed).sum(),
            provenance: summary.provenance.clone(),
        })
    }

    /// Digests were taken when parts were written; what was touched since must not pass under them.
    fn check_commits(&self) -> Result<(), CacheError> {
        let committed = self.committed();
        let commits = self.commits().clone();
        if committed != commits.len() {
            return Err(self.incomplete(&format!("part {committed} is not committed, but later ones are")));
        }
        for (index, commit) in commits {
            if !commit.holds(&self.folder, index) {
                self.truncate(index)?;
                return Err(self.incomplete(&format!("part {index} changed after it was written; run again")));
            }
        }
        Ok(())
    }

    fn describe_port(&self, name: &str, port_type: &PortType) -> Result<PortRecord, CacheError> {
        match port_type {
            PortType::Artifact { name: artifact } => {
                let files = self.describe_artifact(name)?;
                Ok(PortRecord::Artifact { artifact: artifact.clone(), files })
            }
            PortType::Rows { name: row_type, schema } => {
                let parts = self.describe_rows(name, schema)?;
                Ok(PortRecord::Rows { row_type: Some(row_type.clone()), parts })
            }
            PortType::Columns(schema) => {
                Ok(PortRecord::Rows { row_type: None, parts: self.describe_rows(name, schema)? })
            }
        }
    }

    /// The committed parts, then those written whole; a port that gave nothing gets one part without rows, which
    /// holds its columns.
    fn describe_rows(&self, port: &str, schema: &SchemaRef) -> Result<Vec<PartRecord>, CacheError> {
        let mut parts = self.committed_parts(port)?;
        let tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        parts.extend(tables.get(port).into_iter().flatten().cloned());
        if parts.is_empty() {
            let path = self.part_path(port, 0);
            fs::create_dir_all(self.folder.join(port)).map_err(|error| CacheError::write(&path, error))?;
            parts.push(write_part(&path, schema, &[])?);
        }
        Ok(parts)
    }

    fn committed_parts(&self, port: &str) -> Result<Vec<PartRecord>, CacheError> {
        let commits = self.commits();
        let parts: Vec<_> = commits.values().filter_map(|commit| commit.part(port).cloned()).collect();
        if parts.is_empty() || parts.len() == commits.len() {
            return Ok(parts);
        }
        Err(self.incomplete(&format!("port `{port}` has no part in some of its commits")))
    }

    fn describe_artifact(&self, port: &str) -> Result<BTreeMap<String, FileRecord>, CacheError> {
        let files = artifact::describe(&self.folder.join(port))?;
        if files.is_empty() {
            return Err(self.incomplete(&format!("artifact `{port}` has no file")));
        }
        Ok(files)
    }

    /// Removes journals, saved states and whatever else is no part of the entry.
    fn clear(&self, record: &EntryRecord) -> Result<(), CacheError> {
        let kept = [COMMITS, INGREDIENTS].into_iter().chain(record.ports.keys().map(String::as_str));
        let kept: BTreeSet<&str> = kept.collect();
        let entries = fs::read_dir(&self.folder).map_err(|error| CacheError::io(&self.folder, error))?;
        for entry in entries.flatten() {
            if !entry.file_name().to_str().is_some_and(|name| kept.contains(name)) {
                remove(&entry.path())?;
            }
        }
        record.ports.iter().try_for_each(|(port, given)| match given {
            PortRecord::Rows { parts, .. } => remove_later_parts(&self.folder.join(port), parts.len()),
            PortRecord::Artifact { .. } => Ok(()),
        })
    }

    fn rename(&self, record: EntryRecord) -> Result<Entry, CacheError> {
        let place = self.layout.entry(&self.fingerprint);
        if place.exists() {
            let aside = self.layout.temporary("damaged");
            let moved = sealed::in_new_folder(&aside, || fs::rename(&place, &aside));
            moved.map_err(|error| CacheError::write(&place, error))?;
            let _ = fs::remove_dir_all(&aside);
        }
        sealed::in_new_folder(&place, || fs::rename(&self.folder, &place))
            .map_err(|error| CacheError::write(&place, error))?;
        Ok(Entry::new(place, record))
    }

    /// Lets the run's record say that the output was there once. Only explanations suffer where this fails.
    fn tell_run(&self, run: &str) {
        let path = layout::finished(&self.layout.run(run));
        let file = fs::OpenOptions::new().append(true).create(true).open(path);
        let _ = file.and_then(|mut file| file.write_all(format!("{}\n", self.fingerprint).as_bytes()));
    }

    fn incomplete(&self, message: &str) -> CacheError {
        CacheError::Incomplete { fingerprint: self.fingerprint, message: message.to_owned() }
    }
}

/// Parts that an earlier holder wrote and no one committed.
fn remove_later_parts(folder: &Path, parts: usize) -> Result<(), CacheError> {
    let known: BTreeSet<String> = (0..parts).map(crate::table::part_name).collect();
    let entries = fs::read_dir(folder).map_err(|error| CacheError::io(folder, error))?;
    for entry in entries.flatten() {
        if !entry.file_name().to_str().is_some_and(|name| known.contains(name)) {
            remove(&entry.path())?;
        }
    }
    Ok(())
}

fn remove(path: &Path) -> Result<(), CacheError> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(CacheError::write(path, error)),
        _ => Ok(()),
    }
}
