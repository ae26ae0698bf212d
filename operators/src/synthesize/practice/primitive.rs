//! A primitive: one thing that is done to a value, in words, in Python and as a rule.
//!
//! Owns what a primitive is and how one is written down in the catalogue. Knows no other primitive, and not where in a
//! composition it stands.

use std::marker::PhantomData;
use std::ops::RangeInclusive;

use super::constants::{Constants, Pair, Slot, Slots};
use super::kind::Kind;
use super::topic::Topic;
use super::value::{Value, View};

/// One thing that is done to a value. Its texts are templates over the constants, see [`Constants::fill`].
pub(super) struct Primitive {
    /// Unique; a family's name is made of these.
    pub(super) name: String,
    /// What it is about.
    pub(super) topic: Topic,
    /// The kind of value that it takes.
    pub(super) takes: Kind,
    /// The constants that it leaves open.
    pub(super) slots: Slots,
    /// How its phrases fit into a sentence.
    pub(super) mood: Mood,
    /// The ways that statements say it.
    pub(super) phrases: Vec<String>,
    /// How reasoning says it: with what of the code carries the idea.
    pub(super) thought: String,
    /// How a solution does it.
    pub(super) code: Code,
    gives: Gives,
    rule: Rule,
}

/// How a phrase fits into a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mood {
    /// "sort the numbers": what comes out is what went in, changed.
    Act,
    /// "the sum": what comes out is this.
    Noun,
    /// "it is even": what comes out is whether this is so.
    Whether,
}

/// Python for a step, over the variables that [`Kind::variable`] names.
pub(super) enum Code {
    /// What the value becomes.
    Expression(String),
    /// Lines that leave it in the variable of its kind.
    Block(Vec<String>),
}

/// The kind that comes out.
#[derive(Clone, Copy)]
enum Gives {
    /// The kind of what went in: a natural number stays one.
    Same,
    Is(Kind),
}

type Rule = Box<dyn Fn(&Value, &Constants) -> Option<Value> + Send + Sync>;

impl Primitive {
    /// The kind of what comes out where this kind goes in; none where it cannot.
    pub(super) fn gives(&self, taken: Kind) -> Option<Kind> {
        let given = match self.gives {
            Gives::Same => taken,
            Gives::Is(kind) => kind,
        };
        taken.is_a(self.takes).then_some(given)
    }

    /// What comes out; none for a value of another kind, and where the result is unwieldy.
    pub(super) fn apply(&self, value: &Value, constants: &Constants) -> Option<Value> {
        (self.rule)(value, constants).filter(Value::is_handy)
    }
}

/// A primitive as the catalogue writes it, over values that rules see as `V`: constants, phrases, code, and at the end
/// the rule, named after what it gives.
pub(super) struct Draft<V: ?Sized> {
    name: String,
    topic: Topic,
    takes: Kind,
    slots: Slots,
    mood: Mood,
    phrases: Vec<String>,
    method: String,
    thought: Option<String>,
    code: Code,
    sees: PhantomData<fn(&V)>,
}

/// A primitive that takes any number.
pub(super) fn integer(topic: Topic, name: &str, code: &str) -> Draft<i64> {
    Draft::new(Kind::Integer, topic, name, code)
}

/// A primitive that takes a number of at least 0.
pub(super) fn natural(topic: Topic, name: &str, code: &str) -> Draft<i64> {
    Draft::new(Kind::Natural, topic, name, code)
}

/// A primitive that takes true or false.
pub(super) fn truth(topic: Topic, name: &str, code: &str) -> Draft<bool> {
    Draft::new(Kind::Truth, topic, name, code)
}

/// A primitive that takes a list of numbers.
pub(super) fn numbers(topic: Topic, name: &str, code: &str) -> Draft<[i64]> {
    Draft::new(Kind::Numbers, topic, name, code)
}

/// A primitive that takes any text.
pub(super) fn text(topic: Topic, name: &str, code: &str) -> Draft<str> {
    Draft::new(Kind::Text, topic, name, code)
}

/// A primitive that takes a text without capital letters.
pub(super) fn lower_text(topic: Topic, name: &str, code: &str) -> Draft<str> {
    Draft::new(Kind::LowerText, topic, name, code)
}

/// A primitive that takes a list of words.
pub(super) fn words(topic: Topic, name: &str, code: &str) -> Draft<[String]> {
    Draft::new(Kind::Words, topic, name, code)
}

