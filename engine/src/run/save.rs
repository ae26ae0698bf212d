//! Saves of a step operator: the state and every row up to it, in one folder that appears with one rename.
//!
//! Owns their layout: `00000012/{save.json, state/, rows/<port>/part-00000.parquet}`, named by the steps done.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use serde::{Deserialize, Serialize};

use crate::operator::Fault;
use crate::table::{Table, part_name, write_part};

const RECORD: &str = "save.json";

/// What a save says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Record {
    /// Steps done.
    steps: u64,
    /// Whether that was the last step.
    done: bool,
    /// Parts by port.
    parts: BTreeMap<String, usize>,
    /// Rows by port.
    rows: BTreeMap<String, u64>,
}

/// The newest save of a step operator, if there is one.
#[derive(Debug)]
pub(super) struct Saves {
    /// Where saves lie.
    folder: PathBuf,
    newest: Option<PathBuf>,
    record: Record,
}

impl Saves {
    /// Finds the newest save and removes everything else that an interrupted run left.
    pub(super) fn open(folder: &Path) -> Result<Self, Fault> {
        fs::create_dir_all(folder)?;
        let mut found: Vec<(Record, PathBuf)> = Vec::new();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            match read_record(&path) {
                Some(record) => found.push((record, path)),
                None => fs::remove_dir_all(&path)?,
            }
        }
        found.sort_by_key(|(record, _)| record.steps);
        let newest = found.pop();
        for (_, older) in found {
            fs::remove_dir_all(older)?;
        }
        let (record, newest) = newest.map_or_else(Default::default, |(record, path)| (record, Some(path)));
        Ok(Self { folder: folder.to_owned(), newest, record })
    }

    /// The state of the newest save.
    pub(super) fn state(&self) -> Option<PathBuf> {
        self.newest.as_ref().map(|save| save.join("state"))
    }

    /// The newest save.
    pub(super) fn newest(&self) -> Option<&Path> {
        self.newest.as_deref()
    }

    /// Makes a save one after which more steps follow.
    pub(super) fn reopen(save: &Path) -> Result<(), Fault> {
        let record = read(save).map(|record| Record { done: false, ..record });
        let record = record.ok_or_else(|| Fault::node(format!("`{}` is no save", save.display())))?;
        let text = serde_json::to_vec(&record).map_err(|error| Fault::node(error.to_string()))?;
        // Anew and not in place: the file may be shared.
        fs::remove_file(save.join(RECORD))?;
        Ok(fs::write(save.join(RECORD), text)?)
    }

    /// How far the newest save is.
    pub(super) fn reached(&self) -> Reached {
        Reached { steps: self.record.steps, done: self.record.done }
    }

    /// The rows of a port up to the newest save.
    pub(super) fn rows(&self, port: &str, schema: &arrow::datatypes::SchemaRef) -> Table {
        let parts = self.record.parts.get(port).copied().unwrap_or(0);
        let folder = self.newest.as_ref().map_or_else(PathBuf::new, |save| rows_of(save, port));
        Table {
            schema: schema.clone(),
            parts: (0..parts).map(|index| folder.join(part_name(index))).collect(),
            rows: self.record.rows.get(port).copied().unwrap_or(0),
        }
    }

    /// Commits the state and the rows since the last save together, and removes that one.
    pub(super) fn commit(
        &mut self,
        reached: Reached,
        rows: &[(&'static str, RecordBatch)],
        save: impl FnOnce(&Path) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let name = format!("{:08}", reached.steps);
        let (path, temporary) = (self.folder.join(&name), self.folder.join(format!("{name}.tmp")));
        remove_folder(&temporary)?;
        fs::create_dir_all(temporary.join("state"))?;
        save(&temporary.join("state"))?;
        let mut record = Record { steps: reached.steps, done: reached.done, ..self.record.clone() };
        self.link_earlier(&temporary)?;
        for (port, batch) in rows.iter().filter(|(_, batch)| batch.num_rows() > 0) {
            let parts = record.parts.entry((*port).to_owned()).or_default();
            fs::create_dir_all(rows_of(&temporary, port))?;
            write_part(
                &rows_of(&temporary, port).join(part_name(*parts)),
                batch.schema_ref(),
                std::slice::from_ref(batch),
            )?;
            *parts += 1;
            *record.rows.entry((*port).to_owned()).or_default() += batch.num_rows() as u64;
        }
        let text = serde_json::to_vec(&record).map_err(|error| Fault::node(error.to_string()))?;
        fs::write(temporary.join(RECORD), text)?;
        fs::rename(&temporary, &path)?;
        self.record = record;
        match self.newest.replace(path) {
            Some(older) => Ok(fs::remove_dir_all(older)?),
            None => Ok(()),
        }
    }

    /// The parts of the last save, shared where the file system can.
    fn link_earlier(&self, temporary: &Path) -> Result<(), Fault> {
        let Some(newest) = &self.newest else { return Ok(()) };
        for (port, parts) in &self.record.parts {
            fs::create_dir_all(rows_of(temporary, port))?;
            for name in (0..*parts).map(part_name) {
                let (from, to) = (rows_of(newest, port).join(&name), rows_of(temporary, port).join(&name));
                fs::hard_link(&from, &to).or_else(|_| fs::copy(&from, &to).map(drop))?;
            }
        }
        Ok(())
    }
}

/// How far a state is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reached {
    /// Steps done.
    pub(super) steps: u64,
    /// Whether that was the last.
    pub(super) done: bool,
}

fn remove_folder(folder: &Path) -> std::io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Where a save has the rows of a port.
fn rows_of(save: &Path, port: &str) -> PathBuf {
    save.join("rows").join(port)
}

/// How many steps led to a whole save.
pub(super) fn reached_by(save: &Path) -> Option<u64> {
    read_record(save).map(|record| record.steps)
}

/// The record of a whole save; a folder without one was not finished.
fn read_record(save: &Path) -> Option<Record> {
    if save.extension().is_some() {
        return None;
    }
    read(save)
}

fn read(save: &Path) -> Option<Record> {
    serde_json::from_slice(&fs::read(save.join(RECORD)).ok()?).ok()
}
