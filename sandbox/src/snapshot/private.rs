//! Folders and files that nobody else can change.
//!
//! Compiled code is executed without a further look, so whoever can write it can run code as this user. Owns the check
//! that stands before every such file: it, its folder and every folder up to the store's root belong to this user and
//! are writable by nobody else, and none is a link that leads elsewhere. Knows nothing of what the files hold.

use super::held::Held;
use super::store::StoreError;
use std::fs::{self, DirBuilder, Metadata};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Write permission of group and others.
const OTHERS_WRITE: u32 = 0o022;

/// A folder that has been checked, as has every one above it up to the store's root.
#[derive(Clone, Debug)]
pub(super) struct PrivateFolder {
    path: PathBuf,
    /// The folders from the root down to this one.
    chain: Vec<PathBuf>,
}

impl PrivateFolder {
    /// Opens a store's root; makes it, readable by this user alone, where there is none.
    pub fn open(root: &Path) -> Result<Self, StoreError> {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(root);
        made.and_then(|()| root.canonicalize())
            .map_err(|source| StoreError::Io { doing: "make the folder", path: root.into(), source })
            .and_then(|path| check_folder(&path).map(|()| Self { chain: vec![path.clone()], path }))
    }

    /// A folder inside this one.
    pub fn inside(&self, name: &str) -> Result<Self, StoreError> {
        let path = self.path(name);
        match DirBuilder::new().mode(0o700).create(&path) {
            Err(source) if source.kind() != io::ErrorKind::AlreadyExists => {
                return Err(StoreError::Io { doing: "make the folder", path, source });
            }
            _ => check_folder(&path)?,
        }
        let chain = self.chain.iter().cloned().chain([path.clone()]).collect();
        Ok(Self { path, chain })
    }

    /// Where a file of this folder is or would be.
    pub fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// A file of this folder if it is there, and if nobody else can change it.
    pub fn find(&self, name: &str) -> Result<Option<PathBuf>, StoreError> {
        self.chain.iter().try_for_each(|folder| check_folder(folder))?;
        let path = self.path(name);
        match metadata(&path)? {
            None => Ok(None),
            Some(found) if !found.is_file() => Err(StoreError::NotPrivate { path, problem: "is not a plain file" }),
            Some(found) => check(&path, &found).map(|()| Some(path)),
        }
    }

    /// A folder for work that is thrown away; what a process left behind that was killed goes first. The caller holds the
    /// lock under which this folder is used.
    pub fn scratch(&self) -> Result<tempfile::TempDir, StoreError> {
        let made =
            fs::read_dir(&self.path).and_then(|mut left| left.try_for_each(|entry| fs::remove_dir_all(entry?.path())));
        let made = made.and_then(|()| tempfile::tempdir_in(&self.path));
        made.map_err(|source| StoreError::Io { doing: "make room in", path: self.path.clone(), source })
    }

    /// Puts a file in its place in one step: a reader sees all of it or none. It is held before anybody can see it, so
    /// that nobody prunes it under the hand that wrote it.
    pub fn write(&self, name: &str, content: &[u8]) -> Result<Held, StoreError> {
        let path = self.path(name);
        let written = written_beside(&path, content).and_then(|file| {
            file.as_file().lock_shared()?;
            Ok(file.persist(&path)?)
        });
        match written {
            Ok(file) => Ok(Held::of(path, file)),
            Err(source) => Err(StoreError::Io { doing: "write", path, source }),
        }
    }

    /// The names of what is in this folder, in their order.
    pub fn names(&self) -> Result<Vec<String>, StoreError> {
        let names = fs::read_dir(&self.path).and_then(|entries| {
            let names = entries.map(|entry| Ok(entry?.file_name().into_string().unwrap_or_default()));
            names.collect::<io::Result<Vec<String>>>()
        });
        let failed = |source| StoreError::Io { doing: "look into", path: self.path.clone(), source };
        let mut names = names.map_err(failed)?;
        names.sort_unstable();
        Ok(names)
    }
}

/// Writes beside the file and renames over it; for files that are carried elsewhere.
pub(super) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    written_beside(path, content)?.persist(path)?;
    Ok(())
}

fn written_beside(path: &Path, content: &[u8]) -> io::Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = NamedTempFile::new_in(folder)?;
    io::Write::write_all(&mut file, content)?;
    file.as_file().sync_all()?;
    Ok(file)
}

