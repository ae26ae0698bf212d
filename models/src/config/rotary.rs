//! Rotary positions: their base and how they are stretched. Owns the formulas of the frequencies, and the two places
//! where a configuration keeps them.

use std::f64::consts::TAU;

use super::ConfigError;
use super::fields::Fields;

/// How positions become angles.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rotary {
    /// The base of the frequencies.
    pub theta: f64,
    /// How a trained length is stretched.
    pub scaling: Scaling,
}

/// How the frequencies of a trained length are stretched to a longer one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scaling {
    /// They are not.
    None,
    /// Every frequency divided by the same factor.
    Linear {
        /// The factor.
        factor: f64,
    },
    /// Llama 3's: low frequencies divided, high ones kept, those between mixed.
    Llama3 {
        /// By what low frequencies are divided.
        factor: f64,
        /// Wavelengths above `original / low` count as low frequencies.
        low: f64,
        /// Wavelengths below `original / high` count as high frequencies.
        high: f64,
        /// The trained length.
        original: f64,
    },
    /// YaRN, <https://arxiv.org/abs/2309.00071>.
    Yarn {
        /// By what low frequencies are divided.
        factor: f64,
        /// Rotations within the trained length above which a frequency is kept.
        fast: f64,
        /// Rotations within the trained length below which a frequency is divided.
        slow: f64,
        /// The trained length.
        original: f64,
        /// What cosines and sines are multiplied with.
        attention: f64,
        /// Whether the range between is widened to whole dimensions.
        truncate: bool,
    },
}

/// The angle of one position in each pair of dimensions, and what cosines and sines are multiplied with.
#[derive(Debug, Clone, PartialEq)]
pub struct Frequencies {
    /// Radians of one position, one for each half of a head's dimensions.
    pub radians: Vec<f32>,
    /// The factor of cosines and sines.
    pub scale: f32,
}

impl Rotary {
    pub(super) fn read(fields: Fields<'_>) -> Result<Self, ConfigError> {
        let scaled = fields.inside("rope_scaling")?;
        let parameters = if scaled.is_some() { scaled } else { fields.inside("rope_parameters")? };
        let theta = match parameters.map(|own| own.number("rope_theta")).transpose()?.flatten() {
            Some(theta) => theta,
            None => fields.number("rope_theta")?.unwrap_or(10_000.0),
        };
        for own in [Some(fields), parameters].into_iter().flatten() {
            if own.number("partial_rotary_factor")?.is_some_and(|factor| factor != 1.0) {
                return Err(own.unsupported("partial_rotary_factor", "all dimensions of a head are rotated"));
            }
        }
        let scaling = parameters.map_or(Ok(Scaling::None), |own| Scaling::read(fields, own))?;
        Ok(Self { theta, scaling })
    }

    /// The frequencies for heads of so many dimensions.
    ///
    /// Computed in double precision and rounded once, which is within one unit of the last place of the reference.
    pub fn frequencies(&self, head_dimension: usize) -> Frequencies {
        let pairs = head_dimension / 2;
        let exponent = |pair: usize| 2.0 * pair as f64 / head_dimension as f64;
        let plain = (0..pairs).map(|pair| self.theta.powf(-exponent(pair)));
        let radians: Vec<f64> = match self.scaling {
            Scaling::None => plain.collect(),
            Scaling::Linear { factor } => plain.map(|radians| radians / factor).collect(),
            Scaling::Llama3 { factor, low, high, original } => {
                plain.map(|radians| llama3(radians, factor, [low, high], original)).collect()
            }
            Scaling::Yarn { factor, fast, slow, original, truncate, .. } => {
                let range = self.yarn_range(head_dimension, [fast, slow], original, truncate);
                plain.enumerate().map(|(pair, radians)| yarn(radians, factor, ramp(pair, range))).collect()
            }
        };
        let scale = if let Scaling::Yarn { attention, .. } = self.scaling { attention } else { 1.0 };
        Frequencies { radians: radians.into_iter().map(|radians| radians as f32).collect(), scale: scale as f32 }
    }

