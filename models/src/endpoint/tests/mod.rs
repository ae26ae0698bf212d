//! What can be told without a server: pauses, slots and headers. All else is in `models/tests/integration/endpoint`.
#![expect(clippy::unwrap_used, reason = "a failed test may panic")]

mod pause;
mod retry_after;
mod slots;
