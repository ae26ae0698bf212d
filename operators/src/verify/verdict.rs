//! What all tests together say of a program: the columns that every kind of verdict has.

use engine::row::Cell;

use super::judge::TestResult;
use super::status::Status;

/// `passed`, `status`, `message`, `score`, `tests_passed` and `tests_total`, of the results of a program's tests. None
/// at all where there was no program. `passed` is null where the status says nothing of the program.
pub(super) fn cells<'a>(results: impl Iterator<Item = &'a TestResult> + Clone, tests: usize) -> Vec<(String, Cell)> {
    let passed = results.clone().filter(|result| !result.is_failure()).count();
    let (status, message) = match results.clone().find(|result| result.is_failure()) {
        Some(failure) => (failure.status, failure.message.clone()),
        // Counted, so that nothing that was not run can pass.
        None if passed == tests => (Status::Passed, None),
        None => (Status::CompileError, Some(NO_PROGRAM.to_owned())),
    };
    let cells = [
        ("passed", status.verdict().into()),
        ("status", status.name().into()),
        ("message", message.into()),
        ("score", (passed as f64 / tests as f64).into()),
        ("tests_passed", (passed as i64).into()),
        ("tests_total", (tests as i64).into()),
    ];
    cells.map(|(name, cell)| (name.to_owned(), cell)).into()
}

/// What is said of a text without a program.
pub(super) const NO_PROGRAM: &str = "there is no program in the text";
