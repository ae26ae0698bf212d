//! The interpreter that the tests run on, compiled once for each metering and kept among the build's files.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};

use millrace_sandbox::{Metering, Sandbox};

/// The sandbox, or nothing where no module was named.
pub(crate) fn sandbox(metering: Metering) -> Option<Sandbox> {
    static CLOCK: OnceLock<Option<Sandbox>> = OnceLock::new();
    static FUEL: OnceLock<Option<Sandbox>> = OnceLock::new();
    let opened = match metering {
        Metering::Clock => &CLOCK,
        Metering::Fuel => &FUEL,
    };
    opened.get_or_init(|| open(metering)).clone()
}

#[expect(clippy::disallowed_methods, reason = "the option that names the module")]
fn open(metering: Metering) -> Option<Sandbox> {
    let Some(module) = std::env::var_os("MILLRACE_SANDBOX_MODULE") else {
        skipped("MILLRACE_SANDBOX_MODULE names no module");
        return None;
    };
    let code = compiled(metering, Path::new(&module));
    Some(Sandbox::open(metering, &code).expect("code that was compiled just now can be opened"))
}

/// Compiled code for a module, made where it is missing or older than the module.
fn compiled(metering: Metering, module: &Path) -> PathBuf {
    static COMPILING: Mutex<()> = Mutex::new(());
    let _one = COMPILING.lock().expect("no test panics while it compiles");
    let key = Sandbox::compile_key(metering).expect("the platform is supported");
    let code = Path::new(env!("CARGO_TARGET_TMPDIR")).join(key);
    let modified = |path: &Path| path.metadata().and_then(|metadata| metadata.modified()).ok();
    if modified(&code).is_none() || modified(&code) < modified(module) {
        let bytes = std::fs::read(module).expect("MILLRACE_SANDBOX_MODULE names a file that can be read");
        let partial = code.with_extension("partial");
        std::fs::write(&partial, Sandbox::compile(metering, &bytes).expect("the module compiles"))
            .expect("room on disk");
        std::fs::rename(&partial, &code).expect("the build's folder can be written");
    }
    code
}

/// Past the test harness, which keeps what a passing test prints to itself.
fn skipped(reason: &str) {
    writeln!(std::io::stderr(), "SKIPPED: {reason}").expect("stderr takes a line");
}
