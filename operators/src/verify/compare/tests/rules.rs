//! The rules that no harness has: expected, answer, verdict.

use crate::python::value::PythonValue;
use crate::verify::compare::Compare;

fn texts(rule: Compare, table: &[(&str, &str, bool)]) {
    for (expected, actual, verdict) in table {
        assert_eq!(rule.texts(expected, actual), *verdict, "{rule:?} for {expected:?} and {actual:?}");
    }
}

fn values(rule: Compare, table: &[(&str, &str, bool)]) {
    for (expected, actual, verdict) in table {
        let [one, other] = [expected, actual].map(|text| PythonValue::parse(text).unwrap());
        assert_eq!(rule.values(&one, &other), *verdict, "{rule:?} for {expected} and {actual}");
    }
}

#[test]
fn exact_texts_differ_in_newlines_at_the_end_alone() {
    texts(
        Compare::Exact,
        &[
            ("", "", true),
            ("", "\n\n", true),
            ("1\n", "1", true),
            ("1", "1\r\n\n", true),
            ("1\r", "1", false),
            ("1", "1 ", false),
            ("1 \n", "1\n", false),
            ("\n1", "1", false),
            ("1\n2", "1\r\n2", false),
            ("1\n\n2", "1\n2", false),
            ("1", "1.0", false),
        ],
    );
}

