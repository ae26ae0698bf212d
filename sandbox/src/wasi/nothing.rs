//! What the sandbox does not have, where a program may ask for it and must be told so: no environment, no arguments, no
//! directory, no terminal, no socket, no name service. And the end of the process, which is the end of the run.

use wasmtime::{Caller, Linker, Result};

use super::memory::write_words;
use super::state::State;
use crate::machine::Stop;

/// `error` of a result whose error is an enumeration, and the error codes of sockets.
const ERROR: u32 = 1;
const ACCESS_DENIED: u32 = 1;

/// The handle of the network that there is not.
const NETWORK: i32 = 1;

pub(super) fn add(linker: &mut Linker<State>) -> Result<()> {
    for name in ["get-environment", "get-arguments"] {
        linker.func_wrap("wasi:cli/environment@0.2.0", name, empty_list)?;
    }
    linker.func_wrap("wasi:filesystem/preopens@0.2.0", "get-directories", empty_list)?;
    for stream in ["stdin", "stdout", "stderr"] {
        linker.func_wrap(&format!("wasi:cli/terminal-{stream}@0.2.0"), &format!("get-terminal-{stream}"), none)?;
    }
    linker.func_wrap("wasi:sockets/instance-network@0.2.0", "instance-network", || NETWORK)?;
    for kind in ["tcp", "udp"] {
        let interface = format!("wasi:sockets/{kind}-create-socket@0.2.0");
        linker.func_wrap(
            &interface,
            &format!("create-{kind}-socket"),
            |mut caller: Caller<'_, State>, _family: i32, result: i32| denied(&mut caller, result),
        )?;
    }
    linker.func_wrap(
        "wasi:sockets/ip-name-lookup@0.2.0",
        "resolve-addresses",
        |mut caller: Caller<'_, State>, _network: i32, _name: i32, _length: i32, result: i32| {
            denied(&mut caller, result)
        },
    )?;
    linker.func_wrap("wasi:cli/exit@0.2.0", "exit", |failed: i32| -> Result<()> { Err(Stop::Exit(failed).into()) })?;
    linker.func_wrap("wasi:cli/exit@0.2.0", "exit-with-code", |status: i32| -> Result<()> {
        Err(Stop::Exit(status).into())
    })?;
    linker.func_wrap("millrace:sandbox/process", "leave", |status: i32| -> Result<()> {
        Err(Stop::Exit(status).into())
    })?;
    Ok(())
}

fn empty_list(mut caller: Caller<'_, State>, result: i32) -> Result<()> {
    write_words(&mut caller, result, &[0, 0])
}

fn none(mut caller: Caller<'_, State>, result: i32) -> Result<()> {
    write_words(&mut caller, result, &[0])
}

fn denied(caller: &mut Caller<'_, State>, result: i32) -> Result<()> {
    write_words(caller, result, &[ERROR, ACCESS_DENIED])
}