    /// Between which pairs of dimensions frequencies go over from kept to divided: those that turn `fast` and `slow`
    /// times within the trained length.
    fn yarn_range(&self, head_dimension: usize, turns: [f64; 2], original: f64, truncate: bool) -> [f64; 2] {
        let dimensions = head_dimension as f64;
        let pair = |turns: f64| dimensions * (original / (turns * TAU)).ln() / (2.0 * self.theta.ln());
        let [low, high] = turns.map(pair);
        let [low, high] = if truncate { [low.floor(), high.ceil()] } else { [low, high] };
        [low.max(0.0), high.min(dimensions - 1.0)]
    }
}

impl Scaling {
    fn read(fields: Fields<'_>, own: Fields<'_>) -> Result<Self, ConfigError> {
        for kind in ["full_attention", "sliding_attention"] {
            if own.present(kind).is_some() {
                return Err(own.unsupported(kind, "all layers share one kind of rotary positions"));
            }
        }
        let name = if own.present("rope_type").is_some() { "rope_type" } else { "type" };
        let factor = || own.number("factor")?.ok_or(ConfigError::Missing("rope_parameters.factor"));
        match own.text(name)?.unwrap_or("default") {
            "default" => Ok(Self::None),
            "linear" => Ok(Self::Linear { factor: factor()? }),
            "llama3" => Ok(Self::Llama3 {
                factor: factor()?,
                low: own.number("low_freq_factor")?.ok_or(ConfigError::Missing("rope_parameters.low_freq_factor"))?,
                high: own
                    .number("high_freq_factor")?
                    .ok_or(ConfigError::Missing("rope_parameters.high_freq_factor"))?,
                original: original(fields, own)?,
            }),
            "yarn" => Self::read_yarn(fields, own),
            _ => Err(own.unsupported(name, "supported are `default`, `linear`, `llama3` and `yarn`")),
        }
    }

    fn read_yarn(fields: Fields<'_>, own: Fields<'_>) -> Result<Self, ConfigError> {
        let original = original(fields, own)?;
        let factor = match own.number("factor")? {
            Some(factor) => factor,
            None if own.has("factor") => longest(fields)? / original,
            None => return Err(ConfigError::Missing("rope_parameters.factor")),
        };
        // Zero counts as absent, as it does in the reference.
        let set = |name| Ok::<_, ConfigError>(own.number(name)?.filter(|number| *number != 0.0));
        let attention = match (own.number("attention_factor")?, set("mscale")?, set("mscale_all_dim")?) {
            (Some(given), _, _) => given,
            (None, Some(one), Some(all)) => yarn_attention(factor, one) / yarn_attention(factor, all),
            (None, _, _) => yarn_attention(factor, 1.0),
        };
        Ok(Self::Yarn {
            factor,
            fast: set("beta_fast")?.unwrap_or(32.0),
            slow: set("beta_slow")?.unwrap_or(1.0),
            original,
            attention,
            truncate: own.truth("truncate")?.unwrap_or(true),
        })
    }
}

/// The trained length: beside the parameters, among them, or else the longest length.
fn original(fields: Fields<'_>, own: Fields<'_>) -> Result<f64, ConfigError> {
    const NAME: &str = "original_max_position_embeddings";
    match (fields.number(NAME)?, own.number(NAME)?) {
        (Some(length), _) | (None, Some(length)) => Ok(length),
        (None, None) => longest(fields),
    }
}

fn longest(fields: Fields<'_>) -> Result<f64, ConfigError> {
    fields.number("max_position_embeddings")?.ok_or(ConfigError::Missing("max_position_embeddings"))
}

fn llama3(radians: f64, factor: f64, [low, high]: [f64; 2], original: f64) -> f64 {
    let wavelength = TAU / radians;
    if wavelength < original / high {
        radians
    } else if wavelength > original / low {
        radians / factor
    } else {
        let smooth = (original / wavelength - low) / (high - low);
        (1.0 - smooth) * radians / factor + smooth * radians
    }
}

fn yarn(radians: f64, factor: f64, divided: f64) -> f64 {
    radians / factor * divided + radians * (1.0 - divided)
}

/// How far a pair of dimensions is into the range, from 0 to 1.
fn ramp(pair: usize, [low, high]: [f64; 2]) -> f64 {
    let width = if low == high { 0.001 } else { high - low };
    ((pair as f64 - low) / width).clamp(0.0, 1.0)
}

fn yarn_attention(factor: f64, scale: f64) -> f64 {
    if factor <= 1.0 { 1.0 } else { 0.1 * scale * factor.ln() + 1.0 }
}
