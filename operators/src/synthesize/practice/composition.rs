//! A composition: primitives one behind the other, with their constants. It is the function that a problem asks for.
//!
//! Owns evaluation and the family's name. Knows neither words nor Python.

use std::ops::Range;

use super::constants::{Constants, Origin};
use super::kind::Kind;
use super::primitive::Primitive;
use super::value::Value;

/// What separates the primitives in a family's name.
pub(super) const THEN: &str = " > ";

/// A function of one value, and of a number `k` where a step leaves it open.
#[derive(Clone)]
pub(super) struct Composition {
    /// The kind of value that it takes.
    pub(super) takes: Kind,
    /// What is done, in order.
    pub(super) steps: Vec<Step>,
}

/// A primitive with its constants.
#[derive(Clone, Copy)]
pub(super) struct Step {
    pub(super) primitive: &'static Primitive,
    pub(super) constants: Constants,
    /// Whether `{a}` stands there as a number or is the parameter.
    pub(super) origin: Origin,
}

/// What a function is called with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Input {
    pub(super) value: Value,
    /// For a function that takes it.
    pub(super) k: i64,
}

/// The parameters of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parameters {
    /// The value alone.
    Value,
    /// The value and `k`.
    ValueAndK,
}

impl Composition {
    /// The names of the primitives, in order: what compositions that differ in constants alone have in common.
    pub(super) fn family(&self) -> String {
        self.steps.iter().map(|step| step.primitive.name.as_str()).collect::<Vec<_>>().join(THEN)
    }

    pub(super) fn parameters(&self) -> Parameters {
        match self.steps.iter().any(|step| step.origin == Origin::Parameter) {
            true => Parameters::ValueAndK,
            false => Parameters::Value,
        }
    }

    /// The kind behind each step; none where a step does not take what the one before gives.
    pub(super) fn kinds(&self) -> Option<Vec<Kind>> {
        let mut kind = self.takes;
        let mut next = |step: &Step| {
            kind = step.primitive.gives(kind)?;
            Some(kind)
        };
        self.steps.iter().map(&mut next).collect()
    }

    /// The kind of the result.
    pub(super) fn gives(&self) -> Kind {
        self.kinds().and_then(|kinds| kinds.last().copied()).expect("a composition's steps fit each other")
    }

    /// The value behind each step; none where one is unwieldy.
    pub(super) fn trace(&self, input: &Input) -> Option<Vec<Value>> {
        let mut values: Vec<Value> = Vec::with_capacity(self.steps.len());
        for step in &self.steps {
            let value = step.apply(values.last().unwrap_or(&input.value), input.k)?;
            values.push(value);
        }
        Some(values)
    }

    /// The result; none where a value on the way is unwieldy.
    pub(super) fn result(&self, input: &Input) -> Option<Value> {
        let (first, others) = self.steps.split_first()?;
        let first = first.apply(&input.value, input.k)?;
        others.iter().try_fold(first, |value, step| step.apply(&value, input.k))
    }

    /// The composition without some of its steps; none where what is left does not fit together.
    pub(super) fn without(&self, steps: Range<usize>) -> Option<Self> {
        let mut left = self.clone();
        left.steps.drain(steps);
        left.kinds().is_some().then_some(left)
    }
}

impl Step {
    pub(super) fn apply(&self, value: &Value, k: i64) -> Option<Value> {
        let constants = match self.origin {
            Origin::Constant => self.constants,
            Origin::Parameter => self.constants.with_a(k),
        };
        self.primitive.apply(value, &constants)
    }
}
