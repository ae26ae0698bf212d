//! Many interpreters at once: a thread and a live one for each worker, one queue for all of them.

mod engine;
mod queue;
mod stack;
mod ticket;
mod workers;

pub use engine::Engine;
pub use ticket::Ticket;
pub use workers::Pool;
