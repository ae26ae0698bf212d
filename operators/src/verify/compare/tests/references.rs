//! Every verdict is that of LiveCodeBench's, EvalPlus' and Python's own code, but for the differences listed here.

use std::collections::BTreeSet;
use std::str::FromStr;
use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::python::value::PythonValue;
use crate::verify::compare::{Compare, digits, number::Number, white_space};

/// Made by `fixtures/references.py`.
static REFERENCES: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../fixtures/references.json")).unwrap());

fn cases(name: &str) -> &'static Vec<Value> {
    REFERENCES[name].as_array().unwrap()
}

fn value(notation: &Value) -> PythonValue {
    PythonValue::from_notation(notation).unwrap()
}

/// Pairs of an expected value and an answer, as JSON.
type Pairs = BTreeSet<(String, String)>;

/// The pairs of a table of which `judge` thinks otherwise than the reference.
fn disagreements<T>(
    [expected, answers, verdicts]: [&Value; 3],
    [read_expected, read_answer]: [fn(&Value) -> T; 2],
    judge: impl Fn(&T, &T) -> bool,
) -> Pairs {
    let [expected, answers, rows] = [expected, answers, verdicts].map(|list| list.as_array().unwrap());
    let made: Vec<T> = answers.iter().map(read_answer).collect();
    let mut found = Pairs::new();
    for (expected, row) in expected.iter().zip(rows) {
        let row = row.as_str().unwrap();
        assert_eq!(row.len(), answers.len());
        let wanted = read_expected(expected);
        for ((answer, text), verdict) in made.iter().zip(answers).zip(row.bytes()) {
            if judge(&wanted, answer) != (verdict == b'1') {
                found.insert((expected.to_string(), text.to_string()));
            }
        }
    }
    found
}

/// Every pair of an expected value and an answer of the same group.
fn pairs(groups: &[(&[&str], &[&str])]) -> Pairs {
    let pair = |(expected, answers): &(&[&str], &[&str])| {
        let pairs = expected.iter().flat_map(|&expected| answers.iter().map(move |&answer| (expected, answer)));
        pairs.map(|(expected, answer)| (expected.to_owned(), answer.to_owned())).collect::<Vec<_>>()
    };
    groups.iter().flat_map(pair).collect()
}

#[test]
fn values_are_equal_when_they_are_to_python() {
    let table = &REFERENCES["python"];
    let columns = [&table["values"], &table["values"], &table["verdicts"]];
    assert_eq!(disagreements(columns, [value; 2], |one, other| one.equals(other)), Pairs::new());
    for case in cases("random_values") {
        assert_eq!(value(&case[0]).equals(&value(&case[1])), case[2].as_bool().unwrap(), "for {case}");
    }
}

#[test]
fn texts_are_right_when_they_are_to_livecodebench() {
    let table = &REFERENCES["livecodebench_texts"];
    let columns = [&table["texts"], &table["texts"], &table["verdicts"]];
    let read: fn(&Value) -> String = |text| text.as_str().unwrap().to_owned();
    let found = disagreements(columns, [read; 2], |expected, actual| Compare::Livecodebench.texts(expected, actual));
    assert_eq!(found, Pairs::new());
    for case in cases("livecodebench_random_texts") {
        let [expected, actual] = [0, 1].map(|place| case[place].as_str().unwrap());
        assert_eq!(Compare::Livecodebench.texts(expected, actual), case[2].as_bool().unwrap(), "for {case}");
    }
}

#[test]
fn values_are_right_when_they_are_to_livecodebench() {
    let table = &REFERENCES["livecodebench_values"];
    let parse: fn(&Value) -> PythonValue = |text| PythonValue::parse(text.as_str().unwrap()).unwrap();
    let columns = [&table["expected"], &table["answers"], &table["verdicts"]];
    let judge = |expected: &_, actual: &_| Compare::Livecodebench.values(expected, actual);
    assert_eq!(disagreements(columns, [parse, value], judge), pairs(&LIVECODEBENCH_DIFFERENCES));
}

