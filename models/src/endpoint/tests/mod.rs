//! What can be told without a server: pauses, slots and headers. All else is in `models/tests/integration/endpoint`.

mod pause;
mod retry_after;
mod slots;
