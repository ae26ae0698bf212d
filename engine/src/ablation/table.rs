//! The comparison of variants: mean and standard deviation over seeds, and the difference to the base under the same seeds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Everything that was measured of every variant: what the comparison is made of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// The variants in the rows' order, the base first.
    pub variants: Vec<Counted>,
    /// What is measured, as `report.metrics` names it.
    pub metrics: Vec<String>,
    /// The values.
    pub values: Vec<Measurement>,
}

/// How much of a variant was there before the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// The variant's label.
    pub variant: String,
    /// How many of its nodes were there, summed over seeds.
    pub cached: usize,
    /// How many nodes it has, summed over seeds.
    pub nodes: usize,
}

/// One measured value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    /// Mean over seeds of what it is more than the base's under the same seed; none where they share none.
    pub difference: Option<f64>,
    /// Sample standard deviation of these differences; none for fewer than two, and for the base.
    pub difference_deviation: Option<f64>,
    /// How many seeds gave a value.
    pub seeds: usize,
    /// The value of each.
    pub values: BTreeMap<u64, f64>,
}

/// Summarises what was measured, a row a variant.
#[must_use]
pub fn compare(measured: &Measured) -> Vec<Compared> {
    let base = measured.variants.first().map_or("", |first| first.variant.as_str());
    let row = |Counted { variant, cached, nodes }: &Counted| {
        let metrics = measured.metrics.iter().map(|metric| {
            let summary = summarise(metric, measured.of(variant, metric), &measured.of(base, metric));
            // What is held against itself differs by nothing, and that without spread.
            let difference_deviation = summary.difference_deviation.filter(|_| variant != base);
            Summary { difference_deviation, ..summary }
        });
        Compared { variant: variant.clone(), metrics: metrics.collect(), cached: *cached, nodes: *nodes }
    };
    measured.variants.iter().map(row).collect()
}

impl Measured {
    /// The values of a metric of a variant, by seed.
    fn of(&self, variant: &str, metric: &str) -> BTreeMap<u64, f64> {
        let own = self.values.iter().filter(|one| one.variant == variant && one.metric == metric);
        own.map(|one| (one.seed, one.value)).collect()
    }
}

fn summarise(metric: &str, values: BTreeMap<u64, f64>, base: &BTreeMap<u64, f64>) -> Summary {
    let own: Vec<f64> = values.values().copied().collect();
    let apart: Vec<f64> = values.iter().filter_map(|(seed, value)| Some(value - base.get(seed)?)).collect();
    Summary {
        metric: metric.to_owned(),
        mean: mean(&own),
        deviation: deviation(&own),
        difference: mean(&apart),
        difference_deviation: deviation(&apart),
        seeds: own.len(),
        values,
    }
}

#[expect(clippy::cast_precision_loss, reason = "a report has a handful of seeds")]
fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

#[expect(clippy::cast_precision_loss, reason = "a report has a handful of seeds")]
fn deviation(values: &[f64]) -> Option<f64> {
    let mean = mean(values).filter(|_| values.len() > 1)?;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    Some((squares / (values.len() - 1) as f64).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(variants: [(&str, usize, usize); 2], values: &[(&str, u64, f64)]) -> Measured {
        let counted =
            |(variant, cached, nodes): (&str, usize, usize)| Counted { variant: variant.into(), cached, nodes };
        let value = |(variant, seed, value): &(&str, u64, f64)| Measurement {
            variant: (*variant).into(),
            seed: *seed,
            metric: "pass.pass@1".into(),
            value: *value,
        };
        Measured {
            variants: variants.map(counted).into(),
            metrics: vec!["pass.pass@1".to_owned()],
            values: values.iter().map(value).collect(),
        }
    }

    #[test]
    fn mean_deviation_and_difference_are_over_seeds() {
        let values = [("base", 1, 0.5), ("base", 2, 0.7), ("gate", 1, 0.9), ("gate", 2, 0.6)];
        let rows = compare(&measured([("base", 3, 8), ("gate", 6, 8)], &values));

        let close = |left: Option<f64>, right: f64| left.is_some_and(|left| (left - right).abs() < 1e-12);
        assert!(close(rows[0].metrics[0].mean, 0.6) && close(rows[0].metrics[0].difference, 0.0));
        assert!(close(rows[0].metrics[0].deviation, 0.02_f64.sqrt()));
        assert!(close(rows[1].metrics[0].mean, 0.75) && close(rows[1].metrics[0].difference, 0.15));
        assert!(close(rows[1].metrics[0].difference_deviation, 0.125_f64.sqrt()));
        assert_eq!(rows[0].metrics[0].difference_deviation, None);
        assert_eq!(rows[1].metrics[0].values, [(1, 0.9), (2, 0.6)].into());
    }

    #[test]
    fn only_the_same_seeds_are_held_against_each_other() {
        let values = [("base", 1, 0.5), ("base", 2, 0.9), ("gate", 1, 0.6), ("gate", 3, 0.0)];
        let rows = compare(&measured([("base", 0, 1), ("gate", 0, 1)], &values));
        assert!(rows[1].metrics[0].difference.is_some_and(|apart| (apart - 0.1).abs() < 1e-12));
        assert_eq!(rows[1].metrics[0].difference_deviation, None);
    }

    #[test]
    fn one_seed_has_no_deviation_and_no_value_has_no_mean() {
        let rows = compare(&measured([("base", 0, 1), ("empty", 0, 1)], &[("base", 1, 0.5)]));
        assert_eq!((rows[0].metrics[0].seeds, rows[0].metrics[0].deviation), (1, None));
        assert_eq!((rows[1].metrics[0].mean, rows[1].metrics[0].difference), (None, None));
    }
}
