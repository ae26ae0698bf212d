//! Leaves: YAML 1.2's core schema, in which `yes`, `on` and `2024-10-01` are strings.

use serde_yaml::Value;

/// The value of a scalar written without quotes and without a tag.
pub(in crate::manifest) fn resolve_plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => number(text).unwrap_or_else(|| Value::String(text.to_owned())),
    }
}

/// The value of a scalar with one of the core schema's tags; none where the text does not fit the tag.
pub(super) fn resolve_tagged(kind: &str, text: &str) -> Option<Value> {
    let value = resolve_plain(text);
    match kind {
        "str" => Some(Value::String(text.to_owned())),
        "null" => value.is_null().then_some(value),
        "bool" => value.is_bool().then_some(value),
        "int" => (value.is_i64() || value.is_u64()).then_some(value),
        "float" => value.as_f64().map(Value::from),
        _ => None,
    }
}

fn number(text: &str) -> Option<Value> {
    if !text.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '+' | '-' | '.')) {
        return None;
    }
    integer(text).or_else(|| float(text).map(Value::from))
}

fn float(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let infinity = matches!(unsigned, ".inf" | ".Inf" | ".INF").then_some(f64::INFINITY);
    match text {
        ".nan" | ".NaN" | ".NAN" => Some(f64::NAN),
        _ if infinity.is_some() => infinity.map(|value| if text.starts_with('-') { -value } else { value }),
        _ if is_decimal(unsigned) => text.parse().ok(),
        _ => None,
    }
}

/// An integer that 64 bits hold; a longer one is read as a float, as serde_yaml and JSON readers do.
fn integer(text: &str) -> Option<Value> {
    let unsigned = |digits: &str, radix| u64::from_str_radix(digits, radix).ok().map(Value::from);
    if let Some(digits) = text.strip_prefix("0x") {
        return digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| unsigned(digits, 16)).flatten();
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| unsigned(digits, 8)).flatten();
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse::<u64>().map(Value::from).or_else(|_| text.parse::<i64>().map(Value::from)).ok()
}

/// `[0-9]+ ( \. [0-9]* )?` or `\. [0-9]+`, with an exponent or without.
fn is_decimal(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let some_digits = !whole.is_empty() || !fraction.is_empty();
    let exponent_fits = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    some_digits && digits(whole) && digits(fraction) && exponent_fits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_core_schema() {
        let cases: [(&str, Value); 24] = [
            ("", Value::Null),
            ("~", Value::Null),
            ("Null", Value::Null),
            ("nULL", "nULL".into()),
            ("TRUE", true.into()),
            ("yes", "yes".into()),
            ("no", "no".into()),
            ("on", "on".into()),
            ("off", "off".into()),
            ("2024-10-01", "2024-10-01".into()),
            ("12:30:00", "12:30:00".into()),
            ("0x1F", 31.into()),
            ("0o17", 15.into()),
            ("0b11", "0b11".into()),
            ("017", 17.into()),
            ("-5", (-5).into()),
            ("+5", 5.into()),
            ("1_000", "1_000".into()),
            ("-.5e3", (-500.0).into()),
            ("1.", 1.0.into()),
            ("1e3", 1000.0.into()),
            ("-.INF", f64::NEG_INFINITY.into()),
            ("18446744073709551615", u64::MAX.into()),
            ("18446744073709551616", 18_446_744_073_709_551_616.0.into()),
        ];
        for (text, value) in cases {
            assert_eq!(resolve_plain(text), value, "{text:?}");
        }
        assert!(resolve_plain(".NaN").as_f64().is_some_and(f64::is_nan));
    }

    #[test]
    fn leaves_what_only_looks_like_a_number() {
        for text in [
            "+", "-", ".", "-.", "e3", "1e", "1e+", "0x", "0o", "0o9", "0xg", "0x-1", "inf", "nan", "+.nan", "1.2.3",
            "--1", "1 2", ".e1", "infinity",
        ] {
            assert_eq!(resolve_plain(text), Value::from(text), "{text:?}");
        }
    }

    #[test]
    fn tags_choose_the_type() {
        assert_eq!(resolve_tagged("str", "12"), Some("12".into()));
        assert_eq!(resolve_tagged("float", "12"), Some(12.0.into()));
        assert_eq!(resolve_tagged("int", "12"), Some(12.into()));
        assert_eq!(resolve_tagged("int", "x"), None);
        assert_eq!(resolve_tagged("bool", "yes"), None);
        assert_eq!(resolve_tagged("binary", "aGk="), None);
    }
}
