//! A problem as a row.
//!
//! Owns the columns. Knows not where the composition comes from.

use std::collections::BTreeSet;

use serde::Serialize;

use super::cases::{Case, choose};
use super::composition::{Composition, Input, Parameters};
use super::draw::Draw;
use super::reasoning::{self, ReasoningStep};
use super::sequence::Found;
use super::solution::{self, ENTRY};
use super::statement::statement;

/// The collection that these problems say they come from.
const SOURCE: &str = "synthesize.practice";

/// The columns of a row.
#[derive(Debug, Serialize)]
pub(super) struct Problem {
    pub(super) id: String,
    source: &'static str,
    pub(super) statement: String,
    pub(super) starter: String,
    entry: &'static str,
    pub(super) solution: String,
    tests: Vec<Test>,
    difficulty: String,
    tags: Vec<&'static str>,
    family: String,
    depth: usize,
    function: String,
    pub(super) reasoning: String,
    steps: Vec<ReasoningStep>,
    example: Example,
}

#[derive(Debug, Serialize)]
struct Test {
    kind: &'static str,
    input: String,
    output: String,
}

#[derive(Debug, Serialize)]
struct Example {
    input: String,
    output: String,
}

impl Problem {
    /// Puts a composition in words; `id` makes an id of texts that no other problem has.
    pub(super) fn new(found: &Found, tests: usize, draw: &mut Draw, id: impl Fn([&str; 2]) -> String) -> Self {
        let composition = &found.composition;
        let statement = statement(composition, draw);
        let starter = solution::starter(composition);
        let cases = choose(composition, tests, draw);
        let steps = reasoning::steps(composition, &cases.example.input).expect("the example was evaluated before");
        let tags: BTreeSet<_> = composition.steps.iter().map(|step| step.primitive.topic).collect();
        Self {
            id: id([&starter, &statement]),
            source: SOURCE,
            statement,
            starter,
            entry: ENTRY,
            solution: solution::solution(composition),
            tests: cases.tests.iter().map(|case| test(composition, case)).collect(),
            difficulty: composition.steps.len().to_string(),
            tags: tags.into_iter().map(super::topic::Topic::name).collect(),
            family: composition.family(),
            depth: composition.steps.len(),
            function: format!("{:032x}", found.behaviour.0),
            reasoning: reasoning::text(&steps),
            steps,
            example: Example {
                input: arguments(composition, &cases.example.input),
                output: cases.example.output().json(),
            },
        }
    }
}

fn test(composition: &Composition, case: &Case) -> Test {
    Test { kind: "call", input: arguments(composition, &case.input), output: case.output().json() }
}

/// The arguments of a call as a JSON list.
fn arguments(composition: &Composition, input: &Input) -> String {
    match composition.parameters() {
        Parameters::Value => format!("[{}]", input.value.json()),
        Parameters::ValueAndK => format!("[{}, {}]", input.value.json(), input.k),
    }
}
