//! What is done to a number, as two primitives: to a number alone, and to each number of a list.

use std::ops::RangeInclusive;

use super::super::constants::{Constants, Slot, Slots};
use super::super::primitive::{Draft, Primitive, integer, numbers};
use super::super::topic::Topic;

/// A change of one number. Its expression calls the number `{x}`.
pub(super) struct Change {
    topic: Topic,
    name: &'static str,
    expression: &'static str,
    thoughts: Option<[&'static str; 2]>,
    slots: Slots,
    single: [&'static str; 2],
    each: [&'static str; 2],
}

type Rule = fn(i64, &Constants) -> i64;

/// A change with its name and expression.
pub(super) fn change(topic: Topic, name: &'static str, expression: &'static str) -> Change {
    Change { topic, name, expression, thoughts: None, slots: Slots::default(), single: [""; 2], each: [""; 2] }
}

impl Change {
    /// The number `{a}`.
    pub(super) fn a(mut self, range: RangeInclusive<i64>) -> Self {
        self.slots.a = Some(Slot::Open(range));
        self
    }

    /// The number `{b}`.
    pub(super) fn b(mut self, range: RangeInclusive<i64>) -> Self {
        self.slots.b = Some(range);
        self
    }

    /// What reasoning says of the number alone and of each, where that is not the phrase with the expression.
    pub(super) fn thoughts(self, alone: &'static str, each: &'static str) -> Self {
        Self { thoughts: Some([alone, each]), ..self }
    }

    /// How one says it of `it`, the number alone.
    pub(super) fn single(self, single: [&'static str; 2]) -> Self {
        Self { single, ..self }
    }

    /// How one says it of each number.
    pub(super) fn each(self, each: [&'static str; 2]) -> Self {
        Self { each, ..self }
    }

    /// For a rule that keeps a number of at least 0 there.
    pub(super) fn same(self, rule: Rule) -> [Primitive; 2] {
        [self.alone().same_integer(move |number, constants| rule(*number, constants)), self.lifted(rule)]
    }

    /// For a rule that gives a number of at least 0, whatever it takes.
    pub(super) fn natural(self, rule: Rule) -> [Primitive; 2] {
        [self.alone().natural(move |number, constants| rule(*number, constants)), self.lifted(rule)]
    }

    /// For a rule that may give any number.
    pub(super) fn integer(self, rule: Rule) -> [Primitive; 2] {
        [self.alone().integer(move |number, constants| rule(*number, constants)), self.lifted(rule)]
    }

    fn alone(&self) -> Draft<i64> {
        let expression = self.expression.replace("{x}", "n");
        let draft = integer(self.topic, self.name, &expression).slots(self.slots.clone()).act(self.single);
        match self.thoughts {
            Some([alone, _]) => draft.thought(alone),
            None => draft,
        }
    }

    fn lifted(self, rule: Rule) -> Primitive {
        let expression = self.expression.replace("{x}", "x");
        let code = format!("[{expression} for x in numbers]");
        let draft = numbers(self.topic, &format!("{}_each", self.name), &code).slots(self.slots).act(self.each);
        let draft = match self.thoughts {
            Some([_, each]) => draft.thought(each),
            None => draft.method(&expression),
        };
        draft.numbers(move |numbers, constants| numbers.iter().map(|number| rule(*number, constants)).collect())
    }
}
