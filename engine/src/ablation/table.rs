//! The comparison of variants: mean and standard deviation over seeds, and the difference to the base.

use serde::Serialize;

/// One measured value.
#[derive(Clone, Debug, PartialEq)]
pub struct Measurement {
    /// The variant's label; `base` for the pipeline as it stands.
    pub variant: String,
    /// The seed.
    pub seed: u64,
    /// The metric as `report.metrics` names it.
    pub metric: String,
    /// Its value.
    pub value: f64,
}

/// A row of the comparison.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Compared {
    /// The variant's label.
    pub variant: String,
    /// One cell a metric, in the order of `report.metrics`.
    pub metrics: Vec<Summary>,
    /// How many of the variant's nodes were there before the run, summed over seeds.
    pub cached: usize,
    /// How many nodes it has, summed over seeds.
    pub nodes: usize,
}

/// One metric of one variant.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// The metric.
    pub metric: String,
    /// Mean over seeds; none where no seed gave a value.
    pub mean: Option<f64>,
    /// Sample standard deviation over seeds (divisor n - 1); none for fewer than two.
    pub deviation: Option<f64>,
    /// Mean less the base's mean.
    pub difference: Option<f64>,
    /// How many seeds gave a value.
    pub seeds: usize,
}

/// Summarises measurements; `variants` gives the rows' order with their `(cached, nodes)` counts, the base first.
#[must_use]
pub fn compare(variants: &[(String, usize, usize)], metrics: &[String], measurements: &[Measurement]) -> Vec<Compared> {
    let values = |variant: &str, metric: &str| -> Vec<f64> {
        let own = measurements.iter().filter(|one| one.variant == variant && one.metric == metric);
        own.map(|one| one.value).collect()
    };
    let base = variants.first().map_or("", |(label, ..)| label.as_str());
    let row = |(variant, cached, nodes): &(String, usize, usize)| Compared {
        variant: variant.clone(),
        metrics: metrics
            .iter()
            .map(|metric| summarise(metric, &values(variant, metric), mean(&values(base, metric))))
            .collect(),
        cached: *cached,
        nodes: *nodes,
    };
    variants.iter().map(row).collect()
}

fn summarise(metric: &str, values: &[f64], base: Option<f64>) -> Summary {
    let mean = mean(values);
    Summary {
        metric: metric.to_owned(),
        mean,
        deviation: mean.and_then(|mean| deviation(values, mean)),
        difference: mean.zip(base).map(|(mean, base)| mean - base),
        seeds: values.len(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a report has a handful of seeds")]
fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

#[expect(clippy::cast_precision_loss, reason = "a report has a handful of seeds")]
fn deviation(values: &[f64], mean: f64) -> Option<f64> {
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (values.len() > 1).then(|| (squares / (values.len() - 1) as f64).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(variant: &str, seed: u64, value: f64) -> Measurement {
        Measurement { variant: variant.into(), seed, metric: "pass.pass@1".into(), value }
    }

    #[test]
    fn mean_deviation_and_difference_are_over_seeds() {
        let measurements =
            [measured("base", 1, 0.5), measured("base", 2, 0.7), measured("gate", 1, 0.9), measured("gate", 2, 0.6)];
        let variants = [("base".to_owned(), 3, 8), ("gate".to_owned(), 6, 8)];
        let rows = compare(&variants, &["pass.pass@1".to_owned()], &measurements);

        let close = |left: Option<f64>, right: f64| left.is_some_and(|left| (left - right).abs() < 1e-12);
        assert!(close(rows[0].metrics[0].mean, 0.6) && close(rows[0].metrics[0].difference, 0.0));
        assert!(close(rows[0].metrics[0].deviation, 0.02_f64.sqrt()));
        assert!(close(rows[1].metrics[0].mean, 0.75) && close(rows[1].metrics[0].difference, 0.15));
    }

    #[test]
    fn one_seed_has_no_deviation_and_no_value_has_no_mean() {
        let variants = [("base".to_owned(), 0, 1), ("empty".to_owned(), 0, 1)];
        let rows = compare(&variants, &["pass.pass@1".to_owned()], &[measured("base", 1, 0.5)]);
        assert_eq!((rows[0].metrics[0].seeds, rows[0].metrics[0].deviation), (1, None));
        assert_eq!((rows[1].metrics[0].mean, rows[1].metrics[0].difference), (None, None));
    }
}
