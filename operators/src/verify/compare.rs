//! When an answer counts as the expected one: the named rules of comparison.
//!
//! Owns the rules and their version. Refuses to know how an answer came about, and which test asked for it.

mod decimal;
mod digits;
mod evalplus;
mod exact;
mod key;
mod likeness;
mod livecodebench;
mod number;

#[cfg(test)]
mod tests;
mod tokens;
mod tolerance;
mod white_space;

use sandbox::Harness;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use self::likeness::Likeness;
use self::tolerance::Tolerance;
use crate::python::PythonValue;

/// When an answer counts as the expected one: what a program prints, or what a function returns.
///
/// White space is what Python's `str.split` takes for it. A value that has no notation (an instance of a class, a
/// `Fraction`) never equals anything, under any rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Compare {
    /// Printed: the same characters; only newlines at the end (`\n` or `\r\n`) do not count.
    ///
    /// Returned: the same types and values at every depth: `1` is neither `1.0` nor `True`, a set is no frozenset, but
    /// `0.0` is `-0.0` and NaN is NaN. JSON has no tuples: where a list is expected, a tuple of the same items is right
    /// too, though not within a set or a key.
    Exact,
    /// Printed: the same words, split at white space, whatever white space stands between them.
    ///
    /// Returned: equal by Python's `==` (`1 == 1.0 == True`, NaN equals nothing, sets and dicts have no order), but
    /// that a tuple and a list of equal items are equal, at every depth.
    #[default]
    Tokens,
    /// As LiveCodeBench's own checker, and its own way to run programs.
    ///
    /// Printed: white space at both ends of the text and of each line does not count, but the number of lines does. A
    /// line is right when it has the same characters, or when both lines split at white space into the same number of
    /// words, each a number to Python's `decimal.Decimal`, and they are exactly equal one by one: `1.0` is `1` and
    /// `1e3` is `1000`, but `0.333` is not `0.3333`, and `NaN` equals no other spelling of it.
    ///
    /// Returned: equal by Python's `==` once a tuple at the top, but none further in, has become a list.
    ///
    /// Programs have the names of `typing`, `collections`, `math`, `heapq` and its other modules without importing them, and
    /// may recurse 50,000 levels deep. A script is a function that is called once, so that `global` in it finds nothing; an
    /// exit with any status is an end like any other. A function is one of a single `Solution` for all tests where the
    /// program has that class, and one of the program's own where it has not, whatever the problem's `entry` begins with.
    ///
    /// What a program reads and writes are streams as everywhere. LiveCodeBench has imitations, which know neither
    /// `sys.stdout.buffer` nor `for line in sys.stdin` nor `open(0)`, and of `sys.stdin.buffer` no line but the first.
    /// Recursion through C, such as `functools.cache`, ends after some thousand levels in the sandbox.
    Livecodebench,
    /// As EvalPlus 0.3.1 checks a task that sets no tolerance of its own.
    ///
    /// Returned: equal by Python's `==`; or, where a float is expected, a float within `1e-6 + 1e-7 * |expected|`; or,
    /// where a list or a tuple of nothing but floats (and at least one) is expected, one of the same type and length,
    /// each item a number of any type within that tolerance. NaN equals nothing, an infinity only itself.
    ///
    /// EvalPlus goes on with the tolerance for all later tests of a task once a test has expected floats, and lets
    /// numpy stretch a nested answer (`[[1.5]]` or `[[]]` for `[1.5]`): faults that this rule does not have. The
    /// oracles that it has for single tasks are no comparison and not part of it either.
    ///
    /// Printed (EvalPlus has no such tests): the same words, split at white space, where two words that Python's
    /// `float` reads may differ by the same tolerance. A number beyond the range of 64-bit floats has to be the same
    /// word.
    Evalplus,
    /// Numbers may differ by `rel * |expected|` or by `abs`, whichever is more.
    ///
    /// Printed: the same words, split at white space, where two words that Python's `float` reads count as numbers.
    ///
    /// Returned: numbers at every depth; a tuple and a list of right items are right, and everything else is by
    /// Python's `==`. The numbers of a set are compared in ascending order, one by one; the keys of a dict, and what
    /// else is in a set, have to be equal.
    ///
    /// Two integers differ by their exact difference (printed ones when they have at most 38 digits), other numbers by
    /// that of the nearest 64-bit floats. An infinity equals only itself, in any spelling, and NaN is NaN here; beyond
    /// the range of such floats, a printed number has to be the same word, and a returned one equal.
    Floats {
        /// How much of the expected number's magnitude it may differ by, such as `1e-6`.
        #[serde(deserialize_with = "tolerance")]
        #[schemars(range(min = 0.0))]
        rel: f64,
        /// How much it may differ by whatever its magnitude, such as `1e-9`.
        #[serde(deserialize_with = "tolerance")]
        #[schemars(range(min = 0.0))]
        abs: f64,
    },
}

impl Compare {
    /// Raised whenever a rule changes: verdicts of the version before are then computed again.
    /// 2: `livecodebench` runs programs as LiveCodeBench does.
    pub const VERSION: u32 = 2;

    /// By whose rules a program runs whose answers are compared so.
    pub(crate) fn harness(self) -> Harness {
        if self == Self::Livecodebench { Harness::LiveCodeBench } else { Harness::Plain }
    }

    /// Whether a program that had to print `expected` and printed `actual` is right.
    #[must_use]
    pub fn texts(&self, expected: &str, actual: &str) -> bool {
        match *self {
            Self::Exact => exact::texts(expected, actual),
            Self::Tokens => tokens::all(expected, actual, |expected, actual| expected == actual),
            Self::Livecodebench => livecodebench::texts(expected, actual),
            Self::Evalplus => evalplus::texts(expected, actual),
            Self::Floats { rel, abs } => {
                let tolerance = Tolerance::Larger { rel, abs };
                tokens::all(expected, actual, |expected, actual| tolerance.admits_token(expected, actual))
            }
        }
    }

    /// Whether a function that had to return `expected` and returned `actual` is right.
    #[must_use]
    pub fn values(&self, expected: &PythonValue, actual: &PythonValue) -> bool {
        match *self {
            Self::Exact => Likeness::EXACT.holds(expected, actual),
            Self::Tokens => Likeness::LISTS_AND_TUPLES.holds(expected, actual),
            Self::Livecodebench => livecodebench::values(expected, actual),
            Self::Evalplus => evalplus::values(expected, actual),
            Self::Floats { rel, abs } => Likeness::within(Tolerance::Larger { rel, abs }).holds(expected, actual),
        }
    }
}

fn tolerance<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let tolerance = f64::deserialize(deserializer)?;
    if tolerance >= 0.0 && tolerance.is_finite() {
        return Ok(tolerance);
    }
    Err(serde::de::Error::custom(format!("a tolerance is a finite number of at least 0, not {tolerance}")))
}
