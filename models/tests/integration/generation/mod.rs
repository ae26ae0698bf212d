//! Generation on this machine: pages, draws, batches, and the runners that they are held against.

mod pages;
mod sampling;
