//! Each component of `cases/flatten/` is flattened, and the module or the error is the one that stands beside it.
//!
//! `MILLRACE_BLESS=1 cargo test --release -p millrace-sandbox --test flatten` rewrites what stands there.
#![expect(clippy::unwrap_used, reason = "a failed test may panic")]

use millrace_sandbox::snapshot::flatten;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn every_case_gives_the_module_or_the_error_beside_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/flatten");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|path| path.extension().is_some_and(|extension| extension == "wat"));
    cases.sort();
    assert!(cases.len() > 10, "the cases are gone");
    for case in cases {
        let component = wat::parse_file(&case).unwrap();
        let text = match flatten(&component) {
            Ok(module) => {
                assert_eq!(module, flatten(&component).unwrap(), "{} is not deterministic", case.display());
                wasmprinter::print_bytes(module).unwrap()
            }
            Err(error) => format!("error: {error}\n"),
        };
        check(&case.with_extension("flat"), &text);
    }
}

/// A module comes out or an error does; the process never goes down with a component that is not what it seems.
#[test]
fn no_damaged_component_is_fatal() {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/flatten/libraries.wat");
    let component = wat::parse_file(case).unwrap();
    let mut refused = 0;
    for index in 0..component.len() {
        for mask in [0x01, 0x02, 0x04, 0x10, 0x40, 0x80, 0xff] {
            let mut damaged = component.clone();
            damaged[index] ^= mask;
            refused += usize::from(flatten(&damaged).is_err());
        }
        refused += usize::from(flatten(&component[..index]).is_err());
    }
    assert!(refused > component.len(), "hardly anything was refused: {refused}");
}

fn check(golden: &Path, text: &str) {
    if std::env::var_os("MILLRACE_BLESS").is_some() {
        fs::write(golden, text).unwrap();
    }
    let expected = fs::read_to_string(golden).unwrap_or_default();
    let hint = "MILLRACE_BLESS=1 cargo test --release -p millrace-sandbox --test flatten";
    assert_eq!(expected, text, "{} differs; to accept it: {hint}", golden.display());
}
