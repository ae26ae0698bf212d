//! Recorded runs, read back: what was set out to do, what was said beside it, what happened.
//!
//! Owns nothing but the reading. A record that is cut short is read as far as it goes.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use super::runs::RunRecord;
use super::{Cache, layout, runs};
use crate::event::Stamped;

impl Cache {
    /// What a run set out to do; none where there is no such run.
    #[must_use]
    pub fn run(&self, id: &str) -> Option<RunRecord> {
        runs::record(&self.layout, id)
    }

    /// The latest run of a pipeline, or of any where none is named. Ids sort by time, so that few records are read.
    #[must_use]
    pub fn last_run(&self, pipeline: Option<&str>) -> Option<RunRecord> {
        let mut ids = runs::ids(&self.layout);
        ids.sort_unstable();
        let mut records = ids.iter().rev().filter_map(|id| self.run(id));
        records.find(|record| pipeline.is_none_or(|pipeline| record.pipeline == pipeline))
    }

    /// What happened in a run, in order.
    pub fn events(&self, id: &str) -> impl Iterator<Item = Stamped> + use<> {
        let file = File::open(layout::events(&self.layout.run(id))).ok();
        let lines = file.into_iter().flat_map(|file| BufReader::new(file).lines().map_while(Result::ok));
        lines.map_while(|line| serde_json::from_str(&line).ok())
    }

    /// What a run was told beside its plan; null where nothing was kept.
    #[must_use]
    pub fn provenance(&self, id: &str) -> serde_json::Value {
        let bytes = fs::read(layout::provenance(&self.layout.run(id))).ok();
        bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }

    /// Where the page that tells of a run is kept.
    #[must_use]
    pub fn report(&self, id: &str) -> PathBuf {
        self.layout.report(id)
    }
}
