//! Rows that were worked on before are not worked on again, wherever they come from.

use serde_json::json;

use super::operators::{ECHO, SOURCE};
use super::{Pipeline, Probe, Site};
use crate::run::TaskEnd;

fn pipeline(site: &Site, rows: usize, probe: &str, tag: &str) -> Pipeline {
    Pipeline::new(site.folder.path()).node("source", &SOURCE, &json!({"rows": rows}), &[]).node(
        "echo",
        &ECHO,
        &json!({"probe": probe, "tag": tag}),
        &[("rows", "source.rows")],
    )
}

#[test]
fn ten_rows_appended_to_a_thousand_cost_ten_calls_and_give_the_bytes_of_a_fresh_run() {
    let (site, probe) = (Site::new(), Probe::named("appended"));
    site.complete(&pipeline(&site, 1000, "appended", ""));
    assert_eq!(probe.calls(), 1000);
    let summary = site.complete(&pipeline(&site, 1010, "appended", ""));
    assert_eq!(probe.calls(), 1010);
    let TaskEnd::Made(made) = &summary.tasks[1].end else { panic!("{:?}", summary.tasks) };
    assert_eq!((made.calls, made.remembered), (10, 1000));
    let fresh_site = Site::new();
    let fresh = fresh_site.complete(&pipeline(&fresh_site, 1010, "appended", ""));
    assert_eq!(probe.calls(), 2020);
    assert_eq!(site.bytes(&summary, "echo"), fresh_site.bytes(&fresh, "echo"));
    let failures =
        |site: &Site, summary| -> Vec<_> { site.entry(summary, "echo").failed_rows().map(Result::unwrap).collect() };
    assert_eq!(failures(&site, &summary), failures(&fresh_site, &fresh));
    assert_eq!(failures(&site, &summary)[0].reason, "row-4 is a four");
}

#[test]
fn another_configuration_remembers_nothing() {
    let (site, probe) = (Site::new(), Probe::named("reconfigured"));
    site.complete(&pipeline(&site, 20, "reconfigured", ""));
    site.complete(&pipeline(&site, 20, "reconfigured", "!"));
    assert_eq!(probe.calls(), 40);
}

#[test]
fn a_damaged_earlier_result_is_worked_again() {
    let (site, probe) = (Site::new(), Probe::named("damaged"));
    let first = site.complete(&pipeline(&site, 40, "damaged", ""));
    let kept = site.entry(&first, "echo").folder().join("kept/part-00001.parquet");
    std::fs::write(kept, b"PAR1 and nothing else PAR1").unwrap();
    let summary = site.complete(&pipeline(&site, 41, "damaged", ""));
    assert_eq!(probe.calls(), 81);
    let fresh_site = Site::new();
    let fresh = fresh_site.complete(&pipeline(&fresh_site, 41, "damaged", ""));
    assert_eq!(site.bytes(&summary, "echo"), fresh_site.bytes(&fresh, "echo"));
}
