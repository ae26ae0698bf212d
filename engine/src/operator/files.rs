//! Files outside the pipeline, named relative to its manifest.

use std::path::{Component, Path, PathBuf};

/// A parameter that names files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileParameter {
    /// The parameter below `with`.
    pub parameter: &'static str,
    /// The path, glob or folder as the manifest has it.
    pub pattern: String,
}

/// The folder that relative paths start from.
#[derive(Clone, Debug)]
pub struct ExternalFiles {
    root: PathBuf,
}

/// Nothing is there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no file matches `{pattern}` in {root}")]
pub struct Missing {
    /// As the manifest has it.
    pub pattern: String,
    /// Where it was looked for.
    pub root: String,
}

impl ExternalFiles {
    /// Paths start from `root`: the manifest's folder.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
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

    /// The files that a path, a glob or a folder names, sorted; a folder gives every file below it that is not
    /// hidden.
    ///
    /// # Errors
    /// [`Missing`] when there is none.
    pub fn resolve(&self, pattern: &str) -> Result<Vec<PathBuf>, Missing> {
        let full = self.root.join(pattern);
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
            return Err(Missing { pattern: pattern.to_owned(), root: self.root.display().to_string() });
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
