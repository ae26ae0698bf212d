//! Units of measure and what is counted: words behind a number that do not belong to it.

use std::sync::LazyLock;

use regex::Regex;

/// In the singular; `s` and `es` may follow.
const UNITS: [&str; 86] = [
    "integer",
    "point",
    "feet",
    "foot",
    "ft",
    "inch",
    "inche",
    "mile",
    "yard",
    "yr",
    "year",
    "month",
    "week",
    "day",
    "hour",
    "hr",
    "minute",
    "min",
    "second",
    "sec",
    "mph",
    "kmph",
    "kmh",
    "km",
    "cm",
    "dm",
    "mm",
    "mtr",
    "metre",
    "meter",
    "m",
    "kg",
    "gm",
    "g",
    "gram",
    "pound",
    "lb",
    "litre",
    "liter",
    "lt",
    "l",
    "gallon",
    "gal",
    "acre",
    "hectare",
    "ohm",
    "degree",
    "deg",
    "sq",
    "square",
    "cubic",
    "cube",
    "cu",
    "unit",
    "cent",
    "rupee",
    "rs",
    "percent",
    "student",
    "men",
    "man",
    "women",
    "woman",
    "soldier",
    "children ticket",
    "toy",
    "coin",
    "apple",
    "monkey",
    "tile",
    "digit",
    "number",
    "edge",
    "multiple",
    "mark",
    "meal",
    "round",
    "way",
    "pie",
    "profit",
    "loss",
    "ratio",
    "gain",
    "cc",
    "h",
    "s",
];

static UNIT: LazyLock<Regex> = LazyLock::new(|| {
    let units = UNITS.map(regex::escape).join("|");
    Regex::new(&format!(r"([0-9}}]|\s)\s*(?:{units})(?:s|es)?\s*$")).expect("it is a regex")
});

static TEXT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?s)\\(?:text|mbox)\{.*\}(\^[0-9]|\^\{[0-9]\})?$").expect("it is a regex"));

/// The answer without what it counts; all of it where there is nothing else.
pub(super) fn without(answer: &str) -> String {
    let or_all = |shorter: &str, all: &str| if shorter.trim().is_empty() { all.to_owned() } else { shorter.to_owned() };
    let mut left = or_all(TEXT.replace(answer.trim(), "").trim(), answer.trim());
    for _ in 0..2 {
        left = or_all(&UNIT.replace(&left, "$1"), &left);
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_left_out() {
        for (answer, left) in [
            ("10 square units", "10"),
            ("10 \\text{ cm}^2", "10"),
            ("\\text{Yes}", "\\text{Yes}"),
            ("\\frac{1}{2} hours", "\\frac{1}{2}"),
            ("5 dollars", "5 dollars"),
        ] {
            assert_eq!(without(answer), left, "{answer}");
        }
    }
}
