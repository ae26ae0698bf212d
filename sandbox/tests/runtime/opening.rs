//! Files that are no interpreter: errors of the host, with what to do about them.

use millrace_sandbox::{HostError, Metering, Sandbox};

#[test]
fn a_file_that_is_no_code_is_refused() {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(file.path(), b"\x7fELF, but not really").expect("room on disk");
    assert!(matches!(Sandbox::open(Metering::Clock, file.path()), Err(HostError::Load(_))));
}

#[test]
fn a_module_that_is_no_interpreter_is_refused() {
    let empty = b"\0asm\x01\0\0\0";
    assert!(matches!(Sandbox::new(Metering::Clock, empty), Err(HostError::Export("memory"))));
}

#[test]
fn the_two_meterings_have_different_code() {
    assert_ne!(Sandbox::compile_key(Metering::Clock), Sandbox::compile_key(Metering::Fuel));
    assert_eq!(Sandbox::compile_key(Metering::Clock), Sandbox::compile_key(Metering::Clock));
}