#[test]
fn exact_values_have_the_same_types() {
    values(
        Compare::Exact,
        &[
            ("1", "1", true),
            ("1", "1.0", false),
            ("1", "true", false),
            ("0.0", "-0.0", true),
            ("NaN", "NaN", true),
            ("NaN", "Infinity", false),
            ("[1, [2]]", r#"{"$tuple": [1, {"$tuple": [2]}]}"#, true),
            (r#"{"$tuple": [1]}"#, "[1]", false),
            (r#"{"$tuple": [1]}"#, r#"{"$tuple": [1]}"#, true),
            ("[1]", r#"{"$set": [1]}"#, false),
            (r#"{"$set": [1, 2]}"#, r#"{"$set": [2, 1]}"#, true),
            (r#"{"$set": [1]}"#, r#"{"$set": [1.0]}"#, false),
            (r#"{"$set": [1]}"#, r#"{"$frozenset": [1]}"#, false),
            (r#"{"$set": [{"$float": "nan"}]}"#, r#"{"$set": [NaN]}"#, true),
            (r#"{"$dict": [[1, 2]]}"#, r#"{"$dict": [[true, 2]]}"#, false),
            (r#"{"a": 1, "b": 2}"#, r#"{"b": 2, "a": 1}"#, true),
            (r#"{"a": 1}"#, r#"{"a": 1.0}"#, false),
            (r#"{"a": [1]}"#, r#"{"a": {"$tuple": [1]}}"#, true),
            (r#"{"$complex": [1, 0]}"#, "1.0", false),
            (r#"{"$object": {"type": "A", "repr": "A()"}}"#, r#"{"$object": {"type": "A", "repr": "A()"}}"#, false),
        ],
    );
}

#[test]
fn tokens_of_texts_are_the_same_words() {
    texts(
        Compare::Tokens,
        &[
            ("", " \n", true),
            ("1 2", "1\n2\n", true),
            ("a\u{3000}b", "a\x1cb", true),
            ("a b", "a b c", false),
            ("a b c", "a b", false),
            ("a b", "ab", false),
            ("1", "1.0", false),
            ("Yes", "YES", false),
        ],
    );
}

#[test]
fn tokens_of_values_take_a_tuple_for_a_list() {
    values(
        Compare::Tokens,
        &[
            ("1", "1.0", true),
            ("1", "true", true),
            ("NaN", "NaN", false),
            ("[1, [2]]", r#"{"$tuple": [1, {"$tuple": [2.0]}]}"#, true),
            (r#"{"$tuple": [1, [2]]}"#, r#"[1, {"$tuple": [2.0]}]"#, true),
            (r#"{"a": [1]}"#, r#"{"a": {"$tuple": [1]}}"#, true),
            (r#"{"$set": [[1, 2]]}"#, r#"{"$set": [{"$tuple": [1, 2]}]}"#, true),
            ("[1, 2]", "[2, 1]", false),
            ("[1]", r#"{"$set": [1]}"#, false),
            ("\"1\"", "1", false),
            ("\"a b\"", "\"a  b\"", false),
        ],
    );
}

#[test]
fn evalplus_gives_words_its_tolerance() {
    texts(
        Compare::Evalplus,
        &[
            ("1.0 a", "1.0000011\na", true),
            ("1.0", "1.0000012", false),
            ("0", "1e-6", true),
            ("nan", "nan", true),
            ("nan", "NaN", false),
            ("inf", "Infinity", true),
            ("inf", "-inf", false),
            ("inf", "1e999", false),
            ("1", "1 1", false),
        ],
    );
}

#[test]
fn floats_of_texts_are_within_the_larger_margin() {
    texts(
        Compare::Floats { rel: 1e-6, abs: 1e-9 },
        &[
            ("1", "1.000001", true),
            ("1", "1.0000011", false),
            ("-1000000", "-1000001.0", true),
            ("-1000000", "-1000001.1", false),
            ("0", "1e-9", true),
            ("0", "1.1e-9", false),
            ("0", "-0.0", true),
            ("nan", "NaN", true),
            ("inf", "+Infinity", true),
            ("inf", "1e308", false),
            ("1e999", "1e999", true),
            ("1e999", "inf", false),
            ("1e999", "10e998", false),
            ("-Infinity", "-inf", true),
            ("a 1", "a  1.0000001", true),
            ("a 1", "b 1", false),
            ("1_0", "10", true),
            ("1", "one", false),
        ],
    );
    texts(
        Compare::Floats { rel: 0.0, abs: 0.5 },
        &[("9007199254740993", "9007199254740992", false), ("9007199254740993", "9007199254740993.0", true)],
    );
}

#[test]
fn floats_of_values_are_within_the_larger_margin_at_every_depth() {
    values(
        Compare::Floats { rel: 1e-6, abs: 1e-9 },
        &[
            ("1", "1.0000005", true),
            ("1.0", "1.000002", false),
            ("NaN", "NaN", true),
            ("[NaN]", r#"{"$tuple": [NaN]}"#, true),
            ("NaN", "1", false),
            ("Infinity", "Infinity", true),
            ("Infinity", "-Infinity", false),
            ("Infinity", "1e308", false),
            ("1e308", "Infinity", false),
            (r#"{"a": [1.0, {"b": 2}]}"#, r#"{"a": {"$tuple": [1, {"b": 2.0000001}]}}"#, true),
            (r#"{"a": 1.0}"#, r#"{"b": 1.0}"#, false),
            (r#"{"$dict": [[1.0, 2]]}"#, r#"{"$dict": [[1.0000001, 2]]}"#, false),
            (r#"{"$set": [0.3, 1, -2.5, "a"]}"#, r#"{"$set": ["a", -2.5000001, 1, 0.30000000000000004]}"#, true),
            (r#"{"$set": [0.3, 1]}"#, r#"{"$set": [0.3, 2]}"#, false),
            (r#"{"$set": [0.3]}"#, r#"{"$set": [0.3, 0.3000000001]}"#, false),
            (r#"{"$set": [1]}"#, r#"{"$set": ["1"]}"#, false),
            (r#"{"$complex": [1, 1]}"#, r#"{"$complex": [1.0000001, 1]}"#, true),
            (r#"{"$complex": [1, 1]}"#, r#"{"$complex": [1, -1]}"#, false),
            ("\"1\"", "\"1.0\"", false),
            ("[1]", "[1, 1]", false),
        ],
    );
    let many = format!("1{}", "0".repeat(400));
    let more = format!("1{}1", "0".repeat(399));
    values(Compare::Floats { rel: 1e-6, abs: 1e-9 }, &[(&many, &many, true), (&many, &more, false)]);
    values(
        Compare::Floats { rel: 0.0, abs: 0.5 },
        &[("9007199254740993", "9007199254740992", false), ("9007199254740993", "9007199254740993", true)],
    );
}

#[test]
fn rules_are_read_by_their_names() {
    let read = |text: &str| serde_json::from_str::<Compare>(text).map_err(|fault| fault.to_string());
    for (text, rule) in [
        ("\"exact\"", Compare::Exact),
        ("\"tokens\"", Compare::default()),
        ("\"livecodebench\"", Compare::Livecodebench),
        ("\"evalplus\"", Compare::Evalplus),
        (r#"{"floats":{"rel":1e-6,"abs":1e-9}}"#, Compare::Floats { rel: 1e-6, abs: 1e-9 }),
    ] {
        assert_eq!(read(text), Ok(rule));
        assert_eq!(read(&serde_json::to_string(&rule).unwrap()), Ok(rule));
    }
    let fault = read(r#"{"floats": {"rel": -1, "abs": 0}}"#).unwrap_err();
    assert!(fault.starts_with("a tolerance is a finite number of at least 0, not -1"), "{fault}");
    assert!(read(r#"{"floats": {"rel": 1, "abs": 1, "ulp": 1}}"#).is_err());
    assert!(read(r#"{"floats": {"rel": 1}}"#).is_err() && read("\"floats\"").is_err() && read("\"same\"").is_err());
}

#[test]
fn every_rule_is_described_for_the_manual() {
    let schema = schemars::schema_for!(Compare).to_value();
    let rules = schema["oneOf"].as_array().unwrap();
    assert_eq!(rules.len(), 5);
    assert!(rules.iter().all(|rule| rule["description"].as_str().is_some_and(|text| text.contains("Returned: "))));
    assert_eq!(rules[4]["properties"]["floats"]["properties"]["rel"]["minimum"], 0.0);
}
