//! Errors of models as the engine's faults.

use engine::operator::Fault;
use models::generate::GenerateError;

/// Why a request has no answer, and so whose fault that is.
pub(crate) fn fault(error: GenerateError) -> Fault {
    match error {
        GenerateError::Unavailable { message, after } => Fault::Infrastructure { message, retry_after: after },
        GenerateError::Fatal(message) => Fault::node(message),
        error => Fault::row(error.to_string()),
    }
}
