//! Numbers of a table of metrics: those that were measured at steps, as curves; the others as they are.

use std::collections::HashMap;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Float64Type, Int64Type};
use engine::table::Table;
use serde::Serialize;

/// How many points a curve is told in; longer ones are told by the means of as many stretches.
const POINTS: usize = 200;

/// A number that was measured again and again.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Series {
    /// What was measured.
    pub name: String,
    /// Over which part of the rows, where that was told apart.
    pub group: Option<String>,
    /// Steps and values, at most some hundred.
    pub points: Vec<(i64, f64)>,
    /// How many there are.
    pub measured: usize,
}

/// A number that was measured once.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Value {
    /// What was measured.
    pub name: String,
    /// Over which part of the rows, where that was told apart.
    pub group: Option<String>,
    /// The number.
    pub value: Option<f64>,
}

/// Both, each in the order in which they are first told of.
pub(super) fn measured(table: &Table) -> (Vec<Series>, Vec<Value>) {
    let mut read = Reading::default();
    for batch in table.columns(&["name", "value", "step", "group"]).map_while(Result::ok) {
        read.batch(&batch);
    }
    (read.series.into_iter().map(thinned).collect(), read.values)
}

#[derive(Default)]
struct Reading {
    series: Vec<Series>,
    places: HashMap<(String, Option<String>), usize>,
    values: Vec<Value>,
}

impl Reading {
    fn batch(&mut self, batch: &RecordBatch) {
        let text = |name: &str| batch.column_by_name(name).and_then(|column| column.as_string_opt::<i32>());
        let values = batch.column_by_name("value").and_then(|column| column.as_primitive_opt::<Float64Type>());
        let steps = batch.column_by_name("step").and_then(|column| column.as_primitive_opt::<Int64Type>());
        let (Some(names), Some(values)) = (text("name"), values) else { return };
        let groups = text("group");
        for row in 0..batch.num_rows() {
            let group = groups.filter(|groups| groups.is_valid(row)).map(|groups| groups.value(row).to_owned());
            let value = values.is_valid(row).then(|| values.value(row)).filter(|value| value.is_finite());
            let step = steps.filter(|steps| steps.is_valid(row)).map(|steps| steps.value(row));
            self.push(names.value(row), group, step, value);
        }
    }

    fn push(&mut self, name: &str, group: Option<String>, step: Option<i64>, value: Option<f64>) {
        let Some(step) = step else {
            return self.values.push(Value { name: name.to_owned(), group, value });
        };
        let key = (name.to_owned(), group);
        let place = *self.places.entry(key.clone()).or_insert_with(|| {
            self.series.push(Series { name: key.0, group: key.1, points: Vec::new(), measured: 0 });
            self.series.len() - 1
        });
        self.series[place].measured += 1;
        self.series[place].points.extend(value.map(|value| (step, value)));
    }
}

/// A curve by the means of equal stretches; its last point is its own.
fn thinned(mut series: Series) -> Series {
    let stretch = series.points.len().div_ceil(POINTS);
    if stretch > 1 {
        let last = series.points.last().copied();
        let mean = |points: &[(i64, f64)]| {
            let sum: f64 = points.iter().map(|(_, value)| value).sum();
            (points[points.len() / 2].0, sum / points.len() as f64)
        };
        series.points = series.points.chunks(stretch).map(mean).collect();
        series.points.pop();
        series.points.extend(last);
    }
    series
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(points: Vec<(i64, f64)>) -> Series {
        Series { name: "loss".to_owned(), group: None, measured: points.len(), points }
    }

    #[test]
    fn a_short_curve_is_told_as_it_is() {
        let short = curve((0..POINTS as i64).map(|step| (step, 1.0 / (step + 1) as f64)).collect());
        assert_eq!(thinned(short.clone()), short);
    }

    #[test]
    fn a_long_curve_keeps_its_length_its_end_and_its_mean() {
        let long = curve((0..1601).map(|step| (step, f64::from(step as i32 % 2))).collect());
        let thin = thinned(long);
        assert!(thin.points.len() <= POINTS && thin.points.len() > POINTS / 2, "{}", thin.points.len());
        assert_eq!((thin.points.last(), thin.measured), (Some(&(1600, 0.0)), 1601));
        assert!(thin.points[..thin.points.len() - 1].iter().all(|(_, value)| (value - 0.5).abs() < 0.1));
        assert!(thin.points.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
}
