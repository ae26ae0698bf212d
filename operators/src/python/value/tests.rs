//! Values come back from the notation and from JSON as they were, and faults say where they are.

#![expect(clippy::unwrap_used, reason = "tests")]

use num_bigint::BigInt;
use proptest::prelude::*;
use serde_json::json;

use super::PythonValue;
use crate::verify::Compare;

/// Values of every type, where equal ones and hard ones are frequent.
pub(crate) fn values() -> impl Strategy<Value = PythonValue> {
    let hashable = || {
        scalars().prop_recursive(2, 8, 3, |inner| {
            let items = prop::collection::vec(inner, 0..3);
            prop_oneof![items.clone().prop_map(PythonValue::Tuple), items.prop_map(PythonValue::FrozenSet),]
        })
    };
    hashable().prop_recursive(4, 24, 4, move |inner| {
        let items = prop::collection::vec(inner.clone(), 0..4);
        prop_oneof![
            items.clone().prop_map(PythonValue::List),
            items.prop_map(PythonValue::Tuple),
            prop::collection::vec(hashable(), 0..4).prop_map(PythonValue::Set),
            prop::collection::vec((hashable(), inner), 0..4).prop_map(dict),
        ]
    })
}

/// A dict without keys that any rule takes for equal.
fn dict(pairs: Vec<(PythonValue, PythonValue)>) -> PythonValue {
    let lenient = Compare::Floats { rel: 0.0, abs: 0.0 };
    let mut unique: Vec<(PythonValue, PythonValue)> = Vec::new();
    for (key, value) in pairs {
        let is_same = |other: &PythonValue| lenient.values(other, &key) || format!("{other:?}") == format!("{key:?}");
        if !unique.iter().any(|(other, _)| is_same(other)) {
            unique.push((key, value));
        }
    }
    PythonValue::Dict(unique)
}

fn scalars() -> impl Strategy<Value = PythonValue> {
    let floats = prop_oneof![
        prop::sample::select(vec![
            0.0,
            -0.0,
            1.0,
            0.5,
            9_007_199_254_740_992.0,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NAN
        ]),
        any::<f64>().prop_map(|float| if float.is_nan() { 0.1 } else { float }),
    ];
    let integers = prop_oneof![
        (-2_i64..3).prop_map(BigInt::from),
        any::<i64>().prop_map(BigInt::from),
        any::<u64>().prop_map(BigInt::from),
        prop::collection::vec(any::<u8>(), 0..40).prop_map(|bytes| BigInt::from_signed_bytes_le(&bytes)),
    ];
    prop_oneof![
        Just(PythonValue::None),
        any::<bool>().prop_map(PythonValue::Bool),
        integers.prop_map(PythonValue::Int),
        floats.clone().prop_map(PythonValue::Float),
        (floats.clone(), floats).prop_map(|(real, imaginary)| PythonValue::Complex(real, imaginary)),
        texts().prop_map(PythonValue::Text),
        prop::collection::vec(any::<u8>(), 0..4).prop_map(PythonValue::Bytes),
        texts().prop_map(|repr| PythonValue::Object { type_name: "Thing".to_owned(), repr }),
    ]
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec!["", "a", "$", "$tuple", "\"\\\u{0}\n\u{1f}\u{7f}", "é😀"]).prop_map(str::to_owned),
        any::<String>(),
    ]
}

/// Whether there is no object in the value.
pub(crate) fn is_known(value: &PythonValue) -> bool {
    match value {
        PythonValue::List(items)
        | PythonValue::Tuple(items)
        | PythonValue::Set(items)
        | PythonValue::FrozenSet(items) => items.iter().all(is_known),
        PythonValue::Dict(pairs) => pairs.iter().all(|(key, value)| is_known(key) && is_known(value)),
        PythonValue::Object { .. } => false,
        _ => true,
    }
}

