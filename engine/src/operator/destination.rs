//! From an artifact in the cache to the place where people and other tools look for it.
//!
//! Owns the copy and the decision whether one is needed. Knows no cache: it is given two paths. Files are copied and
//! never linked, so that whoever edits an exported file cannot change what the cache holds.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// Where a sink's artifact is to appear, relative to the manifest's folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// The artifact holds one file, which appears under this path.
    File(String),
    /// The artifact's files appear below this folder, beside what else is there.
    Folder(String),
}

/// What [`materialise`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Materialised {
    /// Files that were missing or different.
    pub written: usize,
    /// Files that were there already.
    pub unchanged: usize,
    /// Files of an earlier artifact that this one does not have.
    pub removed: usize,
}

/// What an export folder keeps to know later which of its files an earlier export wrote.
const RECORD: &str = ".millrace-export";

/// Makes the files of `artifact` appear at `destination` below `root`. A file that has the artifact's size and
/// modification time is taken to be the same, so that a run with nothing to do reads none of them. Of the other files in
/// a destination folder only those are touched that an earlier call wrote.
///
/// # Errors
/// A file that cannot be read or written, with its path; a [`Destination::File`] whose artifact is not one file.
pub fn materialise(artifact: &Path, root: &Path, destination: &Destination) -> io::Result<Materialised> {
    let mut files = Vec::new();
    collect(artifact, Path::new(""), &mut files)?;
    match destination {
        Destination::File(path) => {
            let [file] = files.as_slice() else {
                let message = format!("an artifact of {} files cannot become the file {path}", files.len());
                return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
            };
            let mut done = Materialised::default();
            place(&artifact.join(file), &root.join(path), &mut done)?;
            Ok(done)
        }
        Destination::Folder(path) => folder(artifact, &files, &root.join(path)),
    }
}

fn folder(artifact: &Path, files: &[PathBuf], target: &Path) -> io::Result<Materialised> {
    let mut done = Materialised::default();
    let names: BTreeSet<String> = files.iter().map(|file| file.to_string_lossy().into_owned()).collect();
    let before = recorded(target);
    let stale = before.difference(&names).map(|name| target.join(name)).filter(|path| path.is_file());
    for path in stale {
        fs::remove_file(&path).map_err(|error| at(&path, &error))?;
        done.removed += 1;
    }
    for file in files {
        place(&artifact.join(file), &target.join(file), &mut done)?;
    }
    if names != before {
        let record = target.join(RECORD);
        let text: String = names.iter().map(|name| format!("{name}\n")).collect();
        fs::write(&record, text).map_err(|error| at(&record, &error))?;
    }
    Ok(done)
}

/// The files that an earlier export wrote; names that lead out of the folder are not believed.
fn recorded(target: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(target.join(RECORD)).unwrap_or_default();
    let inside = |name: &&str| Path::new(name).components().all(|part| matches!(part, std::path::Component::Normal(_)));
    text.lines().filter(inside).map(str::to_owned).collect()
}

/// Copies one file unless it is there, through a name beside it, so that nobody sees half a file.
fn place(from: &Path, to: &Path, done: &mut Materialised) -> io::Result<()> {
    let wanted = fs::metadata(from).map_err(|error| at(from, &error))?;
    let modified = wanted.modified()?;
    let there = fs::metadata(to).ok();
    if there.is_some_and(|there| {
        there.is_file() && there.len() == wanted.len() && there.modified().is_ok_and(|time| time == modified)
    }) {
        done.unchanged += 1;
        return Ok(());
    }
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent).map_err(|error| at(parent, &error))?;
    }
    let mut name = to.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.partial", std::process::id()));
    let partial = to.with_file_name(name);
    let copied = copy(from, &partial, modified).and_then(|()| fs::rename(&partial, to));
    if let Err(error) = copied {
        // The copy is of no use to anyone; that it cannot be removed either adds nothing to what is reported.
        drop(fs::remove_file(&partial));
        return Err(at(to, &error));
    }
    done.written += 1;
    Ok(())
}