const LIVECODEBENCH_DIFFERENCES: [(&[&str], &[&str]); 1] = [
    // An object whose only key is a tag is notation here, and a tuple at the top is a list.
    (
        &[r#""{\"$tuple\": [1]}""#],
        &["[1]", "[1.0]", "[true]", r#"{"$tuple":[1]}"#, r#"{"$tuple":[1.0]}"#, r#"{"$dict":[["$tuple",[1]]]}"#],
    ),
];

#[test]
fn values_are_right_when_they_are_to_evalplus() {
    let table = &REFERENCES["evalplus"];
    let columns = [&table["expected"], &table["answers"], &table["verdicts"]];
    let found = disagreements(columns, [value; 2], |expected, actual| Compare::Evalplus.values(expected, actual));
    assert_eq!(found, pairs(&EVALPLUS_DIFFERENCES));
}

const EVALPLUS_DIFFERENCES: [(&[&str], &[&str]); 7] = [
    // Values without a notation equal nothing: what they equal, only their own type knows.
    (
        &["1.5", r#"{"$complex":[1.5,-0.0]}"#],
        &[
            r#"{"$object":{"type":"Fraction","repr":"Fraction(3, 2)"}}"#,
            r#"{"$object":{"type":"Decimal","repr":"Decimal('1.5')"}}"#,
        ],
    ),
    (
        &["[1.5]"],
        &[
            r#"[{"$object":{"type":"Fraction","repr":"Fraction(3, 2)"}}]"#,
            r#"[{"$object":{"type":"Decimal","repr":"Decimal('1.5')"}}]"#,
        ],
    ),
    // numpy stretches what is nested, and finds no fault with nothing at all.
    (&["[1.5]"], &["[[1.5]]", "[[1.5000001]]", r#"[{"$tuple":[1.5]}]"#]),
    (&["[0.0]", "[-0.0]", "[1.0]", "[1.5]", r#"[{"$float":"nan"}]"#], &["[[]]", r#"[{"$tuple":[]}]"#]),
    (
        &[r#"{"$tuple":[1.0]}"#, r#"{"$tuple":[1.5]}"#, r#"{"$tuple":[{"$float":"nan"}]}"#],
        &[r#"{"$tuple":[[]]}"#, r#"{"$tuple":[{"$tuple":[]}]}"#],
    ),
    (&[r#"{"$tuple":[1.5]}"#], &[r#"{"$tuple":[[1.5]]}"#]),
    (&["[1.0,2.0]"], &["[[1.0,2.0],[1.0,2.0]]"]),
];

/// In EvalPlus, a test that expects a float makes all later ones of its task lenient.
#[test]
fn tests_do_not_change_those_that_follow() {
    let (mut alone, mut after) = (Vec::new(), Vec::new());
    for case in cases("evalplus_carried") {
        assert_eq!(Compare::Evalplus.values(&value(&case[0]), &value(&case[1])), case[2].as_bool().unwrap(), "{case}");
        alone.push(case[2].as_bool().unwrap());
        after.push(case[3].as_bool().unwrap());
    }
    assert_eq!([alone, after], [[false, false, true, false], [true, true, true, false]]);
}

#[test]
fn white_space_is_what_python_takes_for_it() {
    let found: Vec<u32> = ('\0'..=char::MAX)
        .filter(|character| white_space::strip(character.encode_utf8(&mut [0; 4])).is_empty())
        .map(u32::from)
        .collect();
    assert_eq!(json!(found), REFERENCES["white_space"]);
}

#[test]
fn digits_of_every_script_are_those_of_python() {
    for case in cases("digits") {
        let [character, digit] = [0, 1].map(|place| u32::try_from(case[place].as_u64().unwrap()).unwrap());
        let character = char::from_u32(character).unwrap().to_string();
        assert_eq!(digits::in_ascii(&character), digit.to_string(), "for {character:?}");
    }
}

/// Finite numbers beyond the range of floats are no numbers here: all would equal infinity.
#[test]
fn words_are_numbers_when_they_are_to_python() {
    for case in cases("floats") {
        let text = case[0].as_str().unwrap();
        let found = Number::parse(text).map(Number::to_float);
        let expected = case[1].as_str().map(|float| f64::from_str(float).unwrap());
        let is_in_range = |float: &f64| float.is_finite() || !text.contains(|character: char| character.is_numeric());
        // The signs of zero and NaN do not count.
        let written = |float: f64| format!("{:?}", float + 0.0);
        assert_eq!(found.map(written), expected.filter(is_in_range).map(written), "for {text:?}");
    }
}

#[test]
fn json_is_read_as_python_reads_it() {
    for case in cases("json") {
        let text = case[0].as_str().unwrap();
        let found = PythonValue::parse(text).map(|value| value.to_notation());
        match case[1].as_array() {
            Some(expected) => assert_eq!(found.as_ref(), Ok(&expected[0]), "for {text:?}"),
            None => assert!(found.is_err(), "for {text:?}: {found:?}"),
        }
    }
}
