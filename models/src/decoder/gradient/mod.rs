//! Operations with gradients, of burn's own operations with the backward pass written by hand. Owns what training computes with
//! wherever there are no slices to work on: on a card, and in half precision. Outside of a graph each is its forward pass alone.
//!
//! burn finds a backward pass for whatever is written down, one small step for each step of the forward pass: twenty of them
//! for a norm, each a walk through memory that a card is told of by itself. Here a step is as large as a card can make it.

mod attend;
mod chunks;
mod gate;
mod likelihood;
mod linear;
#[cfg(test)]
mod noise;
mod normalise;
mod probabilities;
#[cfg(test)]
mod tests;

pub(super) use attend::attend;
pub(super) use gate::gate;
pub(super) use likelihood::log_likelihood;
pub(super) use linear::linear;
pub(super) use normalise::normalise;
pub(super) use probabilities::log_probabilities;