fn copy(from: &Path, to: &Path, modified: std::time::SystemTime) -> io::Result<()> {
    let (mut source, mut target) = (File::open(from)?, File::create(to)?);
    io::copy(&mut source, &mut target)?;
    target.set_modified(modified)?;
    target.sync_all()
}

fn collect(root: &Path, below: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let folder = root.join(below);
    let mut entries: Vec<_> =
        fs::read_dir(&folder).and_then(Iterator::collect::<io::Result<Vec<_>>>).map_err(|error| at(&folder, &error))?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = below.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            collect(root, &path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn at(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn artifact(root: &Path, files: &[(&str, &str)]) -> PathBuf {
        let folder = root.join("artifact");
        drop(fs::remove_dir_all(&folder));
        for (name, text) in files {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    fn done(written: usize, unchanged: usize, removed: usize) -> Materialised {
        Materialised { written, unchanged, removed }
    }

    #[test]
    fn a_file_appears_and_is_put_back_when_deleted_or_changed() {
        let root = tempfile::tempdir().unwrap();
        let from = artifact(root.path(), &[("rows.jsonl", "one\n")]);
        let to = Destination::File("out/data.jsonl".into());
        let target = root.path().join("out/data.jsonl");

        assert_eq!(materialise(&from, root.path(), &to).unwrap(), done(1, 0, 0));
        assert_eq!(fs::read_to_string(&target).unwrap(), "one\n");
        assert_eq!(materialise(&from, root.path(), &to).unwrap(), done(0, 1, 0));

        fs::remove_file(&target).unwrap();
        assert_eq!(materialise(&from, root.path(), &to).unwrap(), done(1, 0, 0));

        fs::write(&target, "changed by hand").unwrap();
        assert_eq!(materialise(&from, root.path(), &to).unwrap(), done(1, 0, 0));
        assert_eq!(fs::read_to_string(&target).unwrap(), "one\n");
        assert_eq!(fs::read_to_string(from.join("rows.jsonl")).unwrap(), "one\n");
    }

    #[test]
    fn a_folder_loses_the_files_of_the_earlier_export_and_no_others() {
        let root = tempfile::tempdir().unwrap();
        let to = Destination::Folder("out".into());
        let out = root.path().join("out");
        let first = artifact(root.path(), &[("data/a-0-of-2", "0"), ("data/a-1-of-2", "1"), ("README.md", "x")]);
        assert_eq!(materialise(&first, root.path(), &to).unwrap(), done(3, 0, 0));
        fs::write(out.join("data/mine.txt"), "kept").unwrap();

        let second = artifact(root.path(), &[("data/a-0-of-1", "0"), ("README.md", "xy")]);
        assert_eq!(materialise(&second, root.path(), &to).unwrap(), done(2, 0, 2));
        assert!(!out.join("data/a-1-of-2").exists());
        assert_eq!(fs::read_to_string(out.join("data/mine.txt")).unwrap(), "kept");
        assert_eq!(materialise(&second, root.path(), &to).unwrap(), done(0, 2, 0));
    }

    #[test]
    fn a_record_cannot_remove_files_outside() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("out")).unwrap();
        fs::write(root.path().join("precious"), "kept").unwrap();
        fs::write(root.path().join("out").join(RECORD), "../precious\n").unwrap();
        let from = artifact(root.path(), &[("a", "a")]);
        assert_eq!(materialise(&from, root.path(), &Destination::Folder("out".into())).unwrap(), done(1, 0, 0));
        assert!(root.path().join("precious").exists());
    }

    #[test]
    fn several_files_are_not_one() {
        let root = tempfile::tempdir().unwrap();
        let from = artifact(root.path(), &[("a", "a"), ("b", "b")]);
        let error = materialise(&from, root.path(), &Destination::File("out".into())).unwrap_err();
        assert_eq!(error.to_string(), "an artifact of 2 files cannot become the file out");
    }
}
