//! Everything that is tested through more than one crate, in one binary.
#![expect(clippy::unwrap_used, reason = "a failed test may panic")]

mod adopted;
mod agreement;
mod asked;
mod cli;
mod collections;
mod command;
mod compliance;
mod contrasts;
mod data_values;
mod editor;
mod examples;
mod exports;
mod faults;
mod fixtures;
mod full_size;
mod golden;
mod hub;
mod lacking;
mod layers;
mod made_tests;
mod manifests;
mod milestones;
mod operators;
mod practice;
mod profiles;
mod prompts;
mod reports;
mod room;
mod schemas;
mod serving;
mod static_scores;
mod traces;
mod unparsed;
mod verdicts;
mod waiting;
