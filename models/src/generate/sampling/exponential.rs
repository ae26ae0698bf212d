//! Exponentials of a row of logits. Owns their speed: plain arithmetic that compilers turn into vectors, where the
//! standard library's function is called for each number.

/// How many sums are kept beside one another.
const LANES: usize = 16;

/// The largest number; negative infinity where there is none.
pub(super) fn highest(scores: &[f32]) -> f32 {
    let larger = |a: f32, b: f32| if b > a { b } else { a };
    let mut lanes = [f32::NEG_INFINITY; LANES];
    let (chunks, rest) = scores.as_chunks::<LANES>();
    for chunk in chunks {
        lanes.iter_mut().zip(chunk).for_each(|(lane, score)| *lane = larger(*lane, *score));
    }
    lanes.iter().chain(rest).copied().fold(f32::NEG_INFINITY, larger)
}

/// Fills `weights` with `e^(score - highest)`.
pub(super) fn exponentials(scores: &[f32], highest: f32, weights: &mut Vec<f32>) {
    weights.clear();
    weights.extend(scores.iter().map(|score| exponential(score - highest)));
}

/// The sum, in double precision but for neighbours.
pub(super) fn sum(weights: &[f32]) -> f64 {
    weights.chunks(16 * LANES).map(sum_of_few).sum()
}

/// The sum of so few numbers that single precision does.
pub(super) fn sum_of_few(weights: &[f32]) -> f64 {
    let mut lanes = [0.0; LANES];
    let (chunks, rest) = weights.as_chunks::<LANES>();
    for chunk in chunks {
        lanes.iter_mut().zip(chunk).for_each(|(lane, weight)| *lane += weight);
    }
    lanes.iter().chain(rest).map(|weight| f64::from(*weight)).sum()
}

/// `e^x` for an `x` that is not positive, to two units in the last place; zero below -87, where what remains is no
/// probability any more. The polynomial is Cephes'.
#[inline(always)]
fn exponential(x: f32) -> f32 {
    /// Adding it rounds to a whole number, which then stands in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
    let clamped = if x < -87.0 { -87.0 } else { x };
    let shifted = clamped * std::f32::consts::LOG2_E + ROUND;
    let whole = shifted - ROUND;
    let rest = clamped - whole * LN_2[0] - whole * LN_2[1];
    let mut series = 1.987_569_1e-4;
    for coefficient in [1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5] {
        series = series * rest + coefficient;
    }
    let fraction = series * rest * rest + rest + 1.0;
    let power = f32::from_bits((shifted.to_bits() << 23).wrapping_add(1.0_f32.to_bits()));
    if x < -87.0 { 0.0 } else { fraction * power }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponentials_are_near_the_true_ones() {
        for step in 0..870_000 {
            let x = step as f32 * -1e-4;
            let (ours, theirs) = (f64::from(exponential(x)), f64::from(x).exp());
            assert!((ours / theirs - 1.0).abs() < 2.5e-7, "{x}: {ours} instead of {theirs}");
        }
        assert_eq!(exponential(0.0), 1.0);
        assert_eq!(exponential(f32::NEG_INFINITY), 0.0);
        assert!(exponential(f32::NAN).is_nan());
    }
}