fn check_folder(path: &Path) -> Result<(), StoreError> {
    match metadata(path)? {
        Some(found) if found.is_dir() => check(path, &found),
        _ => Err(StoreError::NotPrivate { path: path.into(), problem: "is not a folder" }),
    }
}

fn check(path: &Path, found: &Metadata) -> Result<(), StoreError> {
    let problem = if found.uid() != rustix::process::geteuid().as_raw() {
        "belongs to another user"
    } else if found.mode() & OTHERS_WRITE != 0 {
        "can be written by its group or by others"
    } else {
        return Ok(());
    };
    Err(StoreError::NotPrivate { path: path.into(), problem })
}

/// Of the thing itself, not of what a link leads to.
fn metadata(path: &Path) -> Result<Option<Metadata>, StoreError> {
    match fs::symlink_metadata(path) {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(StoreError::Io { doing: "look at", path: path.into(), source }),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn folders_are_made_for_this_user_alone() {
        let scratch = tempfile::tempdir().unwrap();
        let root = PrivateFolder::open(&scratch.path().join("a/b")).unwrap();
        let inner = root.inside("c").unwrap();
        for path in [scratch.path().join("a"), root.path, inner.path] {
            assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o700, "{}", path.display());
        }
    }

    #[test]
    fn a_file_is_found_only_while_nobody_else_can_change_it() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = PrivateFolder::open(scratch.path()).unwrap();
        assert!(folder.find("code").unwrap().is_none());
        let path = folder.write("code", b"bytes").unwrap().path().to_owned();
        assert_eq!(folder.find("code").unwrap(), Some(path.clone()));
        for mode in [0o620, 0o602] {
            set_mode(&path, mode);
            let error = folder.find("code").unwrap_err().to_string();
            assert!(error.contains("can be written by its group or by others") && error.contains("chmod"), "{error}");
        }
    }

    #[test]
    fn a_folder_that_others_can_write_is_refused_at_every_level() {
        let scratch = tempfile::tempdir().unwrap();
        let root = PrivateFolder::open(&scratch.path().join("root")).unwrap();
        let inner = root.inside("inner").unwrap();
        inner.write("code", b"bytes").unwrap();
        set_mode(&inner.path, 0o777);
        assert!(matches!(root.inside("inner"), Err(StoreError::NotPrivate { .. })));
        assert!(matches!(inner.find("code"), Err(StoreError::NotPrivate { .. })));
        set_mode(&root.path, 0o770);
        assert!(matches!(PrivateFolder::open(&root.path), Err(StoreError::NotPrivate { .. })));
        set_mode(&inner.path, 0o700);
        assert!(
            matches!(inner.find("code"), Err(StoreError::NotPrivate { .. })),
            "a folder above it is open to others"
        );
    }

    #[test]
    fn scratch_folders_go_away_even_when_their_process_could_not_see_to_it() {
        let root = tempfile::tempdir().unwrap();
        let folder = PrivateFolder::open(root.path()).unwrap();
        let killed = folder.scratch().unwrap().keep();
        fs::write(killed.join("file"), b"left").unwrap();
        let scratch = folder.scratch().unwrap();
        assert!(!killed.exists() && scratch.path().is_dir());
        drop(scratch);
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_link_in_place_of_a_file_or_a_folder_is_refused() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = PrivateFolder::open(scratch.path()).unwrap();
        folder.write("real", b"bytes").unwrap();
        symlink(scratch.path().join("real"), scratch.path().join("link")).unwrap();
        assert!(matches!(folder.find("link"), Err(StoreError::NotPrivate { .. })));
        symlink(scratch.path(), scratch.path().join("folder")).unwrap();
        assert!(matches!(folder.inside("folder"), Err(StoreError::NotPrivate { .. })));
    }

    /// Only the super-user can give a file away, so elsewhere the rule is shown on a file that belongs to another already.
    #[test]
    fn what_belongs_to_another_user_is_refused() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("theirs");
        fs::write(&path, b"bytes").unwrap();
        set_mode(&path, 0o600);
        let path = match std::os::unix::fs::chown(&path, Some(12345), None) {
            Ok(()) => path,
            Err(_) => PathBuf::from("/proc/1/status"),
        };
        let error = check(&path, &fs::symlink_metadata(&path).unwrap()).unwrap_err().to_string();
        assert!(error.contains("belongs to another user"), "{error}");
    }
}
