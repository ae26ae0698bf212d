//! The last words of a run: what every stage gave and lost, how what was trained moved, and what the manifest measures.

use super::aligned::aligned;
use crate::render::report::quantity::{counted, number};
use crate::render::report::results::{figures, given};
use crate::report::{Facts, Node, Series};

/// How many of a training's numbers are told.
const TELLING: usize = 3;

/// Two tables, each a line for each of its rows; the second where there is something to tell.
pub fn text(facts: &Facts) -> String {
    let stages = facts.first_variation().map(|(_, node)| vec![format!("  {}", node.label), gave(node), moved(node)]);
    let results = figures(facts).into_iter().map(|(label, value)| vec![format!("  {label}"), value]);
    let tables = [stages.collect::<Vec<_>>(), results.collect()].map(|table| aligned(&table));
    tables.into_iter().filter(|table| !table.is_empty()).collect::<Vec<_>>().join("\n")
}

/// The rows of each output and those that went no further; of a model its size.
fn gave(node: &Node) -> String {
    let outputs = node.outputs.iter().filter(|output| !output.aside && output.contents.series().is_empty());
    let parts = outputs.filter(|output| output.rows != Some(0)).map(|output| match output.rows {
        Some(rows) if node.outputs.len() > 1 => counted(rows, &output.port, &output.port),
        _ => given(output),
    });
    let lost = node.losses.iter().map(|loss| match &loss.port {
        Some(port) => counted(loss.rows, port, port),
        None => format!("{} left out", counted(loss.rows, "row", "rows")),
    });
    parts.chain(lost).collect::<Vec<_>>().join(", ")
}

/// The first of what was measured at steps, from the beginning to the end.
fn moved(node: &Node) -> String {
    let whole = node.series().filter(|own| own.group.is_none());
    whole.take(TELLING).filter_map(from_to).collect::<Vec<_>>().join(", ")
}

/// The means of the first and of the last tenth: single steps say little.
fn from_to(series: &Series) -> Option<String> {
    let points = &series.points;
    let tenth = points.len().div_ceil(10);
    let mean = |part: &[(i64, f64)]| part.iter().map(|(_, value)| value).sum::<f64>() / part.len() as f64;
    let (first, last) = (points.get(..tenth)?, points.get(points.len() - tenth..)?);
    (points.len() > 1).then(|| format!("{} {} → {}", series.name, number(mean(first)), number(mean(last))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_is_told_by_the_means_of_its_ends() {
        let curve = |points: Vec<(i64, f64)>| Series { name: "loss".to_owned(), group: None, measured: 0, points };
        let long = curve((0..20).map(|step| (step, f64::from(step as i32))).collect());
        assert_eq!(from_to(&long).as_deref(), Some("loss 0.5 → 18.5"));
        assert_eq!(from_to(&curve(vec![(1, 2.0), (2, 1.0)])).as_deref(), Some("loss 2 → 1"));
        assert_eq!((from_to(&curve(vec![(1, 2.0)])), from_to(&curve(Vec::new()))), (None, None));
    }
}
