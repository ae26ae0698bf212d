//! The table that `ablate` ends with: for a person, as CSV, as JSON.

use std::io::{self, Write};

use engine::ablation::{Compared, Summary};

use super::aligned::aligned;

/// Columns for a terminal: metric and difference to the base (mean ± deviation), how much was cached.
pub fn text(out: &mut dyn Write, rows: &[Compared]) -> io::Result<()> {
    let Some(first) = rows.first() else { return writeln!(out, "nothing to compare") };
    let mut table = vec![vec!["variant".to_owned()]];
    for metric in &first.metrics {
        table[0].extend([metric.metric.clone(), "difference".to_owned()]);
    }
    table[0].push("cached".to_owned());
    for row in rows {
        let metrics = row.metrics.iter().flat_map(|summary| [value(summary), difference(summary)]);
        let cells = std::iter::once(row.variant.clone()).chain(metrics);
        table.push(cells.chain([format!("{} of {}", row.cached, row.nodes)]).collect());
    }
    write!(out, "{}", aligned(&table))
}

/// One line a variant and metric.
pub fn csv(out: &mut dyn Write, rows: &[Compared]) -> io::Result<()> {
    writeln!(out, "variant,metric,mean,deviation,difference,difference_deviation,seeds,cached,nodes")?;
    for row in rows {
        for metric in &row.metrics {
            let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
            let (variant, name) = (quoted(&row.variant), quoted(&metric.metric));
            let own = [metric.mean, metric.deviation, metric.difference, metric.difference_deviation].map(number);
            writeln!(out, "{variant},{name},{},{},{},{}", own.join(","), metric.seeds, row.cached, row.nodes)?;
        }
    }
    Ok(())
}

fn value(summary: &Summary) -> String {
    spread(summary.mean.map(number), summary.deviation)
}

fn difference(summary: &Summary) -> String {
    let signed = |difference| format!("{}{}", sign(difference), number(difference));
    spread(summary.difference.map(signed), summary.difference_deviation)
}

fn spread(value: Option<String>, deviation: Option<f64>) -> String {
    let deviation = deviation.map(|deviation| format!(" ± {}", number(deviation)));
    value.map_or_else(|| "-".to_owned(), |value| value + &deviation.unwrap_or_default())
}

fn sign(number: f64) -> &'static str {
    if number >= 0.0 { "+" } else { "" }
}

/// Four significant decimals, whole numbers without any.
fn number(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 { format!("{value:.0}") } else { format!("{value:.4}") }
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}
