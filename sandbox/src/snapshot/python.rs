//! The Python that makes the interpreter: which one, and how its programs are run.
//!
//! Owns the search for a python3 with pip and the reading of what programs say. Only the making needs it: programs run
//! in the interpreter that is made, never in this one.

use super::fetch::FetchError;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The oldest Python for which the pinned package has wheels.
const OLDEST_PYTHON: (u32, u32) = (3, 9);

/// The oldest pip that knows the wheels' platform names.
const OLDEST_PIP: (u32, u32) = (20, 3);

/// A Python that has been asked for its version and its pip's.
#[derive(Debug)]
pub(super) struct Python(PathBuf);

impl Python {
    /// The one that the caller names, or `python3` of the search path.
    pub fn find(named: Option<&Path>) -> Result<Self, FetchError> {
        let python = Self(named.unwrap_or(Path::new("python3")).to_owned());
        let version = python.output(&["-c", "import sys; print('Python %d.%d' % sys.version_info[:2])"])?;
        python.require(&version, "Python ", OLDEST_PYTHON, FetchError::no_python)?;
        let pip = python.output(&["-m", "pip", "--version"])?;
        python.require(&pip, "pip ", OLDEST_PIP, FetchError::no_pip)?;
        Ok(python)
    }

    /// A command of this Python, in the surroundings that it was found in: its pip may live in any of them.
    pub fn command(&self) -> Command {
        Command::new(&self.0)
    }

    fn output<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Result<Output, FetchError> {
        self.command().args(arguments).output().map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => FetchError::no_python(&self.0, "there is no such program"),
            _ => FetchError::no_python(&self.0, source.to_string()),
        })
    }

    fn require(
        &self,
        output: &Output,
        prefix: &str,
        oldest: (u32, u32),
        error: fn(&Path, String) -> FetchError,
    ) -> Result<(), FetchError> {
        let text = String::from_utf8_lossy(&output.stdout);
        let version = output.status.success().then(|| version_after(&text, prefix)).flatten();
        let Some((major, minor)) = version else {
            return Err(error(&self.0, last_lines(output)));
        };
        if (major, minor) < oldest {
            let (oldest_major, oldest_minor) = oldest;
            let problem = format!("{prefix}{major}.{minor} is too old, {oldest_major}.{oldest_minor} is needed");
            return Err(error(&self.0, problem));
        }
        Ok(())
    }
}

/// The end of what a program said, which is where the reason stands.
pub(super) fn last_lines(output: &Output) -> String {
    let said = if output.stderr.trim_ascii().is_empty() { &output.stdout } else { &output.stderr };
    let text = String::from_utf8_lossy(said);
    let lines: Vec<_> = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    match lines.len() {
        0 => format!("it said nothing and ended with {}", output.status),
        count => lines[count.saturating_sub(6)..].join("\n"),
    }
}

fn version_after(text: &str, prefix: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim_start().strip_prefix(prefix)?.split(|character: char| !character.is_ascii_digit());
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn versions_are_read_from_what_programs_say() {
        assert_eq!(version_after("pip 23.0.1 from /usr/lib (python 3.11)\n", "pip "), Some((23, 0)));
        assert_eq!(version_after("Python 3.11\n", "Python "), Some((3, 11)));
        assert_eq!(version_after("No module named pip", "pip "), None);
    }

    fn answer(status: i32, stdout: &str, stderr: &str) -> Output {
        use std::os::unix::process::ExitStatusExt;
        let status = std::process::ExitStatus::from_raw(status << 8);
        Output { status, stdout: stdout.into(), stderr: stderr.into() }
    }

    #[test]
    fn what_is_missing_is_named_with_both_ways_out() {
        let python = Python("/opt/python3".into());
        let for_python = |output| python.require(&output, "Python ", OLDEST_PYTHON, FetchError::no_python);
        let for_pip = |output| python.require(&output, "pip ", OLDEST_PIP, FetchError::no_pip);
        for_python(answer(0, "Python 3.9\n", "")).unwrap();
        for_pip(answer(0, "pip 20.3.4 from /usr/lib (python 3.9)\n", "")).unwrap();
        let cases = [
            (for_python(answer(0, "Python 3.8\n", "")), "Python 3.8 is too old, 3.9 is needed"),
            (for_python(answer(1, "", "pyenv: no version is set\n")), "pyenv: no version is set"),
            (for_python(answer(0, "", "")), "it said nothing"),
            (for_pip(answer(1, "", "No module named pip\n")), "No module named pip"),
            (for_pip(answer(0, "pip 19.0.3 from /usr/lib (python 3.9)\n", "")), "pip 19.0 is too old, 20.3 is needed"),
        ];
        for (result, expected) in cases {
            let error = result.unwrap_err().to_string();
            for part in [expected, "/opt/python3", "--export FILE", "--from FILE"] {
                assert!(error.contains(part), "{expected}: {error}");
            }
        }
    }

    #[test]
    fn a_program_that_is_not_there_is_told_apart() {
        let error = Python::find(Some(Path::new("/nowhere/python3"))).unwrap_err().to_string();
        assert!(error.contains("/nowhere/python3") && error.contains("there is no such program"), "{error}");
    }
}
