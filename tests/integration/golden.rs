//! Golden files: what a person reads, compared byte for byte.
//!
//! `MILLRACE_BLESS=1` rewrites them; every failure says so.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};

/// How the golden files are rewritten.
const BLESS: &str = "MILLRACE_BLESS=1 cargo test --release --test integration";

/// The folder of the root package.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// What differs between golden files and what was made, as one message.
#[derive(Default)]
pub(crate) struct Golden {
    differences: Vec<String>,
}

impl Golden {
    /// Compares a text with the file that holds what it should be.
    pub(crate) fn compare(&mut self, path: &Path, found: &str) {
        if std::env::var_os("MILLRACE_BLESS").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, found).unwrap();
            return;
        }
        let wanted = fs::read_to_string(path).unwrap_or_default();
        if wanted != found {
            let name = path.strip_prefix(root()).unwrap_or(path).display();
            self.differences.push(format!("== {name}\n-- wanted\n{wanted}\n-- found\n{found}"));
        }
    }

    /// Notes a golden file that nothing makes any more.
    pub(crate) fn orphan(&mut self, path: &Path) {
        if std::env::var_os("MILLRACE_BLESS").is_some() {
            fs::remove_file(path).unwrap();
            return;
        }
        self.differences.push(format!("== {}: nothing makes this file", path.display()));
    }

    /// Fails where anything differed.
    pub(crate) fn finish(self) {
        let differences = self.differences.join("\n\n");
        assert!(differences.is_empty(), "{differences}\n\nif this is meant, run `{BLESS}` and review the diff");
    }
}
