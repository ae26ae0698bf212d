//! Everything that is tested through more than one crate, in one binary.
#![expect(clippy::unwrap_used, reason = "a failed test may panic")]

mod adopted;
mod agreement;
mod cli;
mod collections;
mod command;
mod compliance;
mod contrasts;
mod editor;
mod examples;
mod exports;
mod faults;
mod fixtures;
mod golden;
mod hub;
mod layers;
mod manifests;
mod operators;
mod practice;
mod profiles;
mod reports;
mod schemas;
mod serving;
mod static_scores;
mod traces;
mod verdicts;
