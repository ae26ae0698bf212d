//! Reports of runs by id, each folded once: an output that is cached was made by an earlier run, which tells its cost.

use std::collections::BTreeMap;

use engine::cache::Cache;
use engine::plan::Fingerprint;
use engine::report::{NodeReport, RunReport};

/// Folded runs.
pub(super) struct History<'a> {
    cache: &'a Cache,
    runs: BTreeMap<String, RunReport>,
}

impl<'a> History<'a> {
    pub(super) fn new(cache: &'a Cache) -> Self {
        Self { cache, runs: BTreeMap::new() }
    }

    /// What is known of a run.
    pub(super) fn run(&mut self, id: &str) -> &RunReport {
        let cache = self.cache;
        self.runs.entry(id.to_owned()).or_insert_with(|| {
            let mut report = RunReport::default();
            cache.events(id).for_each(|event| report.observe(&event));
            report
        })
    }

    /// What a run knows of the node that made an output, whatever it was called there.
    pub(super) fn maker(&mut self, run: &str, fingerprint: &Fingerprint) -> Option<NodeReport> {
        let nodes = self.run(run).nodes.values();
        nodes.into_iter().find(|node| node.fingerprint.as_ref() == Some(fingerprint)).cloned()
    }
}