impl<V: View + ?Sized + 'static> Draft<V> {
    /// Code of several lines is a block.
    fn new(takes: Kind, topic: Topic, name: &str, code: &str) -> Self {
        let lines = || code.lines().map(str::to_owned).collect();
        Self {
            name: name.to_owned(),
            topic,
            takes,
            slots: Slots::default(),
            mood: Mood::Act,
            phrases: Vec::new(),
            method: code.to_owned(),
            thought: None,
            code: if code.contains('\n') { Code::Block(lines()) } else { Code::Expression(code.to_owned()) },
            sees: PhantomData,
        }
    }

    /// A number `{a}`, written out or given as the parameter `k`.
    pub(super) fn a(mut self, range: RangeInclusive<i64>) -> Self {
        self.slots.a = Some(Slot::Open(range));
        self
    }

    /// A number `{a}` that is always written out.
    pub(super) fn literal(mut self, range: RangeInclusive<i64>) -> Self {
        self.slots.a = Some(Slot::Literal(range));
        self
    }

    /// A second number `{b}`.
    pub(super) fn b(mut self, range: RangeInclusive<i64>) -> Self {
        self.slots.b = Some(range);
        self
    }

    /// Texts `{first}` and `{second}`.
    pub(super) fn pairs(mut self, pairs: &'static [Pair]) -> Self {
        self.slots.pairs = pairs;
        self
    }

    /// The slots of another draft of the same thing.
    pub(super) fn slots(mut self, slots: Slots) -> Self {
        self.slots = slots;
        self
    }

    /// Phrases as [`Mood::Act`].
    pub(super) fn act<const N: usize>(self, phrases: [&str; N]) -> Self {
        self.said(Mood::Act, &phrases)
    }

    /// Phrases as [`Mood::Noun`].
    pub(super) fn noun<const N: usize>(self, phrases: [&str; N]) -> Self {
        self.said(Mood::Noun, &phrases)
    }

    /// Phrases as [`Mood::Whether`].
    pub(super) fn whether<const N: usize>(self, phrases: [&str; N]) -> Self {
        self.said(Mood::Whether, &phrases)
    }

    fn said(self, mood: Mood, phrases: &[&str]) -> Self {
        Self { mood, phrases: phrases.iter().map(|phrase| (*phrase).to_owned()).collect(), ..self }
    }

    /// What reasoning shows of the code behind the first phrase, where that is not the whole code.
    pub(super) fn method(self, method: &str) -> Self {
        Self { method: method.to_owned(), ..self }
    }

    /// What reasoning says, where that is not the first phrase with the code.
    pub(super) fn thought(self, thought: &str) -> Self {
        Self { thought: Some(thought.to_owned()), ..self }
    }

    /// A number, at least 0 where the one that went in is.
    pub(super) fn same_integer(self, rule: impl Fn(&V, &Constants) -> i64 + Send + Sync + 'static) -> Primitive {
        self.finish(Gives::Same, move |value, constants| Value::Integer(rule(value, constants)))
    }

    /// Any number.
    pub(super) fn integer(self, rule: impl Fn(&V, &Constants) -> i64 + Send + Sync + 'static) -> Primitive {
        self.finish(Gives::Is(Kind::Integer), move |value, constants| Value::Integer(rule(value, constants)))
    }

    /// A number of at least 0.
    pub(super) fn natural(self, rule: impl Fn(&V, &Constants) -> i64 + Send + Sync + 'static) -> Primitive {
        self.finish(Gives::Is(Kind::Natural), move |value, constants| Value::Integer(rule(value, constants)))
    }

    /// True or false.
    pub(super) fn truth(self, rule: impl Fn(&V, &Constants) -> bool + Send + Sync + 'static) -> Primitive {
        self.finish(Gives::Is(Kind::Truth), move |value, constants| Value::Truth(rule(value, constants)))
    }

    /// A list of numbers.
    pub(super) fn numbers(self, rule: impl Fn(&V, &Constants) -> Vec<i64> + Send + Sync + 'static) -> Primitive {
        self.finish(Gives::Is(Kind::Numbers), move |value, constants| Value::Numbers(rule(value, constants)))
    }

    /// A text, without capital letters where the one that went in has none.
    pub(super) fn same_text(self, rule: impl Fn(&V, &Constants) -> String + Send + Sync + 'static) -> Primitive {
        self.finish(Gives::Same, move |value, constants| Value::Text(rule(value, constants)))
    }

    /// A text that may have capital letters.
    pub(super) fn text(self, rule: impl Fn(&V, &Constants) -> String + Send + Sync + 'static) -> Primitive {
        self.finish(Gives::Is(Kind::Text), move |value, constants| Value::Text(rule(value, constants)))
    }

    /// A text without capital letters.
    pub(super) fn lower_text(self, rule: impl Fn(&V, &Constants) -> String + Send + Sync + 'static) -> Primitive {
        self.finish(Gives::Is(Kind::LowerText), move |value, constants| Value::Text(rule(value, constants)))
    }

    /// A list of words.
    pub(super) fn words(self, rule: impl Fn(&V, &Constants) -> Vec<String> + Send + Sync + 'static) -> Primitive {
        self.finish(Gives::Is(Kind::Words), move |value, constants| Value::Words(rule(value, constants)))
    }

    fn finish(self, gives: Gives, rule: impl Fn(&V, &Constants) -> Value + Send + Sync + 'static) -> Primitive {
        let thought = self.thought.unwrap_or_else(|| format!("{} with {}", self.phrases[0], self.method));
        Primitive {
            name: self.name,
            topic: self.topic,
            takes: self.takes,
            slots: self.slots,
            mood: self.mood,
            phrases: self.phrases,
            thought,
            code: self.code,
            gives,
            rule: Box::new(move |value, constants| Some(rule(V::of(value)?, constants))),
        }
    }
}
