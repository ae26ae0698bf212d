//! What may be true of a number, as primitives: whether it is true of a number, which numbers of a list it is true of,
//! how many these are, and whether they are all or any.

use std::ops::RangeInclusive;

use super::super::constants::{Constants, Slot, Slots};
use super::super::primitive::{Draft, Primitive, integer, numbers};
use super::super::topic::Topic;

/// Something that may be true of a number, which its expression calls `{x}`.
pub(super) struct Predicate {
    name: &'static str,
    expression: &'static str,
    slots: Slots,
    /// As in "it is even", "all are even", "the even numbers".
    words: [&'static str; 3],
    rule: Rule,
}

type Rule = fn(i64, &Constants) -> bool;

/// A predicate; `words` go into "it is ...", "all are ..." and "the ...".
pub(super) fn predicate(
    name: &'static str,
    expression: &'static str,
    words: [&'static str; 3],
    rule: Rule,
) -> Predicate {
    Predicate { name, expression, slots: Slots::default(), words, rule }
}

impl Predicate {
    /// The number `{a}`.
    pub(super) fn a(mut self, range: RangeInclusive<i64>) -> Self {
        self.slots.a = Some(Slot::Open(range));
        self
    }

    /// All that can be asked with it.
    pub(super) fn primitives(self) -> [Primitive; 5] {
        let rule = self.rule;
        [
            self.alone().truth(move |number, constants| rule(*number, constants)),
            self.kept().numbers(move |all, constants| all.iter().copied().filter(|x| rule(*x, constants)).collect()),
            self.counted().natural(move |all, constants| all.iter().filter(|x| rule(**x, constants)).count() as i64),
            self.any().truth(move |all, constants| all.iter().any(|x| rule(*x, constants))),
            self.all().truth(move |all, constants| all.iter().all(|x| rule(*x, constants))),
        ]
    }

    fn alone(&self) -> Draft<i64> {
        let [is, ..] = self.words;
        let code = self.expression.replace("{x}", "n");
        let draft = integer(Topic::Conditions, &format!("is_{}", self.name), &code).slots(self.slots.clone());
        draft.whether([&format!("it is {is}"), &format!("this is {is}")])
    }

    fn kept(&self) -> Draft<[i64]> {
        let [_, _, those] = self.words;
        let draft = self.over(Topic::Lists, "keep", "[x for x in numbers if {}]");
        draft.act([&format!("keep the {those}"), &format!("keep only the {those}")]).method(&self.of_each())
    }

    fn counted(&self) -> Draft<[i64]> {
        let [_, _, those] = self.words;
        let draft = self.over(Topic::Counting, "count", "sum({} for x in numbers)");
        draft.noun([&format!("the number of {those}"), &format!("the count of {those}")])
    }

    fn any(&self) -> Draft<[i64]> {
        let [is, ..] = self.words;
        let draft = self.over(Topic::Conditions, "any", "any({} for x in numbers)");
        draft.whether([&format!("any number is {is}"), &format!("at least one number is {is}")])
    }

    fn all(&self) -> Draft<[i64]> {
        let [is, are, _] = self.words;
        let draft = self.over(Topic::Conditions, "all", "all({} for x in numbers)");
        draft.whether([&format!("all numbers are {are}"), &format!("every number is {is}")])
    }

    fn over(&self, topic: Topic, verb: &str, code: &str) -> Draft<[i64]> {
        let code = code.replace("{}", &self.of_each());
        numbers(topic, &format!("{verb}_{}", self.name), &code).slots(self.slots.clone())
    }

    fn of_each(&self) -> String {
        self.expression.replace("{x}", "x")
    }
}
