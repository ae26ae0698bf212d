//! A short soak: `cargo run --release --bin soak` does it at any length.

use std::io::Write;
use std::path::Path;

use millrace_benchmarks::soak::{programs, soak};
use sandbox::snapshot::{Interpreter, PrepareError, Store};
use sandbox::{Metering, Sandbox};

/// What the memory of a few interpreters goes up and down by.
const NOISE_MIB: f64 = 20.0;

#[test]
fn thousands_of_runs_leave_nothing_behind() {
    let Some(interpreter) = interpreter() else { return };
    let sandbox = Sandbox::prepared(Metering::Fuel, &interpreter).expect("this machine runs WebAssembly");
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sandbox/tests/cases");
    let programs = programs(&cases).expect("the sandbox's cases can be read");
    assert!(programs.len() > 80, "only {} programs were found", programs.len());
    let soaked = soak(&sandbox, Metering::Fuel, &programs, 3000).expect("the host is well");
    assert!(soaked.changed.is_empty(), "{} runs changed\n{}", soaked.changed.len(), soaked.changed.join("\n"));
    assert!(soaked.growth_mib() < NOISE_MIB, "memory grew: {:?}", soaked.samples);
}

fn interpreter() -> Option<Interpreter> {
    let store = Store::of_machine(Path::new(env!("CARGO_TARGET_TMPDIR"))).expect("the build's folder can be written");
    match Interpreter::prepare(&store, None, &mut |_| ()) {
        Ok(interpreter) => Some(interpreter),
        Err(PrepareError::Fetch(error)) => {
            // Past the test harness, which keeps what a passing test prints to itself.
            writeln!(std::io::stderr(), "SKIPPED: {error}").expect("stderr takes a line");
            None
        }
        Err(error) => panic!("{error}"),
    }
}
