//! The native Python that the tests run on: an environment of `python3` of the search path, made once, in which nothing
//! is installed.

use std::io::Write;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use millrace_sandbox::Pool;
use millrace_sandbox::process::{Installation, Kernel, Native};

/// Native processes, or nothing where this machine has no Python or its kernel no walls.
pub(crate) fn native() -> Option<Native> {
    static OPENED: OnceLock<Option<Native>> = OnceLock::new();
    OPENED.get_or_init(open).clone()
}

/// So many workers of it.
pub(crate) fn pool(workers: usize) -> Option<Pool> {
    let native = native()?;
    Some(Pool::new(&native, NonZeroUsize::new(workers).expect("more than none")).expect("threads"))
}

/// An environment of its own, or nothing where Python cannot make one.
pub(crate) fn environment(folder: &Path) -> Option<PathBuf> {
    let made = Command::new("python3").args(["-m", "venv", "--clear", "--without-pip"]).arg(folder).output();
    made.is_ok_and(|made| made.status.success()).then(|| folder.join("bin/python"))
}

fn open() -> Option<Native> {
    let kernel = Kernel::of_this_machine();
    let Some(python) = environment(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("environment")) else {
        return skip("python3 of the search path makes no environment");
    };
    if let Err(refusal) = kernel.check() {
        return skip(&refusal.to_string());
    }
    // A kernel that offers everything has no excuse.
    let installation = Installation::survey(Some(&python)).expect("the environment has a Python");
    Some(Native::open(installation, &kernel).expect("the walls hold"))
}

fn skip(reason: &str) -> Option<Native> {
    // Past the test harness, which keeps what a passing test prints to itself.
    writeln!(std::io::stderr(), "SKIPPED: {reason}").expect("stderr takes a line");
    None
}
