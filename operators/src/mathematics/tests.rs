//! Holds verdicts to math-verify's, but for differences that are listed: `fixtures/`.

#![expect(clippy::unwrap_used, reason = "tests")]

mod bounded;

use std::collections::BTreeSet;

use proptest::prelude::{ProptestConfig, proptest};

use super::{Sameness, in_completion, reference};

/// The fields of each line of a table.
fn table<const FIELDS: usize>(text: &'static str) -> impl Iterator<Item = [&'static str; FIELDS]> {
    text.lines().map(|line| line.split('\t').collect::<Vec<_>>().try_into().unwrap())
}

fn verdict(wanted: &str, completion: &str) -> Sameness {
    reference(wanted).is_said_by(&in_completion(&completion.replace('⏎', "\n")))
}

#[test]
fn verdicts_are_those_of_math_verify() {
    let pairs: Vec<[&str; 3]> = table(include_str!("fixtures/pairs.tsv")).collect();
    let verdicts: Vec<&str> = include_str!("fixtures/verdicts.txt").lines().collect();
    assert_eq!(pairs.len(), verdicts.len());
    let differ = pairs.iter().zip(&verdicts).filter(|([_, wanted, completion], theirs)| {
        (verdict(wanted, completion) == Sameness::Same) != (**theirs == "right")
    });
    let found: BTreeSet<_> = differ.map(|([_, wanted, completion], _)| (*wanted, *completion)).collect();
    let listed = table(include_str!("fixtures/disagreements.tsv"));
    let listed: BTreeSet<_> = listed.map(|[wanted, completion, _why]| (wanted, completion)).collect();
    assert_eq!(found, listed);
}

#[test]
fn what_is_too_great_or_too_deep_is_undecided() {
    let deep = format!("\\boxed{{{}1{}}}", "(".repeat(2000), ")".repeat(2000));
    let fractions = format!("\\boxed{{{}1{}}}", "\\frac{1}{".repeat(1500), "}".repeat(1500));
    for completion in [
        "\\boxed{9^{9^{9^{9}}}}",
        "\\boxed{(10^{300})^{300}}",
        "\\boxed{((((2^{4000})^{4000})^{4000})!)!}",
        "\\boxed{\\binom{100000000000}{50000000000}}",
        deep.as_str(),
        fractions.as_str(),
        "\\boxed{\\sum_{i=1}^{10} i}",
        "\\boxed{90 °}",
    ] {
        assert!(matches!(verdict("7", completion), Sameness::Undecided(_)), "{completion:.60}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Nothing panics, whatever is written.
    #[test]
    fn any_text_has_a_verdict(parts in proptest::collection::vec(proptest::sample::select(PARTS), 0..40)) {
        let text = parts.concat();
        verdict(&text, &text);
        verdict(&text, &format!("\\boxed{{{text}}}"));
        verdict("7", &format!("the answer is ${text}$"));
    }
}

/// What texts of mathematics are made of.
const PARTS: &[&str] = &[
    "1",
    "20",
    ".5",
    "3.25",
    ",",
    ";",
    " ",
    "x",
    "e",
    "ab",
    "+",
    "-",
    "*",
    "/",
    "^",
    "_",
    "=",
    "<",
    "\\le",
    "!",
    "%",
    "|",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "\\{",
    "\\}",
    "\\frac",
    "\\sqrt",
    "\\pi",
    "\\infty",
    "\\pm",
    "\\cup",
    "\\setminus",
    "\\sin",
    "\\log",
    "\\binom",
    "\\text{a b}",
    "\\begin{pmatrix}",
    "\\end{pmatrix}",
    "&",
    "\\\\",
    "\\boxed{",
    "$",
    "°",
    "\\",
    "\n",
    "answer:",
    "\\lfloor",
    "\\rfloor",
    "\\mathbb{R}",
    "\\emptyset",
    "\\%",
    "\\circ",
    "and",
];
