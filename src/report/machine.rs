//! The machine that a run had, as far as it is told without asking any program.

use std::collections::BTreeMap;
use std::env::consts::{ARCH, OS};
use std::fs;

use serde::{Deserialize, Serialize};

/// A machine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Machine {
    /// The operating system and the processor's architecture.
    pub system: String,
    /// The processor's name.
    pub processor: Option<String>,
    /// What operators could hold: `threads`, `memory` in bytes, cards with theirs.
    pub capacity: BTreeMap<String, u64>,
}

impl Machine {
    /// This one, with so much of every resource.
    pub fn with(capacity: &BTreeMap<String, u64>) -> Self {
        Self { system: format!("{OS} {ARCH}"), processor: processor(), capacity: capacity.clone() }
    }
}

fn processor() -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
