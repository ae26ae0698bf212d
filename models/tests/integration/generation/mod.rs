//! Generation on this machine: pages, draws, batches, and the runners that they are held against.

mod batching;
mod composed;
mod independence;
mod local;
mod pages;
mod sampling;
mod scenario;
mod stopping;
mod toy;
