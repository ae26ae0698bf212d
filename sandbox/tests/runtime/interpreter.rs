//! The interpreter that the tests run on, made once and kept among the build's files.

use std::io::Write;
use std::path::Path;
use std::sync::OnceLock;

use millrace_sandbox::snapshot::{Interpreter, PrepareError, Store};
use millrace_sandbox::{Metering, Sandbox};

/// The sandbox, or nothing where the interpreter cannot be made here.
pub(crate) fn sandbox(metering: Metering) -> Option<Sandbox> {
    static CLOCK: OnceLock<Option<Sandbox>> = OnceLock::new();
    static FUEL: OnceLock<Option<Sandbox>> = OnceLock::new();
    let opened = match metering {
        Metering::Clock => &CLOCK,
        Metering::Fuel => &FUEL,
    };
    opened.get_or_init(|| open(metering)).clone()
}

fn open(metering: Metering) -> Option<Sandbox> {
    let store = Store::of_machine(Path::new(env!("CARGO_TARGET_TMPDIR"))).expect("the build's folder can be written");
    match Interpreter::prepare(&store, None, &mut |_| ()) {
        Ok(interpreter) => Some(Sandbox::prepared(metering, &interpreter).expect("this machine runs WebAssembly")),
        Err(PrepareError::Fetch(error)) => {
            // Past the test harness, which keeps what a passing test prints to itself.
            writeln!(std::io::stderr(), "SKIPPED: {error}").expect("stderr takes a line");
            None
        }
        Err(error) => panic!("{error}"),
    }
}
