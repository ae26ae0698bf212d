//! A folder with a manifest, its files and its caches, and the processes that work there.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use super::{child, operators};

/// How often something is looked for, and how long between two looks. Only a test that fails looks so often.
const LOOKS: usize = 60_000;
const BETWEEN_LOOKS: Duration = Duration::from_millis(1);

/// A folder of a test's own.
pub(super) struct Site {
    folder: tempfile::TempDir,
}

impl Site {
    pub(super) fn new(manifest: &str) -> Self {
        let site = Self { folder: tempfile::tempdir().unwrap() };
        site.write("pipeline.yaml", manifest);
        site
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    /// A process that runs the pipeline in one of the caches, and notes its calls in a file of the folder.
    pub(super) fn child(&self, cache: &str, calls: &str) -> Command {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", child::NAME, "--nocapture"]);
        command.env(child::MANIFEST, self.path("pipeline.yaml")).env(child::CACHE, self.path(cache));
        command.env(operators::CALLS, self.path(calls));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Runs such a process to its end, which must be a good one.
    pub(super) fn complete(&self, cache: &str, calls: &str) {
        let output = self.child(cache, calls).stdout(Stdio::piped()).stderr(Stdio::piped()).output().unwrap();
        assert!(output.status.success(), "{}", told(&output));
    }

    /// The calls that were noted in a file: node and row.
    pub(super) fn calls(&self, calls: &str) -> Vec<(String, String)> {
        let text = fs::read_to_string(self.path(calls)).unwrap_or_default();
        let split = |line: &str| line.split_once(' ').map(|(node, row)| (node.to_owned(), row.to_owned())).unwrap();
        text.lines().map(split).collect()
    }

    /// How many calls a node had.
    pub(super) fn calls_of(&self, calls: &str, node: &str) -> usize {
        self.calls(calls).iter().filter(|(called, _)| called == node).count()
    }

    /// The command line over the manifest: `arguments` come first, `--cache` last.
    pub(super) fn command(&self, arguments: &[&str], cache: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_millrace"));
        command.current_dir(self.folder.path()).args(arguments).arg("--cache").arg(cache);
        command
    }

    /// Runs the command line to its end.
    pub(super) fn millrace(&self, arguments: &[&str], cache: &str) -> Ended {
        Ended::of(&self.command(arguments, cache).output().unwrap())
    }

    /// Runs the pipeline on the command line, which must succeed.
    pub(super) fn run(&self, cache: &str) {
        let ended = self.millrace(&["run", "pipeline.yaml"], cache);
        assert_eq!(ended.code, Some(0), "{ended:?}");
    }

    /// Reads the whole cache again.
    pub(super) fn verify(&self, cache: &str) -> Ended {
        let mut command = Command::new(env!("CARGO_BIN_EXE_millrace"));
        Ended::of(&command.args(["cache", "verify"]).arg(self.path(cache)).output().unwrap())
    }

    /// What the plan says of a node.
    pub(super) fn planned(&self, node: &str, cache: &str) -> Value {
        let ended = self.millrace(&["plan", "pipeline.yaml", node, "--json"], cache);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        let plan: Value = serde_json::from_str(&ended.out).unwrap();
        plan["tasks"].as_array().unwrap().iter().find(|task| task["node"] == node).unwrap().clone()
    }

    /// The folder of a node's finished output.
    pub(super) fn entry(&self, node: &str, cache: &str) -> PathBuf {
        let planned = self.planned(node, cache);
        let fingerprint = planned["fingerprint"].as_str().unwrap();
        self.path(cache).join(&fingerprint[..2]).join(fingerprint)
    }

    /// Every file of every finished output with its bytes, but the engine's own records of when and where.
    pub(super) fn outputs(&self, cache: &str) -> BTreeMap<PathBuf, Vec<u8>> {
        let root = self.path(cache);
        let fingerprint = |path: &Path| path.iter().nth(1).is_some_and(|name| name.len() == 64);
        let own = |path: &Path| path.iter().count() > 3 && !path.iter().any(|name| name == ".parts");
        let output = |path: &PathBuf| path.iter().next().is_some_and(|name| name.len() == 2) && fingerprint(path);
        let files = files(&root).into_iter().filter(|path| output(path) && own(path));
        files.map(|path| (path.clone(), fs::read(root.join(path)).unwrap())).collect()
    }
}

/// How a command ended, and what it said.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) code: Option<i32>,
    pub(super) out: String,
    pub(super) err: String,
}

impl Ended {
    pub(super) fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// Fails unless the command failed in the ordinary way and said all of this.
    pub(super) fn failed_saying(&self, parts: &[&str]) {
        assert_eq!(self.code, Some(1), "{self:?}");
        for part in parts {
            assert!(self.err.contains(part), "`{part}` is not in: {}", self.err);
        }
    }
}

/// Every file below a folder, relative to it. Files may come and go meanwhile.
pub(super) fn files(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root.join(&folder)).into_iter().flatten().flatten() {
            let path = folder.join(entry.file_name());
            let into = if entry.path().is_dir() { &mut folders } else { &mut found };
            into.push(path);
        }
    }
    found
}

/// Looks until it is so.
pub(super) fn until(what: &str, mut is: impl FnMut() -> bool) {
    for _ in 0..LOOKS {
        if is() {
            return;
        }
        std::thread::sleep(BETWEEN_LOOKS);
    }
    panic!("waited in vain: {what}");
}

/// Sends a signal to a process.
pub(super) fn signal(process: u32, name: &str) {
    let status = Command::new("kill").args([format!("-{name}"), process.to_string()]).status().unwrap();
    assert!(status.success(), "no process {process} for {name}");
}

/// JSON lines for [`super::operators`] and the catalogue: `id`, `text`, `number`.
pub(super) fn rows(numbers: std::ops::Range<usize>) -> String {
    numbers.map(|number| line(number, &format!("text {number}"))).collect()
}

/// One such line.
pub(super) fn line(number: usize, text: &str) -> String {
    format!("{}\n", json!({"id": format!("row-{number}"), "text": text, "number": number}))
}

fn told(output: &Output) -> String {
    let Ended { code, out, err } = Ended::of(output);
    format!("ended with {code:?}\n{out}\n{err}")
}
