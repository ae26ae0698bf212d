//! The variants beside each other: means over seeds, their spread, and the difference to the first.

use engine::ablation::{Compared, Summary};
use maud::{Markup, html};

use super::quantity::{difference, number};
use crate::report::Facts;

pub(super) fn section(facts: &Facts) -> Markup {
    let Some(comparison) = &facts.comparison else { return html! {} };
    let metrics = comparison.rows.first().map_or(&[] as &[Summary], |row| &row.metrics);
    html! {
        section #results {
            h2 { "Results" }
            div.wide tabindex="0" role="region" aria-label="Variants" {
                table.comparison {
                    thead {
                        tr {
                            th scope="col" { "Variant" }
                            @for metric in metrics { th.number scope="col" { (metric.metric) } }
                            th.number scope="col" { "Cached" }
                        }
                    }
                    tbody { @for (place, row) in comparison.rows.iter().enumerate() { (line(row, place == 0)) } }
                }
            }
            p.quiet {
                "Means over seeds ± their standard deviation; below, the difference to the first variant under the same seeds, "
                "and where there are several the value of each."
            }
        }
    }
}

fn line(row: &Compared, base: bool) -> Markup {
    html! {
        tr {
            th scope="row" { (row.variant) }
            @for summary in &row.metrics { td.number { (cell(summary, base)) } }
            td.number { (row.cached) " of " (row.nodes) }
        }
    }
}

fn cell(summary: &Summary, base: bool) -> Markup {
    let Some(mean) = summary.mean else { return html! { "–" } };
    let values: Vec<String> = summary.values.values().map(|value| number(*value)).collect();
    html! {
        span.figure { (number(mean)) }
        @if let Some(deviation) = summary.deviation { span.quiet { " ± " (number(deviation)) } }
        @if let (false, Some(away)) = (base, summary.difference) {
            span class={ "difference " (direction(away)) } {
                (difference(away))
                @if let Some(deviation) = summary.difference_deviation { span.quiet { " ± " (number(deviation)) } }
            }
        }
        @if values.len() > 1 { span.under { (values.join(" · ")) } }
    }
}

/// Which way a difference goes; whether that is good is the reader's to say.
fn direction(away: f64) -> &'static str {
    match away {
        0.0 => "same",
        ..0.0 => "less",
        _ => "more",
    }
}
