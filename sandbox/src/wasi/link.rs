//! Gives every import of the interpreter's module its function. Owns the list of what is given.

use wasmtime::{Engine, ExternType, Linker, Module, Result};

use super::state::State;
use super::{clocks, nothing, poll, random, streams};
use crate::machine::Stop;

/// A linker that has every import of the module: those that are given, and for the others a function that ends the run.
pub(crate) fn linker(engine: &Engine, module: &Module) -> Result<Linker<State>> {
    let mut linker = Linker::new(engine);
    streams::add(&mut linker)?;
    clocks::add(&mut linker)?;
    poll::add(&mut linker)?;
    random::add(&mut linker)?;
    nothing::add(&mut linker)?;
    deny_others(&mut linker, module)?;
    Ok(linker)
}

fn deny_others(linker: &mut Linker<State>, module: &Module) -> Result<()> {
    let given: Vec<(String, String)> = {
        let mut store = wasmtime::Store::new(linker.engine(), State::default());
        let mut known = |module: &str, name: &str| linker.get(&mut store, module, name).is_ok();
        module
            .imports()
            .filter(|import| known(import.module(), import.name()))
            .map(|import| (import.module().to_owned(), import.name().to_owned()))
            .collect()
    };
    for import in module.imports() {
        let (from, name) = (import.module(), import.name());
        let ExternType::Func(kind) = import.ty() else { continue };
        if given.iter().any(|(module, field)| module == from && field == name) {
            continue;
        }
        if name.starts_with("[resource-drop]") {
            linker.func_wrap(from, name, |_: i32| {})?;
            continue;
        }
        let asked = format!("{from} {name}");
        linker.func_new(from, name, kind, move |_, _, _| Err(Stop::Denied(asked.clone()).into()))?;
    }
    Ok(())
}
