//! A Python of this machine: asked what it is, and known by that.
//!
//! Owns the questions and the identity. Its packages are known by name and version: a file in one that somebody changed
//! by hand is not noticed.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde::Deserialize;

use super::modules;
use super::refusal::Refusal;

const SURVEY: &str = include_str!("../../native/survey.py");
const EXECUTABLE: &str = "import sys; print(sys.executable)";

/// What a server of jobs finds in its environment, and so the survey too. `-s` leaves out what a user installed for
/// himself beside an environment; hashes of strings are the same in every run.
const ENVIRONMENT: [(&str, &str); 3] = [("PYTHONHASHSEED", "0"), ("PYTHONUTF8", "1"), ("MALLOC_ARENA_MAX", "1")];
const OPTIONS: [&str; 3] = ["-s", "-B", "-c"];

/// Where the dynamic linker looks, and where systems keep packages that Pythons are linked to.
const LIBRARIES: [&str; 9] = [
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/etc/ld.so.cache",
    "/usr/share/zoneinfo",
    "/nix/store",
    "/gnu/store",
];

/// The oldest version that the guest runs on.
const OLDEST: ((u32, u32), &str) = ((3, 9), "3.9");

/// A Python of this machine.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Installation {
    executable: PathBuf,
    implementation: String,
    version: (u32, u32),
    release: String,
    platform: String,
    ctypes: bool,
    paths: Vec<PathBuf>,
    distributions: Vec<String>,
    #[serde(default)]
    preload: Vec<String>,
}

impl Installation {
    /// Asks the Python that the caller names, or `python3` of the search path. Runs it as its owner would: what stands
    /// in its `.pth` files runs too.
    ///
    /// # Errors
    /// [`Refusal`], where it cannot be asked or is not fit for jobs.
    pub fn survey(named: Option<&Path>) -> Result<Self, Refusal> {
        let python = named.unwrap_or(Path::new("python3"));
        let refuse = |reason: String| Refusal::Python { python: python.to_owned(), reason };
        // What the name stands for may be a script that finds a Python by its environment.
        let executable = said(Command::new(python).args([OPTIONS[0], "-c", EXECUTABLE])).map_err(refuse)?;
        let mut asked = Command::new(executable.trim_end());
        let answer = said(confined_to(&mut asked).arg(SURVEY)).map_err(refuse)?;
        let found: Self = serde_json::from_str(&answer).map_err(|error| refuse(error.to_string()))?;
        found.check(python)?;
        Ok(found)
    }

    /// With modules that are imported before a process is forked, once in place of once for every job.
    #[must_use]
    pub fn preloading(self, modules: Vec<String>) -> Self {
        Self { preload: modules, ..self }
    }

    /// Its major and minor version.
    pub fn version(&self) -> (u32, u32) {
        self.version
    }

    /// What a result depends on: version and platform, and as digests the names and versions of everything installed,
    /// and the guest.
    pub fn identity(&self) -> String {
        let Self { release, platform, distributions, .. } = self;
        let installed = blake3::hash(distributions.join("\n").as_bytes()).to_hex();
        let guest = modules::digest().to_hex();
        let count = distributions.len();
        format!("CPython {release} for {platform}, {count} distributions {}, guest {}", &installed[..16], &guest[..16])
    }

    /// The command that starts it as jobs find it, but for what it is to run.
    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(&self.executable);
        confined_to(&mut command);
        command
    }

    pub(super) fn preload(&self) -> &[String] {
        &self.preload
    }

    /// What a job may read.
    pub(super) fn readable(&self) -> impl Iterator<Item = &Path> {
        self.paths.iter().map(PathBuf::as_path).chain(LIBRARIES.map(Path::new))
    }

    fn check(&self, python: &Path) -> Result<(), Refusal> {
        let python = || python.to_owned();
        if self.implementation != "cpython" {
            return Err(Refusal::Implementation { python: python(), implementation: self.implementation.clone() });
        }
        if self.version < OLDEST.0 {
            return Err(Refusal::Old { python: python(), version: self.release.clone(), oldest: OLDEST.1 });
        }
        if !self.ctypes {
            return Err(Refusal::Ctypes { python: python() });
        }
        Ok(())
    }
}

/// The surroundings of every job: no variable but these, and no file of the caller's folder to import by accident.
fn confined_to(command: &mut Command) -> &mut Command {
    command.args(OPTIONS).env_clear().envs(ENVIRONMENT).current_dir("/")
}

fn said(command: &mut Command) -> Result<String, String> {
    let Output { status, stdout, stderr } = command.output().map_err(|error| error.to_string())?;
    if !status.success() {
        let stderr = String::from_utf8_lossy(&stderr);
        let last = stderr.lines().rfind(|line| !line.trim().is_empty());
        return Err(last.map_or_else(|| format!("it ended with {status}"), str::to_owned));
    }
    String::from_utf8(stdout).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn installation() -> Installation {
        Installation {
            executable: "/opt/bin/python".into(),
            implementation: "cpython".to_owned(),
            version: (3, 12),
            release: "3.12.1".to_owned(),
            platform: "linux-x86_64".to_owned(),
            ctypes: true,
            paths: Vec::new(),
            distributions: vec!["numpy==2.1.0".to_owned(), "pip==24.0".to_owned()],
            preload: Vec::new(),
        }
    }

    #[test]
    fn the_identity_follows_version_platform_and_packages() {
        let one = installation();
        assert!(one.identity().starts_with("CPython 3.12.1 for linux-x86_64, 2 distributions "), "{}", one.identity());
        assert_eq!(one.identity(), Installation { executable: "/elsewhere".into(), ..installation() }.identity());
        let others = [
            Installation { release: "3.12.2".to_owned(), ..installation() },
            Installation { platform: "linux-aarch64".to_owned(), ..installation() },
            Installation { distributions: vec!["numpy==2.1.1".to_owned(), "pip==24.0".to_owned()], ..installation() },
        ];
        for other in others {
            assert_ne!(one.identity(), other.identity());
        }
    }

    #[test]
    fn unfit_pythons_are_refused_with_the_reason() {
        let cases = [
            (Installation { implementation: "pypy".to_owned(), ..installation() }, "is pypy, where CPython is needed"),
            (
                Installation { version: (3, 8), release: "3.8.18".to_owned(), ..installation() },
                "is Python 3.8.18, where 3.9 or later is needed",
            ),
            (Installation { ctypes: false, ..installation() }, "has no module `ctypes`"),
        ];
        for (installation, words) in cases {
            let refusal = installation.check(Path::new("/opt/python")).unwrap_err().to_string();
            assert!(refusal.contains("`/opt/python`") && refusal.contains(words), "{refusal}");
        }
    }

    #[test]
    fn a_python_that_is_not_there_is_refused() {
        let refusal = Installation::survey(Some(Path::new("/nowhere/python3"))).unwrap_err().to_string();
        assert!(refusal.contains("`/nowhere/python3` is no Python"), "{refusal}");
    }
}
