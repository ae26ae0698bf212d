//! What the assembled engine survives: kills, full disks, damage, company, and a world that moves under it.
//!
//! Pipelines run in processes of their own, so that they can be killed: the command line where the catalogue has the
//! operator that is needed, otherwise this test binary, started again for the one test that runs a pipeline.

mod appended;
mod changed;
mod child;
mod damaged;
mod full;
mod interrupted;
mod killed;
mod operators;
mod site;
mod together;
mod trained;
mod unwritable;