proptest! {
    #[test]
    fn values_come_back_from_their_notation(value in values()) {
        let text = value.to_notation().to_string();
        let parsed = PythonValue::parse(&text).unwrap();
        prop_assert_eq!(format!("{parsed:?}"), format!("{value:?}"));
        prop_assert_eq!(parsed.to_notation(), value.to_notation());
    }

    #[test]
    fn integers_are_exact(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        let integer = BigInt::from_signed_bytes_le(&bytes);
        let notation = PythonValue::Int(integer.clone()).to_notation();
        for read in [PythonValue::parse(&integer.to_string()), PythonValue::from_notation(&notation)] {
            let PythonValue::Int(read) = read.unwrap() else { panic!("no integer") };
            prop_assert_eq!(&read, &integer);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let _ = PythonValue::parse(&text);
    }
}

#[test]
fn everything_that_json_lacks_has_a_tag() {
    for (value, notation) in [
        (PythonValue::Int(BigInt::from(u64::MAX)), json!(u64::MAX)),
        (PythonValue::Int(BigInt::from(u64::MAX) + 1), json!({"$int": "0x10000000000000000"})),
        (PythonValue::Int(BigInt::from(i64::MIN) - 1), json!({"$int": "-0x8000000000000001"})),
        (PythonValue::Float(1.0), json!(1.0)),
        (PythonValue::Float(f64::NEG_INFINITY), json!({"$float": "-inf"})),
        (PythonValue::Complex(f64::NAN, -0.5), json!({"$complex": [{"$float": "nan"}, -0.5]})),
        (PythonValue::Bytes(vec![0, 255]), json!({"$bytes": "00ff"})),
        (PythonValue::Tuple(vec![PythonValue::None]), json!({"$tuple": [null]})),
        (PythonValue::Set(vec![]), json!({"$set": []})),
        (PythonValue::FrozenSet(vec![]), json!({"$frozenset": []})),
        (PythonValue::Dict(vec![(PythonValue::Text("$".into()), PythonValue::None)]), json!({"$dict": [["$", null]]})),
        (PythonValue::Dict(vec![(PythonValue::Text("a".into()), PythonValue::None)]), json!({"a": null})),
        (
            PythonValue::Object { type_name: "Point".into(), repr: "Point(1)".into() },
            json!({"$object": {"type": "Point", "repr": "Point(1)"}}),
        ),
    ] {
        assert_eq!(value.to_notation(), notation);
        assert_eq!(format!("{:?}", PythonValue::from_notation(&notation).unwrap()), format!("{value:?}"));
    }
}

#[test]
fn faults_say_where_they_are_and_what_is_wrong() {
    for (text, fault) in [
        ("", "line 1, column 1: expected a value"),
        ("[1,\n 2 3]", "line 2, column 4: expected `,` or `]`"),
        ("[\"é\", x]", "line 1, column 7: expected a value"),
        ("{\"a\" 1}", "line 1, column 6: expected `:` after the key"),
        ("{a: 1}", "line 1, column 2: expected a key in double quotes"),
        ("012", "line 1, column 1: a number cannot begin with `0`"),
        ("1 2", "line 1, column 3: expected the end of the text"),
        ("\"a", "line 1, column 3: expected `\"` at the end of the text"),
        ("\"\\ud800\"", "line 1, column 8: half a surrogate pair, `\\ud800`, is no text"),
        (
            "[{\"$tupel\": []}]",
            "column 16: `$tupel` is no tag of a Python value; a dict with this key is {\"$dict\": [[\"$tupel\", ..]]}",
        ),
        ("{\"$int\": \"12\"}", "`$int` has to hold a text, \"0x..\" or \"-0x..\""),
        ("{\"$int\": \"0x\"}", "`$int` has to hold a text, \"0x..\" or \"-0x..\""),
        ("{\"$int\": \"0x-1\"}", "`$int` has to hold a text, \"0x..\" or \"-0x..\""),
        ("{\"$bytes\": \"0\"}", "`$bytes` has to hold a text of two hexadecimal digits a byte"),
        ("{\"$dict\": [[1]]}", "`$dict` has to hold a list of [key, value]"),
        ("{\"$set\": 1}", "`$set` has to hold a list of members"),
        ("{\"$complex\": [1]}", "`$complex` has to hold a list of two numbers"),
        ("{\"$float\": \"NaN\"}", "`$float` has to hold a text, \"nan\", \"inf\" or \"-inf\""),
        ("{\"$object\": {}}", "`$object` has to hold \"type\" and \"repr\", both texts"),
    ] {
        let found = PythonValue::parse(text).unwrap_err();
        assert!(found.ends_with(fault), "for {text}: {found}");
    }
    let deep = "[".repeat(501);
    assert!(PythonValue::parse(&deep).unwrap_err().ends_with("nested deeper than 500"));
    assert!(PythonValue::parse(&format!("{}{}", &deep[1..], "]".repeat(500))).is_ok());
    let nested = (0..500).fold(json!([]), |inner, _| json!([inner]));
    assert_eq!(PythonValue::from_notation(&nested).unwrap_err(), "a value nested deeper than 500");
    assert!(PythonValue::from_notation(&nested[0]).is_ok());
}
