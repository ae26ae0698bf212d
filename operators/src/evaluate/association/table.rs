//! Four counts and what they say: Pearson's test of independence, and the ratio of odds.

/// How many rows there are of each kind: `[first][second]`.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Table([[u64; 2]; 2]);

impl Table {
    #[cfg(test)]
    pub(super) fn new(counts: [[u64; 2]; 2]) -> Self {
        Self(counts)
    }

    pub(super) fn add(&mut self, [first, second]: [bool; 2]) {
        self.0[usize::from(first)][usize::from(second)] += 1;
    }

    /// Each kind and its count, the true first.
    pub(super) fn counts(&self) -> impl Iterator<Item = ([bool; 2], u64)> {
        let kinds = [[true, true], [true, false], [false, true], [false, false]];
        kinds.into_iter().map(|[first, second]| ([first, second], self.0[usize::from(first)][usize::from(second)]))
    }

    /// Everything that can be said of them, by name.
    pub(super) fn metrics(&self) -> Vec<(&'static str, f64)> {
        let plain = self.chi_square(0.0);
        let corrected = self.chi_square(0.5);
        let all = [
            ("chi_square", plain),
            ("p", plain.map(chance)),
            ("chi_square.yates", corrected),
            ("p.yates", corrected.map(chance)),
            ("odds_ratio", self.odds_ratio()),
            ("rows", Some(self.0.concat().iter().sum::<u64>() as f64)),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    /// Pearson's statistic, each difference less by at most `correction` (Yates 1934); nothing where a whole row or column
    /// is zero.
    fn chi_square(&self, correction: f64) -> Option<f64> {
        let counts = self.0.map(|row| row.map(|count| count as f64));
        let rows = counts.map(|row| row.iter().sum::<f64>());
        let columns = [0, 1].map(|column| counts[0][column] + counts[1][column]);
        let all: f64 = rows.iter().sum();
        if rows.iter().chain(&columns).any(|sum| *sum == 0.0) {
            return None;
        }
        let places = [(0, 0), (0, 1), (1, 0), (1, 1)].into_iter();
        Some(
            places
                .map(|(row, column)| {
                    let expected = rows[row] * columns[column] / all;
                    let apart = (counts[row][column] - expected).abs();
                    (apart - correction.min(apart)).powi(2) / expected
                })
                .sum(),
        )
    }

    fn odds_ratio(&self) -> Option<f64> {
        let [[neither, second], [first, both]] = self.0.map(|row| row.map(|count| count as f64));
        let ratio = both * neither / (first * second);
        (ratio.is_finite() && ratio > 0.0).then_some(ratio)
    }
}

/// How often a statistic with one degree of freedom is as great by chance.
fn chance(chi_square: f64) -> f64 {
    libm::erfc((chi_square / 2.0).sqrt())
}
