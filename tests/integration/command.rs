//! The real command, in a temporary copy of a folder.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// A folder that a test may change and run pipelines in.
pub(crate) struct Workplace {
    folder: TempDir,
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
        let copy = Self { folder: tempfile::tempdir().unwrap() };
        copy_into(folder, copy.folder.path());
        copy
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Runs millrace with the folder as its working directory.
    pub(crate) fn millrace(&self, arguments: &[&str]) -> Ran {
        let command = Command::new(env!("CARGO_BIN_EXE_millrace")).args(arguments).current_dir(self.path()).output();
        let Output { status, stdout, stderr } = command.unwrap();
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
