//! What holds for every problem under every seed.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet, HashSet};

use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::catalogue::catalogue;
use super::compose::Composer;
use super::composition::{Composition, Input, Step};
use super::constants::Origin;
use super::depths::{Depth, Depths};
use super::draw::Draw;
use super::families::{Families, Wanted};
use super::inputs;
use super::kind::Kind;
use super::probes::{PROBES, Refusal, behaviour, probes};
use super::problem::Problem;
use super::sequence::{Found, Sequence};
use super::solution::starter;
use super::split::{Side, Split};
use super::value::Value;

const DEEPEST: usize = 4;

fn random(seed: u64) -> impl Fn(&str) -> ChaCha8Rng + Sync {
    move |purpose| ChaCha8Rng::from_seed(*blake3::hash(format!("{seed} {purpose}").as_bytes()).as_bytes())
}

/// The problems of a sequence, taken in several goes.
fn found(seed: u64, split: Option<Split>, goes: &[u64]) -> Vec<Found> {
    let random = random(seed);
    let composer = Composer::new(Wanted { families: Families::default(), split }, DEEPEST);
    let depth = Depth { to: DEEPEST, ..Depth::default() };
    let mut sequence = Sequence::new(composer, Depths::new(&depth), &random);
    let mut met = HashSet::new();
    let mut note = |behaviour| Ok(met.insert(behaviour));
    goes.iter().flat_map(|count| sequence.take(*count, &mut note, &mut |_, _| ()).unwrap()).collect()
}

fn problems(seed: u64, found: &[Found]) -> Vec<Problem> {
    let random = random(seed);
    let problem = |one: &Found| {
        Problem::new(one, 8, &mut Draw::new(random(&format!("problem {}", one.number))), |texts| texts.concat())
    };
    found.iter().map(problem).collect()
}

