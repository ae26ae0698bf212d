//! Places on a line that keep their order and their distances, and are otherwise as near as can be to where they should
//! be: least squares by pooling what would overlap.

/// Moves `wanted` so that each place is at least `widths[i] / 2 + gap + widths[i + 1] / 2` before the next.
pub(super) fn spaced(wanted: &[f64], widths: &[f64], gap: f64) -> Vec<f64> {
    let mut offset = 0.0;
    let mut offsets = Vec::with_capacity(wanted.len());
    for place in 0..wanted.len() {
        if place > 0 {
            offset += widths[place - 1] / 2.0 + gap + widths[place] / 2.0;
        }
        offsets.push(offset);
    }
    // Without the distances, the places must not fall: neighbours that would are pooled at their mean.
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for (want, offset) in wanted.iter().zip(&offsets) {
        pools.push((want - offset, 1));
        while let [.., (before, many), (last, few)] = pools.as_slice()
            && before > last
        {
            let mean = (before * *many as f64 + last * *few as f64) / (many + few) as f64;
            let pooled = (mean, many + few);
            pools.truncate(pools.len() - 2);
            pools.push(pooled);
        }
    }
    let means = pools.into_iter().flat_map(|(mean, count)| std::iter::repeat_n(mean, count));
    means.zip(offsets).map(|(mean, offset)| mean + offset).collect()
}

#[cfg(test)]
mod tests {
    use super::spaced;

    #[test]
    fn what_fits_stays_and_what_overlaps_shares() {
        let widths = [10.0; 3];
        assert_eq!(spaced(&[0.0, 50.0, 100.0], &widths, 5.0), [0.0, 50.0, 100.0]);
        assert_eq!(spaced(&[0.0, 0.0, 0.0], &widths, 5.0), [-15.0, 0.0, 15.0]);
        assert_eq!(spaced(&[0.0, 0.0, 100.0], &widths, 5.0), [-7.5, 7.5, 100.0]);
    }
}
