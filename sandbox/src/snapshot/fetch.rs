//! Fetching the pinned package, through pip, into a folder of its own.
//!
//! Owns pip's arguments and what its failures mean. pip checks the hashes; nothing of the user's Python is changed.

use super::python::{Python, last_lines};
use super::recipe::{PACKAGE, PACKAGE_VERSION, WHEELS};
use std::fmt::Write;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Why the package could not be fetched. Each message ends with the ways out.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// There is no Python, or it is too old.
    #[error("no usable python3 at {}: {problem}\n{WAYS_OUT}", .python.display())]
    NoPython {
        /// Which one was tried.
        python: PathBuf,
        /// What it said.
        problem: String,
    },
    /// There is no pip, or it is too old.
    #[error("no usable pip in {}: {problem}\n{WAYS_OUT}", .python.display())]
    NoPip {
        /// Whose pip.
        python: PathBuf,
        /// What it said.
        problem: String,
    },
    /// The network or the index is out of reach.
    #[error("pip cannot reach its package index; it said:\n{said}\n{WAYS_OUT}")]
    Unreachable {
        /// pip's last lines.
        said: String,
    },
    /// The index has no such wheel for this machine.
    #[error("the package index has no {PACKAGE} {PACKAGE_VERSION} for this machine; pip said:\n{said}\n{WAYS_OUT}")]
    NoWheel {
        /// pip's last lines.
        said: String,
    },
    /// What came is not what is pinned.
    #[error(
        "what the package index gave for {PACKAGE} {PACKAGE_VERSION} is not what is pinned, and it was not used; \
         pip said:\n{said}\n{WAYS_OUT}"
    )]
    Hash {
        /// pip's last lines.
        said: String,
    },
    /// pip failed otherwise.
    #[error("pip could not install {PACKAGE} {PACKAGE_VERSION}; it said:\n{said}\n{WAYS_OUT}")]
    Pip {
        /// pip's last lines.
        said: String,
    },
    /// The temporary folder.
    #[error("failed to write {}: {source}", .path.display())]
    Io {
        /// What was to be written.
        path: PathBuf,
        /// What came back.
        source: io::Error,
    },
}

const WAYS_OUT: &str = "either give this machine a python3 (3.9 or newer) with pip and a package index, \
    or make the interpreter on another machine with `millrace sandbox prepare --export FILE` \
    and bring it here with `millrace sandbox prepare --from FILE`";

impl FetchError {
    pub(super) fn no_python(python: &Path, problem: impl Into<String>) -> Self {
        Self::NoPython { python: python.into(), problem: problem.into() }
    }

    pub(super) fn no_pip(python: &Path, problem: impl Into<String>) -> Self {
        Self::NoPip { python: python.into(), problem: problem.into() }
    }
}

/// Installs the package into a folder below `work`, and gives the folder.
pub(super) fn fetch(python: &Python, work: &Path) -> Result<PathBuf, FetchError> {
    let (requirements, packages) = (work.join("requirements.txt"), work.join("packages"));
    fs::write(&requirements, requirement()).map_err(|source| FetchError::Io { path: requirements.clone(), source })?;
    let mut pip = python.command();
    pip.args(["-m", "pip", "install", "--require-hashes", "--only-binary", ":all:", "--no-deps", "--no-compile"]);
    pip.args(["--no-input", "--disable-pip-version-check", "--progress-bar", "off", "--retries", "2", "--requirement"]);
    pip.arg(&requirements).arg("--target").arg(&packages);
    // A setting that asks for an install elsewhere contradicts `--target`.
    pip.env("PIP_USER", "0").env("PIP_REQUIRE_VIRTUALENV", "0");
    let output = pip.output().map_err(|source| FetchError::Pip { said: source.to_string() })?;
    if output.status.success() {
        return Ok(packages);
    }
    Err(meaning(&String::from_utf8_lossy(&output.stderr), last_lines(&output)))
}

/// One line of pip's own format, which then takes nothing else.
fn requirement() -> String {
    let mut line = format!("{PACKAGE}=={PACKAGE_VERSION}");
    for (_, hash) in WHEELS {
        write!(line, " --hash=sha256:{hash}").expect("writing to a string cannot fail");
    }
    line.push('\n');
    line
}

/// pip has no codes for its failures, only words; the connection comes first, since a lost one also ends in "no match".
fn meaning(text: &str, said: String) -> FetchError {
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if has(&["DO NOT MATCH THE HASHES", "HashMismatch"]) {
        FetchError::Hash { said }
    } else if has(&["onnection", "ProxyError", "SSLError", "timed out", "Max retries", "name resolution"]) {
        FetchError::Unreachable { said }
    } else if has(&["No matching distribution", "Could not find a version"]) {
        FetchError::NoWheel { said }
    } else {
        FetchError::Pip { said }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_requirement_pins_version_and_every_hash() {
        let line = requirement();
        assert!(line.starts_with("componentize-py==0.25.0 --hash=sha256:"), "{line}");
        assert_eq!(line.matches("--hash=sha256:").count(), WHEELS.len());
    }

    #[test]
    fn pips_words_are_told_apart() {
        let cases = [
            (
                "WARNING: Retrying (Retry(total=1)) after connection broken by 'NewConnectionError'\n\
                 ERROR: No matching distribution found for componentize-py==0.25.0",
                "cannot reach its package index",
            ),
            ("ERROR: No matching distribution found for componentize-py==0.25.0", "for this machine"),
            ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "not what is pinned"),
            ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "it said:"),
        ];
        for (text, expected) in cases {
            let message = meaning(text, text.to_owned()).to_string();
            assert!(
                message.contains(expected) && message.contains(text) && message.contains("--from FILE"),
                "{message}"
            );
        }
    }
}
