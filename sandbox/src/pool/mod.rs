//! Many interpreters at once: a thread and a live instance for each worker, one queue for all of them.

mod queue;
mod stack;
mod ticket;
mod workers;

pub use ticket::Ticket;
pub use workers::Pool;
