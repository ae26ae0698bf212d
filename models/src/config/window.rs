//! How far back each layer looks. Owns `layer_types` and the older fields that it replaced.

use serde_json::Value;

use super::ConfigError;
use super::fields::Fields;

/// The sliding window of each layer; nothing for a layer that sees everything before.
pub(super) fn read(fields: Fields<'_>, layers: usize) -> Result<Vec<Option<usize>>, ConfigError> {
    let window = match fields.truth("use_sliding_window")? {
        Some(true) if fields.has("sliding_window") => fields.count("sliding_window")?,
        Some(true) => Some(4096),
        _ => None,
    };
    match fields.present("layer_types") {
        None => {
            let first = fields.index("max_window_layers")?.unwrap_or(28);
            Ok((0..layers).map(|layer| window.filter(|_| layer >= first)).collect())
        }
        Some(Value::Array(kinds)) if kinds.len() == layers => {
            kinds.iter().map(|kind| of_kind(fields, kind, window)).collect()
        }
        Some(other) => Err(fields.invalid("layer_types", other, "a list with one kind for each layer")),
    }
}

fn of_kind(fields: Fields<'_>, kind: &Value, window: Option<usize>) -> Result<Option<usize>, ConfigError> {
    match kind.as_str() {
        Some("full_attention") => Ok(None),
        Some("sliding_attention") if window.is_some() => Ok(window),
        Some("sliding_attention") => Err(ConfigError::Contradiction(
            "`layer_types` has layers with `sliding_attention`, but `use_sliding_window` and `sliding_window` give no \
             window"
                .to_owned(),
        )),
        _ => Err(fields.unsupported("layer_types", "a layer is `full_attention` or `sliding_attention`")),
    }
}
