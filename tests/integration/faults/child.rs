//! The process that runs a pipeline with the operators of these tests, and may be killed.

use std::path::Path;
use std::time::Duration;

use engine::cache::Cache;
use engine::event::Outcome;
use engine::manifest::Selection;
use engine::pipeline::Pipeline;
use engine::plan::{Plan, plan};
use engine::run::{Backoff, RunOptions, RunSummary, run};

use crate::operators::machine_folder;

/// The manifest that the process is to run, and the cache that it is to use.
pub(super) const MANIFEST: &str = "MILLRACE_FAULTS_MANIFEST";
pub(super) const CACHE: &str = "MILLRACE_FAULTS_CACHE";

/// The name of the test that is such a process.
pub(super) const NAME: &str = "faults::child::run_pipeline";

/// Runs the pipeline that the environment names. Without one this is an ordinary run of the tests, in which there is
/// nothing to do here: the operators are in this binary only, so that what runs them must be this binary too.
#[test]
fn run_pipeline() {
    let (Some(manifest), Some(cache)) = (std::env::var_os(MANIFEST), std::env::var_os(CACHE)) else { return };
    let summary = run_to_the_end(manifest.as_ref(), cache.as_ref());
    assert_eq!(summary.outcome, Outcome::Complete, "{:#?}", summary.tasks);
}

/// Plans and runs in this process.
pub(super) fn run_to_the_end(manifest: &Path, cache: &Path) -> RunSummary {
    let cache = Cache::open(cache).unwrap();
    run_planned(&planned(manifest, &cache), &cache)
}

/// What a run would do.
pub(super) fn planned(manifest: &Path, cache: &Cache) -> Plan {
    let bytes = std::fs::read(manifest).unwrap();
    let mut pipeline = Pipeline::read("pipeline.yaml", &bytes, manifest.parent().unwrap());
    let (graph, diagnostics) = pipeline.graph(&Selection::default());
    let (_, graph) = graph.unwrap_or_else(|| panic!("{diagnostics:#?}"));
    plan(&[("base", &graph)], cache, None).unwrap()
}

/// Runs without waits: what fails is not tried again, and every step is saved.
pub(super) fn run_planned(plan: &Plan, cache: &Cache) -> RunSummary {
    let options = RunOptions {
        retries: 0,
        backoff: Backoff { first: Duration::ZERO, most: Duration::ZERO },
        save_every: Duration::ZERO,
        machine_folder: machine_folder(),
        capacity: [("memory".to_owned(), 1 << 33)].into(),
        ..RunOptions::default()
    };
    run(plan, cache, options).unwrap()
}
