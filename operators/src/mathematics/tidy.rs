//! LaTeX as people and models write it, in the form that is read.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::boxes::{Boxes, contents};
use super::units;

/// What is replaced, in this order.
static RULES: LazyLock<Vec<(Regex, &'static str)>> = LazyLock::new(|| {
    let rules = [
        // Pairs of parentheses of any size, and spaces.
        (r"\\m?(?:left|right|[bB]igg?[lr]?)(\\\{|\\\}|\\\||[\[\](){}|]|\\[lr](?:vert|ceil|floor|brace))", "$1"),
        (r"\\!\s*|\\(?:text|mathrm)\s*\{\s*\}|\\\$|\$|\\displaystyle", ""),
        (r#"["']"#, ""),
        (r"\\mathrm\{th\}", ""),
        // One command for what is written alike.
        (r"\\math(?:rm|it|bf)\b", r"\text"),
        (r"\\text(?:normal|bf|it|rm)\b", r"\text"),
        (r"\\\[?\\begin\{matrix\}", r"\begin{bmatrix}"),
        (r"\s\.([0-9])", " 0.$1"),
        (r"\{\.([0-9])", "{0.$1"),
        (r"\s*\{\s*,\s*\}", ","),
        (r",?\s*\\text\{\s*(?:and|or)\s*\}", ","),
        (r",?\s*\b(?:and|or)\b", ","),
        (r"(^|[^\\])\\\s", "$1 "),
        (r",?\\ldots", " "),
        (r"\\text\{\s*(?:percentage|percent|pct)\s*\}|\s*\b(?:percentage|percent|pct)\b", r"\%"),
        (r"(^|[^\\a-zA-Z])infinity\b", r"$1\infty"),
        (r"(^|[^\\a-zA-Z])sqrt\b", r"$1\sqrt"),
        (r"\s", " "),
    ];
    rules.map(|(pattern, by)| (Regex::new(pattern).expect("they are regexes"), by)).into()
});

/// An answer out of LaTeX, tidied: of its boxes, if it has any.
pub(super) fn tidied(latex: &str, boxes: Boxes) -> String {
    let mut text = contents(latex, boxes);
    for (pattern, by) in RULES.iter() {
        if let Cow::Owned(replaced) = pattern.replace_all(&text, *by) {
            text = replaced;
        }
    }
    // A doubled backslash is a row of a matrix, or a mistake.
    if !text.contains("matrix") {
        text = text.replace("\\\\", "\\");
    }
    let text = units::without(&text);
    let text = text.trim();
    if text.starts_with('.') { format!("0{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_alike_becomes_the_same() {
        for (latex, wanted) in [
            (r"\left(0, 1\right]", "(0, 1]"),
            (r"11,\!111", "11,111"),
            (r"1{,}000", "1,000"),
            (r"\$18.90", "18.90"),
            (r"1 \text{ and } 2", "1, 2"),
            (r"50 percent", r"50\%"),
            (r".5", "0.5"),
            (r"\boxed{\textbf{(B)}}", r"\text{(B)}"),
            (r"sqrt(2)", r"\sqrt(2)"),
        ] {
            assert_eq!(tidied(latex, Boxes::All), wanted, "{latex}");
        }
    }
}
