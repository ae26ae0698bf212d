//! What holds for every value and every text.

use proptest::prelude::*;

use crate::python::value::PythonValue;
use crate::python::value::tests::{is_known, values};
use crate::verify::compare::Compare;

const FLOATS: Compare = Compare::Floats { rel: 1e-6, abs: 1e-9 };
const RULES: [Compare; 5] = [Compare::Exact, Compare::Tokens, Compare::Livecodebench, Compare::Evalplus, FLOATS];

fn texts() -> impl Strategy<Value = String> {
    let pieces = ["1", "0", "1.0", "1e0", "-", " ", "  ", "\n", "\t", "a", "nan", "inf", "\u{1c}", "\r\n", "_", "１"];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..8).prop_map(|pieces| pieces.concat())
}

/// The value with the members of every set and dict the other way round.
fn turned(value: &PythonValue) -> PythonValue {
    let all = |items: &[PythonValue]| items.iter().map(turned).collect::<Vec<_>>();
    let back = |items: &[PythonValue]| items.iter().rev().map(turned).collect::<Vec<_>>();
    match value {
        PythonValue::List(items) => PythonValue::List(all(items)),
        PythonValue::Tuple(items) => PythonValue::Tuple(all(items)),
        PythonValue::Set(members) => PythonValue::Set(back(members)),
        PythonValue::FrozenSet(members) => PythonValue::FrozenSet(back(members)),
        PythonValue::Dict(pairs) => {
            PythonValue::Dict(pairs.iter().rev().map(|(key, value)| (turned(key), turned(value))).collect())
        }
        other => other.clone(),
    }
}

proptest! {
    #[test]
    fn a_value_is_itself_unless_it_holds_nan_or_the_unknown(value in values()) {
        let text = format!("{value:?}");
        let (is_known, has_nan) = (is_known(&value), text.contains("NaN"));
        prop_assert_eq!(value.equals(&value), is_known && !has_nan);
        for rule in RULES {
            let takes_nan = matches!(rule, Compare::Exact | Compare::Floats { .. });
            prop_assert_eq!(rule.values(&value, &value), is_known && (takes_nan || !has_nan), "{:?}", rule);
        }
    }

    #[test]
    fn sets_and_dicts_have_no_order(value in values()) {
        for rule in RULES {
            prop_assert_eq!(rule.values(&value, &turned(&value)), rule.values(&value, &value), "{:?}", rule);
        }
    }

    #[test]
    fn equality_is_symmetric_and_the_strictest_of_the_lenient(one in values(), other in values()) {
        prop_assert_eq!(one.equals(&other), other.equals(&one));
        for rule in [Compare::Tokens, Compare::Livecodebench, Compare::Evalplus, FLOATS] {
            prop_assert!(!one.equals(&other) || rule.values(&one, &other), "{:?}", rule);
        }
        prop_assert!(!Compare::Exact.values(&one, &other) || FLOATS.values(&one, &other));
    }

    #[test]
    fn a_text_is_itself(text in texts()) {
        for rule in RULES {
            prop_assert!(rule.texts(&text, &text), "{:?}", rule);
        }
    }

    #[test]
    fn equal_words_are_right_to_every_rule_that_goes_by_words(one in texts(), other in texts()) {
        let is_same = Compare::Tokens.texts(&one, &other);
        prop_assert_eq!(is_same, Compare::Tokens.texts(&other, &one));
        prop_assert_eq!(Compare::Livecodebench.texts(&one, &other), Compare::Livecodebench.texts(&other, &one));
        for rule in [Compare::Evalplus, FLOATS] {
            prop_assert!(!is_same || rule.texts(&one, &other), "{:?}", rule);
        }
        prop_assert!(!Compare::Exact.texts(&one, &other) || is_same && Compare::Livecodebench.texts(&one, &other));
    }
}

/// Quadratic time would be hours here, not seconds.
#[test]
fn large_answers_are_compared_in_one_pass() {
    let numbers: Vec<String> = (0..1_000_000).map(|number| number.to_string()).collect();
    let (lines, spread) = (numbers.join("\n"), numbers.join(".0\n"));
    for rule in [Compare::Livecodebench, Compare::Evalplus, FLOATS] {
        assert!(rule.texts(&lines, &spread), "{rule:?}");
    }
    for rule in RULES {
        assert!(rule.texts(&lines, &lines) && !rule.texts(&lines, &lines[1..]), "{rule:?}");
    }
    let digits = "7".repeat(10_000_000);
    assert!(Compare::Livecodebench.texts(&digits, &format!("{digits}.0")));
    assert!(!FLOATS.texts(&digits, &format!("{digits}.0")));
    let members = || (0..200_000).map(|number| PythonValue::Int(number.into()));
    let (set, turned) = (PythonValue::Set(members().collect()), PythonValue::Set(members().rev().collect()));
    assert!(RULES.iter().all(|rule| rule.values(&set, &turned)));
}
