//! Cases: the inputs that a problem is tested on, and the one that its reasoning works through.
//!
//! Owns which inputs tell a right program from a nearly right one. Knows neither words nor Python.

use std::cmp::Reverse;

use super::composition::{Composition, Input};
use super::constants::{Constants, Origin};
use super::draw::Draw;
use super::inputs;
use super::probes::probes;
use super::value::Value;

/// Random inputs to choose from: so many, and at least so many for each test.
const RANDOM_INPUTS: usize = 40;
const FOR_EACH_TEST: usize = 2;

/// The worked example is one of so many that suit best.
const GOOD_EXAMPLES: usize = 4;

/// The inputs of one problem.
pub(super) struct Cases {
    pub(super) tests: Vec<Case>,
    /// What is worked through.
    pub(super) example: Case,
}

/// An input and the value behind each step.
#[derive(Clone)]
pub(super) struct Case {
    pub(super) input: Input,
    values: Vec<Value>,
}

impl Case {
    /// What comes out in the end.
    pub(super) fn output(&self) -> &Value {
        self.values.last().unwrap_or(&self.input.value)
    }
}

/// Chooses `count` tests, and an example that is none of them.
pub(super) fn choose(composition: &Composition, count: usize, draw: &mut Draw) -> Cases {
    let pool = pool(composition, count, draw);
    let tests = tests(composition, &pool, count);
    let example = example(&pool, &tests, draw);
    Cases { tests: tests.into_iter().map(|place| pool[place].clone()).collect(), example: pool[example].clone() }
}

/// The empty input and random ones; where these show nothing, the probes too, of which some are known to differ.
fn pool(composition: &Composition, count: usize, draw: &mut Draw) -> Vec<Case> {
    let takes = composition.takes;
    let mut pool = Vec::new();
    add(composition, inputs::empty(takes, draw), &mut pool);
    for _ in 0..RANDOM_INPUTS.max(FOR_EACH_TEST * count) {
        add(composition, inputs::random(takes, draw), &mut pool);
    }
    if pool.windows(2).all(|pair| pair[0].output() == pair[1].output()) {
        probes(takes).iter().for_each(|probe| add(composition, probe.clone(), &mut pool));
    }
    pool
}

fn add(composition: &Composition, input: Input, pool: &mut Vec<Case>) {
    let is_new = pool.iter().all(|case| case.input.value != input.value);
    if is_new && let Some(values) = composition.trace(&input) {
        pool.push(Case { input, values });
    }
}

/// The places of the tests: the empty input and one with another output, which no constant passes; then those on which
/// a nearly right program gives something else; then those with outputs that few others have.
fn tests(composition: &Composition, pool: &[Case], count: usize) -> Vec<usize> {
    let same = |place: usize, other: usize| pool[place].output() == pool[other].output();
    let mut chosen = vec![0];
    chosen.extend((0..pool.len()).find(|place| !same(*place, 0)));
    let mut nearly_right = nearly_right(composition);
    for (place, case) in pool.iter().enumerate() {
        let before = nearly_right.len();
        nearly_right.retain(|other| other.result(&case.input).as_ref() == Some(case.output()));
        if nearly_right.len() < before && !chosen.contains(&place) {
            chosen.push(place);
        }
    }
    while chosen.len() < count {
        let left = (0..pool.len()).filter(|place| !chosen.contains(place));
        let like = |place: &usize| chosen.iter().filter(|other| same(*place, **other)).count();
        let Some(rarest) = left.min_by_key(like) else { break };
        chosen.push(rarest);
    }
    chosen.truncate(count);
    chosen.sort_unstable();
    chosen
}

/// The composition without one of its steps, and with a number one off.
fn nearly_right(composition: &Composition) -> Vec<Composition> {
    let places = 0..composition.steps.len();
    let shorter = places.clone().filter_map(|place| composition.without(place..place + 1));
    let shorter = shorter.filter(|shorter| !shorter.steps.is_empty());
    shorter.chain(places.flat_map(|place| one_off(composition, place))).collect()
}

/// The composition with each number of a step one less and one more.
fn one_off(composition: &Composition, place: usize) -> Vec<Composition> {
    let step = &composition.steps[place];
    let constants = step.constants;
    let mut others = Vec::new();
    for by in [-1, 1] {
        if step.primitive.slots.a.is_some() && step.origin == Origin::Constant {
            others.push(Constants { a: constants.a + by, ..constants });
        }
        if step.primitive.slots.b.is_some() {
            others.push(Constants { b: constants.b + by, ..constants });
        }
    }
    let other = |constants| {
        let mut other = composition.clone();
        other.steps[place].constants = constants;
        other
    };
    others.into_iter().map(other).collect()
}

/// The place of an input that is no test, short to work through, and on which every step does something.
fn example(pool: &[Case], tests: &[usize], draw: &mut Draw) -> usize {
    let mut places: Vec<usize> = (0..pool.len()).filter(|place| !tests.contains(place)).collect();
    places.sort_by_cached_key(|place| suits(&pool[*place]));
    places.truncate(GOOD_EXAMPLES);
    draw.some_of(&places).copied().unwrap_or(0)
}

/// How little a case suits as an example, the weightiest reason first.
fn suits(case: &Case) -> (Reverse<usize>, bool, usize) {
    let before = [&case.input.value].into_iter().chain(&case.values);
    let telling = before.zip(&case.values).filter(|(before, after)| before != after && !after.is_empty());
    // Neither answer is longer than the other, so that examples show both.
    let length = |value: &Value| if let Value::Truth(_) = value { 0 } else { value.json().len() };
    let lengths = length(&case.input.value) + case.values.iter().map(length).sum::<usize>();
    (Reverse(telling.count()), is_slight(&case.input.value), lengths)
}

/// Whether there is too little in it to show anything.
fn is_slight(value: &Value) -> bool {
    match value {
        Value::Integer(number) => *number < 5,
        Value::Truth(_) => false,
        Value::Numbers(numbers) => numbers.len() < 3,
        Value::Text(text) => text.len() < 4,
        Value::Words(words) => words.len() < 2,
    }
}
