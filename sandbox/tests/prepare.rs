//! The real interpreter, made by the real tools and kept below `target/`, so that it is made once for many test runs.
//!
//! Without a python3 with pip, or without a package index, there is nothing to test: then it says so on the terminal.
#![expect(clippy::unwrap_used, reason = "a failed test may panic")]

use millrace_sandbox::snapshot::{
    FetchError, Interpreter, PrepareError, SealError, Step, Store, StoreError, Unsound, verify,
};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use wasmparser::{Parser, Payload};

#[test]
fn the_interpreter_is_made_found_carried_and_compiled_once() {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sandbox");
    let store = Store::open(&root).unwrap();
    let Some(interpreter) = prepare(&store) else { return };
    let module = interpreter.module().unwrap();
    verify(&module).unwrap();
    it_shows_what_the_runtime_calls_and_asks_only_for_wasi_and_a_way_out(&module);
    nothing_is_made_a_second_time(&store);
    it_can_be_carried_to_another_machine(&interpreter, &module);
}

/// Makes it, or says why that cannot be done here. Any other failure fails the test.
fn prepare(store: &Store) -> Option<Interpreter> {
    let mut steps = Vec::new();
    match Interpreter::prepare(store, None, &mut |progress| steps.push(progress.step)) {
        Ok(interpreter) => {
            let all = [Step::Find, Step::Fetch, Step::Snapshot, Step::Flatten, Step::Verify, Step::Write];
            steps.retain(|step| *step != Step::Wait);
            assert!(steps.is_empty() || steps == all, "{steps:?}");
            Some(interpreter)
        }
        Err(PrepareError::Fetch(
            error @ (FetchError::NoPython { .. } | FetchError::NoPip { .. } | FetchError::Unreachable { .. }),
        )) => {
            // Written past the test harness, which hides what a passing test prints.
            let said = format!("SKIPPED, the interpreter was not made and not tested: {error}\n");
            std::io::stderr().write_all(said.as_bytes()).unwrap();
            None
        }
        Err(error) => panic!("{error}"),
    }
}

fn it_shows_what_the_runtime_calls_and_asks_only_for_wasi_and_a_way_out(module: &[u8]) {
    let (mut exports, mut imports, mut segments) = (BTreeSet::new(), BTreeSet::new(), 0);
    for payload in Parser::new(0).parse_all(module) {
        match payload.unwrap() {
            Payload::ExportSection(section) => exports.extend(section.into_iter().map(|export| export.unwrap().name)),
            Payload::ImportSection(section) => {
                imports.extend(section.into_imports().map(|import| import.unwrap().module));
            }
            Payload::DataSection(section) => segments = section.count(),
            _ => {}
        }
    }
    for name in ["memory", "__stack_pointer", "cabi_realloc"] {
        assert!(exports.remove(name), "{name} is not exported");
    }
    assert!(!exports.is_empty(), "nothing of the guest's world is exported");
    assert!(exports.iter().all(|name| !name.contains("exports#")), "{exports:?}");
    assert!(imports.remove("millrace:sandbox/process"), "{imports:?}");
    assert!(imports.iter().all(|interface| interface.starts_with("wasi:")), "{imports:?}");
    assert!((1..1000).contains(&segments), "{segments} segments");
}

fn nothing_is_made_a_second_time(store: &Store) {
    let again = Interpreter::prepare(store, Some(Path::new("/nowhere/python3")), &mut |progress| {
        panic!("{} should not be needed", progress.step)
    });
    let again = again.unwrap();
    assert_eq!(Some(again.identity()), Interpreter::find(store).unwrap().map(|found| found.identity()));
}

fn it_can_be_carried_to_another_machine(interpreter: &Interpreter, module: &[u8]) {
    let scratch = tempfile::tempdir().unwrap();
    let elsewhere = Store::open(&scratch.path().join("store")).unwrap();
    assert!(Interpreter::find(&elsewhere).unwrap().is_none());
    let file = scratch.path().join("carried");
    interpreter.export(&file).unwrap();
    let carried = Interpreter::import(&elsewhere, &file).unwrap();
    assert!(carried.module().unwrap() == module, "another module came out");
    it_is_compiled_once(&carried, module);

    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x55;
    std::fs::write(&file, &bytes).unwrap();
    let refused = Interpreter::import(&elsewhere, &file);
    assert!(matches!(refused, Err(StoreError::Sealed { source: SealError::Damaged, .. })), "{refused:?}");
}

fn it_is_compiled_once(interpreter: &Interpreter, module: &[u8]) {
    let first = interpreter.compiled("runtime 1", |bytes| {
        assert!(bytes == module, "another module is compiled");
        Ok::<_, Unsound>(b"code".to_vec())
    });
    let first = first.unwrap();
    let again = interpreter.compiled("runtime 1", |_| -> Result<_, Unsound> { panic!("compiled twice") });
    assert_eq!(again.unwrap().path(), first.path());
    assert_eq!(std::fs::read(first.path()).unwrap(), b"code");
}
