//! The real command, in a temporary copy of a folder.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A folder that a test may change and run pipelines in.
pub(crate) struct Workplace {
    folder: TempDir,
    environment: BTreeMap<String, String>,
}

/// What a command left behind.
pub(crate) struct Ran {
    /// Its exit code.
    pub(crate) code: i32,
    /// Its standard output.
    pub(crate) out: String,
    /// Its standard error.
    pub(crate) err: String,
}

impl Workplace {
    /// A copy of a folder; what earlier runs left there is not copied.
    pub(crate) fn copy_of(folder: &Path) -> Self {
        let caches = caches().to_str().unwrap().to_owned();
        let environment = [("XDG_CACHE_HOME".to_owned(), caches)].into();
        let copy = Self { folder: tempfile::tempdir().unwrap(), environment };
        copy_into(folder, copy.folder.path());
        copy
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Sets a variable of the environment for what runs here from now on.
    pub(crate) fn set(&mut self, variable: &str, value: &str) {
        self.environment.insert(variable.to_owned(), value.to_owned());
    }

    /// Runs millrace with the folder as its working directory.
    pub(crate) fn millrace(&self, arguments: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_millrace"));
        command.args(arguments).current_dir(self.path()).envs(&self.environment);
        let Output { status, stdout, stderr } = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran { code: status.code().unwrap(), out: text(stdout), err: text(stderr) }
    }

    /// Runs a pipeline to its end and gives its events.
    pub(crate) fn events(&self, arguments: &[&str]) -> Vec<serde_json::Value> {
        let ran = self.millrace(&[arguments, &["--log", "json"]].concat());
        assert_eq!(ran.code, 0, "{arguments:?}: {}{}", ran.out, ran.err);
        let lines = ran.out.lines().filter(|line| line.starts_with("{\"at\""));
        lines.map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// A user's folder of caches in which millrace finds what the tests keep once a machine.
fn caches() -> PathBuf {
    let kept = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let caches = kept.join("caches");
    fs::create_dir_all(&caches).unwrap();
    // Another test may have been first.
    let _ = symlink(kept, caches.join("millrace"));
    caches
}

fn copy_into(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap();
        match path.is_dir() {
            true if name == ".millrace" || name == "out" => (),
            true => copy_into(&path, &to.join(name)),
            false => drop(fs::copy(&path, to.join(name)).unwrap()),
        }
    }
}
