//! The exponential function and what is made of it. Owns one polynomial, in plain arithmetic that every instruction set
//! rounds alike.

/// `eˣ` within two units of the last place. Zero where it is less than the smallest normal number, and finite for all
/// finite `x`: from 88.37 on it stays what it is there.
///
/// The polynomial is that of Cephes' `expf`, over `x` reduced to half a binary order of magnitude around zero.
#[inline(always)]
pub fn exponential(x: f32) -> f32 {
    const LOWEST: f32 = -87.336_54;
    const HIGHEST: f32 = 88.37;
    /// Added to a small number, this rounds it to a whole one and leaves that in the lowest bits.
    const ROUNDING: f32 = 12_582_912.0;
    // Comparisons rather than `clamp`, which would hide a NaN.
    let within = if x < LOWEST { LOWEST } else { x };
    let within = if within > HIGHEST { HIGHEST } else { within };
    let shifted = within.mul_add(std::f32::consts::LOG2_E, ROUNDING);
    let order = shifted - ROUNDING;
    let rest = order.mul_add(-0.693_359_4, within);
    let rest = order.mul_add(2.121_944_4e-4, rest);
    let series = 1.987_569_1e-4_f32
        .mul_add(rest, 1.398_199_9e-3)
        .mul_add(rest, 8.333_452e-3)
        .mul_add(rest, 4.166_579_6e-2)
        .mul_add(rest, 1.666_666_5e-1)
        .mul_add(rest, 0.5);
    let mantissa = series.mul_add(rest * rest, rest) + 1.0;
    let power = f32::from_bits((shifted.to_bits() << 23).wrapping_add(0x3f80_0000));
    if x < LOWEST { 0.0 } else { mantissa * power }
}

/// `x / (1 + e⁻ˣ)`.
#[inline(always)]
pub fn silu(x: f32) -> f32 {
    x / (1.0 + exponential(-x))
}

#[cfg(test)]
mod tests {
    use super::exponential;

    #[test]
    fn the_exponential_is_within_two_units_of_the_last_place() {
        for step in -87_336..88_370_i32 {
            let x = step as f32 / 1000.0;
            let exact = f64::from(x).exp();
            let apart = (f64::from(exponential(x)) - exact).abs() / exact;
            assert!(apart < 2.0 * f64::from(f32::EPSILON), "{x}: {apart:e}");
        }
    }

    #[test]
    fn a_softmax_can_rely_on_the_ends() {
        assert_eq!(exponential(0.0).to_bits(), 1.0_f32.to_bits());
        assert_eq!(exponential(f32::NEG_INFINITY).to_bits(), 0.0_f32.to_bits());
        assert_eq!(exponential(f32::MIN).to_bits(), 0.0_f32.to_bits());
        assert!(exponential(f32::INFINITY).is_finite());
        assert!(exponential(f32::NAN).is_nan());
    }
}
