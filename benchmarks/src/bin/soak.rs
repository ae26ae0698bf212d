//! `soak FOLDER clock|fuel RUNS`: very many runs of the sandbox's own test programs, mixed, in the same interpreters.
//!
//! Prints one JSON object: the memory on the way, and every run that did not give what it gives in an interpreter of its
//! own; fails where there is one. The interpreter is made below the folder the first time.

use std::env;
use std::io::{self, Write};
use std::path::Path;

use millrace_benchmarks::soak::{programs, soak};
use sandbox::snapshot::{Interpreter, Store};
use sandbox::{Metering, Sandbox};

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [folder, metering, runs] = arguments.as_slice() else {
        return Err(io::Error::other("usage: soak FOLDER clock|fuel RUNS"));
    };
    let metering = if metering == "fuel" { Metering::Fuel } else { Metering::Clock };
    let store = Store::of_machine(Path::new(folder)).map_err(io::Error::other)?;
    let interpreter = Interpreter::prepare(&store, None, &mut |_| ()).map_err(io::Error::other)?;
    let sandbox = Sandbox::prepared(metering, &interpreter).map_err(io::Error::other)?;
    let programs = programs(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../sandbox/tests/cases"))?;
    let soaked = soak(&sandbox, metering, &programs, runs.parse().map_err(io::Error::other)?)?;
    writeln!(io::stdout(), "{}", serde_json::to_string(&soaked)?)?;
    let told = format!("{} runs changed; {:+.1} MiB", soaked.changed.len(), soaked.growth_mib());
    if soaked.changed.is_empty() { writeln!(io::stderr(), "{told}") } else { Err(io::Error::other(told)) }
}