fn outputs(composition: &Composition) -> Vec<Value> {
    probes(composition.takes).iter().map(|probe| composition.result(probe).unwrap()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_two_problems_differ_on_a_probe(seed: u64) {
        let found = found(seed, None, &[400]);
        prop_assert_eq!(found.len(), 400);
        let mut met = BTreeMap::new();
        for one in &found {
            let outputs = outputs(&one.composition);
            prop_assert_eq!(outputs.len(), PROBES);
            let outputs: Vec<String> = outputs.iter().map(Value::json).collect();
            let earlier = met.insert((starter(&one.composition), outputs), one.composition.family());
            prop_assert!(earlier.is_none(), "{} does what {earlier:?} does", one.composition.family());
        }
    }

    #[test]
    fn no_problem_is_trivial(seed: u64) {
        for one in found(seed, None, &[200]) {
            let (composition, outputs) = (&one.composition, outputs(&one.composition));
            let given = probes(composition.takes).iter().map(|probe| &probe.value);
            prop_assert!(!given.eq(&outputs), "{} gives back what it takes", composition.family());
            let first = outputs.iter().filter(|output| **output == outputs[0]).count();
            prop_assert!(first * 8 <= PROBES * 7, "{} is nearly constant", composition.family());
        }
    }

    #[test]
    fn a_greater_count_only_adds(seed: u64, first in 1..120_u64) {
        let families = |goes: &[u64]| -> Vec<_> {
            let found = found(seed, Some(Split { side: Side::Train, hold_out: 0.3 }), goes);
            problems(seed, &found).into_iter().map(|problem| (problem.id, problem.solution)).collect()
        };
        let whole = families(&[120]);
        prop_assert_eq!(&families(&[first]), &whole[..first as usize]);
        prop_assert_eq!(families(&[first, 120 - first]), whole);
    }

    #[test]
    fn sides_share_no_family(seed: u64, hold_out in 0.1..0.6_f64) {
        let families = |side| -> BTreeSet<String> {
            let found = found(seed, Some(Split { side, hold_out }), &[120]);
            found.iter().map(|one| one.composition.family()).collect()
        };
        let held_out = families(Side::HeldOut);
        prop_assert!(families(Side::Train).is_disjoint(&held_out));
        let larger = Split { side: Side::HeldOut, hold_out: hold_out + 0.2 };
        prop_assert!(held_out.iter().all(|family| larger.has(family)), "a larger part lets none go");
    }

    #[test]
    fn every_step_is_true_and_every_statement_its_own(seed: u64) {
        let found = found(seed, None, &[300]);
        let mut statements = BTreeSet::new();
        for (one, problem) in found.iter().zip(problems(seed, &found)) {
            let texts = [&problem.statement, &problem.reasoning, &problem.solution];
            prop_assert!(texts.iter().all(|text| !text.contains(['{', '}'])), "{texts:?}");
            let row = serde_json::to_value(&problem).unwrap();
            let steps = row["steps"].as_array().unwrap();
            prop_assert_eq!(steps.len(), one.composition.steps.len() + 1);
            let tests = row["tests"].as_array().unwrap();
            prop_assert_eq!(tests.len(), 8);
            prop_assert!(tests.iter().any(|test| test["output"] != tests[0]["output"]), "{}", problem.solution);
            prop_assert!(tests.iter().all(|test| test["input"] != row["example"]["input"]));
            prop_assert!(statements.insert((problem.statement, problem.starter)), "two functions, one statement");
        }
    }
}

#[test]
fn compositions_that_are_no_problems_are_refused() {
    let cases = [
        ("sort > first", Ok(())),
        ("sort > sort", Err(Refusal::Redundant)),
        ("reverse > sort", Err(Refusal::Redundant)),
        ("reverse > reverse", Err(Refusal::Redundant)),
        ("square > absolute", Err(Refusal::Redundant)),
        ("negate > add > absolute", Ok(())),
        ("negate_each > negate_each > sum", Err(Refusal::Redundant)),
        ("keep_even > keep_odd", Err(Refusal::NearlyConstant)),
        ("double_digits > double_digits", Err(Refusal::Unwieldy)),
        ("twice > twice > twice", Err(Refusal::Unwieldy)),
    ];
    for (family, expected) in cases {
        let composition = of_family(family);
        assert_eq!(composition.family(), family);
        assert_eq!(behaviour(&composition).map(drop), expected, "{family}");
    }
}

#[test]
fn functions_are_the_same_whatever_they_are_made_of() {
    let same = [
        ("sort > reverse", "sort_down"),
        ("keep_even > length", "count_even"),
        ("split > words_length", "count_words"),
    ];
    for (family, other) in same {
        assert_eq!(behaviour(&of_family(family)), behaviour(&of_family(other)), "{family} and {other}");
    }
    let different = [("sort", "sort_down"), ("first", "last"), ("first_digit", "last_digit")];
    for (family, other) in different {
        assert_ne!(behaviour(&of_family(family)), behaviour(&of_family(other)), "{family} and {other}");
    }
}

/// A composition of a family, with some constants.
fn of_family(family: &str) -> Composition {
    let primitive = |name: &str| catalogue().iter().find(|primitive| primitive.name == name).unwrap();
    let mut draw = Draw::new(random(0)(family));
    let step = |name: &str| {
        let primitive = primitive(name);
        Step { primitive, constants: primitive.slots.draw(&mut draw), origin: Origin::Constant }
    };
    let steps: Vec<Step> = family.split(" > ").map(step).collect();
    let takes = Kind::INPUTS.into_iter().find(|kind| steps[0].primitive.gives(*kind).is_some()).unwrap();
    Composition { takes, steps }
}

#[test]
fn primitives_give_what_they_promise_for_every_value_they_take() {
    let random = random(17);
    for primitive in catalogue() {
        for number in 0..200 {
            let mut draw = Draw::new(random(&format!("{} {number}", primitive.name)));
            let constants = primitive.slots.draw(&mut draw);
            let Input { value, k } = inputs::random(primitive.takes, &mut draw);
            let constants = if primitive.slots.is_open() && number % 2 == 0 { constants.with_a(k) } else { constants };
            let Some(given) = primitive.apply(&value, &constants) else {
                // Lists as long as a number is large.
                assert!(matches!(primitive.name.as_str(), "count_up" | "double_digits"), "{}", primitive.name);
                continue;
            };
            let kind = primitive.gives(primitive.takes).unwrap();
            assert!(is_a(&given, kind), "{} gives {given:?} for {value:?}, which is not {kind:?}", primitive.name);
        }
    }
}

fn is_a(value: &Value, kind: Kind) -> bool {
    match (value, kind) {
        (Value::Integer(number), Kind::Natural) => *number >= 0,
        (Value::Text(text), Kind::LowerText) => !text.contains(char::is_uppercase),
        (Value::Words(words), Kind::Words) => words.iter().all(|word| !word.contains(char::is_uppercase)),
        (Value::Integer(_), Kind::Integer)
        | (Value::Truth(_), Kind::Truth)
        | (Value::Numbers(_), Kind::Numbers)
        | (Value::Text(_), Kind::Text) => true,
        _ => false,
    }
}

#[test]
fn primitives_are_called_and_worded_apart() {
    let names: BTreeSet<_> = catalogue().iter().map(|primitive| &primitive.name).collect();
    assert_eq!(names.len(), catalogue().len());
    let mut phrases = BTreeMap::new();
    let random = random(3);
    for primitive in catalogue() {
        assert!(!primitive.phrases.is_empty(), "{} has no words", primitive.name);
        assert!(!primitive.thought.contains('\n'), "{} has no thought of its own", primitive.name);
        let constants = primitive.slots.draw(&mut Draw::new(random(&primitive.name)));
        for phrase in &primitive.phrases {
            assert!(!constants.fill(phrase, Origin::Constant).contains('{'), "{phrase}");
            let earlier = phrases.insert((primitive.takes, phrase.as_str()), primitive.name.as_str());
            assert_eq!(earlier, None, "`{phrase}` is {} too", primitive.name);
        }
    }
}
