//! Changes to the file's tree: presets, ablations, `--set`.
//!
//! Owns the paths, which mirror the file, and the grid of `each`. Knows no operator: below `with`, `run` and `inputs`
//! any key may be added, as may whole nodes; whether they mean something is the graph's question.

mod apply;
mod argument;
mod grid;
mod path;
mod set;

pub(super) use apply::apply;
pub(super) use argument::read_argument;
pub(super) use grid::{choose, variants};
pub(super) use path::locate;
pub(super) use set::{Patch, PatchSet, Preset, misplaced_sweeps, read_ablations, read_presets};
