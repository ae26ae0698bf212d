//! States that reached their end, from which a run of more steps goes on: `prolonged/<identity>/{00000040/, from}`.
//!
//! Owns that a state is there whole or not at all. Whether a longer run is at first a shorter one is the operator's word.

use std::fs;
use std::path::{Path, PathBuf};

use super::halt::Halt;
use super::save::{Saves, reached_by};
use super::task_run::TaskRun;
use crate::cache::Cache;
use crate::operator::{AnyStep, Fault, Shape};
use crate::plan::{Fingerprint, Task};

/// Where a task's states of more or fewer steps lie.
#[derive(Clone, Debug)]
pub(super) struct Prolonged {
    folder: PathBuf,
    fingerprint: Fingerprint,
}

impl Prolonged {
    /// Of a task that is at first one of fewer steps; none of any other.
    pub(super) fn of(task: &Task, operator: &dyn AnyStep, cache: &Cache) -> Option<Self> {
        let (parameter, ingredients) = (operator.prolonged_by()?, task.ingredients.as_ref()?);
        let folder = cache.prolonged(&ingredients.prolonged_identity(parameter));
        Some(Self { folder, fingerprint: task.fingerprint? })
    }

    /// Waits for those tasks of the run to end that this one goes on from.
    pub(super) async fn wait(&self, task: &TaskRun) -> Result<(), Halt> {
        let own = task.task();
        for (place, other) in task.workplace.plan.tasks.iter().enumerate() {
            let Shape::Step(operator) = &other.node.configured.shape else { continue };
            let shorter = steps(other).zip(steps(own)).is_some_and(|(other, own)| other < own);
            let same = || Self::of(other, operator.as_ref(), &task.workplace.cache);
            if shorter && same().is_some_and(|other| other.folder == self.folder) {
                task.workplace.over(place).await?;
            }
        }
        Ok(())
    }

    /// Takes the state over that is furthest of those that have not come too far, unless there is one already. What is taken
    /// over shares its files: none is written to again.
    pub(super) fn take(&self, saves: &Path, most: Option<u64>) -> Result<(), Fault> {
        let own = Saves::open(saves)?;
        let Some(most) = most.filter(|_| own.state().is_none()) else { return Ok(()) };
        let fits = |path: &PathBuf| reached_by(path).is_some_and(|steps| steps > 0 && steps < most);
        let furthest = entries(&self.folder).into_iter().filter(fits).max_by_key(|path| reached_by(path));
        let Some(furthest) = furthest else { return Ok(()) };
        let name = furthest.file_name().unwrap_or_default();
        let aside = saves.join(name).with_extension("tmp");
        // Someone may put another in its place meanwhile: then this run begins at the beginning.
        if share(&furthest, &aside).is_ok() {
            Saves::reopen(&aside)?;
            fs::rename(&aside, saves.join(name))?;
        }
        Ok(())
    }

    /// Leaves the newest state there, in place of one that is less far.
    pub(super) fn leave(&self, saves: &Saves) -> Result<(), Fault> {
        let Some(newest) = saves.newest() else { return Ok(()) };
        if entries(&self.folder).iter().any(|other| reached_by(other) >= reached_by(newest)) {
            return Ok(());
        }
        let name = newest.file_name().unwrap_or_default();
        let aside = self.folder.join(name).with_extension(format!("{}.tmp", std::process::id()));
        fs::create_dir_all(&self.folder)?;
        share(newest, &aside)?;
        for older in entries(&self.folder) {
            fs::remove_dir_all(older)?;
        }
        fs::rename(&aside, self.folder.join(name))?;
        Ok(fs::write(self.folder.join(Cache::PROLONGED_FROM), self.fingerprint.to_string())?)
    }
}

fn steps(task: &Task) -> Option<u64> {
    match &task.node.configured.shape {
        Shape::Step(operator) => operator.steps(),
        Shape::Table(_) | Shape::Row(_) => None,
    }
}

/// The whole states in a folder.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries.flatten().map(|entry| entry.path()).filter(|path| reached_by(path).is_some()).collect()
}

/// The same files under another name, shared where the file system can.
fn share(from: &Path, to: &Path) -> std::io::Result<()> {
    if to.exists() {
        fs::remove_dir_all(to)?;
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        match from.is_dir() {
            true => share(&from, &to)?,
            false => fs::hard_link(&from, &to).or_else(|_| fs::copy(&from, &to).map(drop))?,
        }
    }
    Ok(())
}
