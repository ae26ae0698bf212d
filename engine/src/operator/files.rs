//! Files outside the pipeline, named relative to its manifest.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// A parameter that names files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileParameter {
    /// The parameter below `with`.
    pub parameter: &'static str,
    /// The path, glob or folder as the manifest has it.
    pub pattern: String,
    /// What it means that there is none.
    pub absence: Absence,
}

/// What it means that a parameter's files are not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absence {
    /// Nothing can be run.
    Fault,
    /// Somebody has not made them yet: the node runs, is given none, and says what is to be done.
    Awaited,
}

impl FileParameter {
    /// Files without which nothing can be run.
    #[must_use]
    pub fn required(parameter: &'static str, pattern: impl Into<String>) -> Self {
        Self { parameter, pattern: pattern.into(), absence: Absence::Fault }
    }

    /// Files that somebody makes while the pipeline waits.
    #[must_use]
    pub fn awaited(parameter: &'static str, pattern: impl Into<String>) -> Self {
        Self { parameter, pattern: pattern.into(), absence: Absence::Awaited }
    }
}

/// The folder that relative paths start from, and what is named in another way than by a path.
#[derive(Clone, Debug)]
pub struct ExternalFiles {
    root: PathBuf,
    depots: BTreeMap<String, Arc<dyn Depot>>,
}

/// Where folders lie that a manifest names by a scheme: `depot:NAME`.
pub trait Depot: Debug + Send + Sync {
    /// The folder that a name stands for.
    ///
    /// # Errors
    /// Why there is none, and what to do about it.
    fn folder(&self, name: &str) -> Result<PathBuf, String>;
}

/// Nothing is there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no file matches `{pattern}`: {reason}")]
pub struct Missing {
    /// As the manifest has it.
    pub pattern: String,
    /// Where it was looked for, or why it is not there.
    pub reason: String,
}

impl<P: AsRef<Path> + ?Sized> From<&P> for ExternalFiles {
    fn from(root: &P) -> Self {
        Self::new(root.as_ref())
    }
}

impl ExternalFiles {
    /// Paths start from `root`: the manifest's folder.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), depots: BTreeMap::new() }
    }

    /// Names with this scheme are looked for in a depot.
    #[must_use]
    pub fn with_depot(mut self, scheme: &str, depot: Arc<dyn Depot>) -> Self {
        self.depots.insert(scheme.to_owned(), depot);
        self
    }

    /// The folder that relative paths start from.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A message with paths as the manifest has them: relative to its folder.
    #[must_use]
    pub fn as_named(&self, message: &str) -> String {
        // A folder such as `.` or `..` could stand in the middle of another path; what it would save is little.
        match self.root.components().next_back() {
            Some(Component::Normal(_)) => message.replace(&format!("{}/", self.root.display()), ""),
            Some(Component::CurDir) => message.strip_prefix("./").unwrap_or(message).to_owned(),
            _ => message.to_owned(),
        }
    }

    /// Where a path leads; where a name of a depot stands for a folder, there.
    ///
    /// # Errors
    /// [`Missing`] where the depot does not have it.
    pub fn locate(&self, pattern: &str) -> Result<PathBuf, Missing> {
        let named = pattern.split_once(':').and_then(|(scheme, name)| Some((self.depots.get(scheme)?, name)));
        let Some((depot, name)) = named else { return Ok(self.root.join(pattern)) };
        depot.folder(name).map_err(|reason| Missing { pattern: pattern.to_owned(), reason })
    }

    /// The files that a path, a glob or a folder names, sorted; a folder gives every file below it that is not
    /// hidden.
    ///
    /// # Errors
    /// [`Missing`] when there is none.
    pub fn resolve(&self, pattern: &str) -> Result<Vec<PathBuf>, Missing> {
        let full = self.locate(pattern)?;
        let mut found = Vec::new();
        if full.is_file() {
            found.push(full);
        } else if full.is_dir() {
            collect(&full, &mut found);
        } else if let Ok(matches) = glob::glob(&full.to_string_lossy()) {
            found.extend(matches.flatten().filter(|path| path.is_file()));
        }
        found.sort();
        if found.is_empty() {
            let reason = "paths start at the manifest's folder".to_owned();
            return Err(Missing { pattern: pattern.to_owned(), reason });
        }
        Ok(found)
    }
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        match hidden {
            true => {}
            false if path.is_dir() => collect(&path, found),
            false => found.push(path),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    /// Has one folder.
    #[derive(Debug)]
    struct Shelf(PathBuf);

    impl Depot for Shelf {
        fn folder(&self, name: &str) -> Result<PathBuf, String> {
            if name == "here" { Ok(self.0.clone()) } else { Err(format!("there is no {name}")) }
        }
    }

    #[test]
    fn names_with_a_depots_scheme_are_looked_for_there_and_others_are_paths() {
        let (root, shelf) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::fs::write(shelf.path().join("a.txt"), "").unwrap();
        std::fs::write(root.path().join("b:c"), "").unwrap();
        let files = ExternalFiles::new(root.path()).with_depot("shelf", Arc::new(Shelf(shelf.path().to_owned())));
        assert_eq!(files.resolve("shelf:here").unwrap(), [shelf.path().join("a.txt")]);
        assert_eq!(files.resolve("b:c").unwrap(), [root.path().join("b:c")]);
        assert_eq!(files.resolve("shelf:b").unwrap_err().to_string(), "no file matches `shelf:b`: there is no b");
    }
}
