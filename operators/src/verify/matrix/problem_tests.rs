//! All problems' tests, held in memory: the columns of their matrices.

use std::collections::HashMap;
use std::sync::Arc;

use engine::operator::Fault;
use engine::row::{Cell, Plain, Row};
use engine::table::Table;
use indexmap::IndexMap;

use crate::verify::problems::Problems;
use crate::verify::runner::Runner;
use crate::verify::suite::{NoTest, Test, Wording};

/// Tests by problem.
pub(super) struct Tests {
    problems: HashMap<String, ProblemTests>,
    none: ProblemTests,
}

/// The different tests of a problem.
#[derive(Default)]
pub(super) struct ProblemTests {
    pub(super) ids: Vec<String>,
    /// How often each was given.
    pub(super) counts: Vec<i64>,
    /// Those that can be run: of one kind after another, so that the program is loaded once for each kind.
    pub(super) tests: Vec<Test>,
    /// Where these stand among all.
    pub(super) places: Vec<usize>,
    /// Why they cannot be run.
    fault: Option<String>,
}

/// The tests of a problem as they come in.
#[derive(Default)]
struct Gathered {
    tests: IndexMap<Key, Given>,
    fault: Option<String>,
}

/// By what tests are the same.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    Test(Wording),
    /// What is no test: how it is written.
    None(String),
}

struct Given {
    id: String,
    count: i64,
    test: Option<Test>,
}

impl Given {
    fn script(&self) -> Option<&str> {
        self.test.as_ref().and_then(Test::script)
    }
}

impl Tests {
    /// Reads a whole table, and has its scripts read by Python, so that what is no test is none whatever the program.
    /// What is called, where a test's row does not say it, is said by its problem.
    pub(super) fn read(table: &Table, problems: Option<&Problems>, runner: &Runner) -> Result<Self, Fault> {
        let mut gathered: HashMap<String, Gathered> = HashMap::new();
        for batch in table.batches() {
            let batch = Arc::new(batch?);
            for index in 0..batch.num_rows() {
                let row = Row::new(batch.clone(), index);
                // Tests of no problem are nobody's.
                let Some(problem_id) = row.text("problem_id") else { continue };
                let problem = problems.and_then(|problems| problems.find(problem_id));
                let entry = row.text("entry").or_else(|| problem.as_ref()?.text("entry"));
                gathered.entry(problem_id.to_owned()).or_default().add_row(&row, entry);
            }
        }
        let problems = gathered.into_iter().map(|(id, gathered)| Ok((id, gathered.finish(runner)?)));
        Ok(Self { problems: problems.collect::<Result<_, Fault>>()?, none: ProblemTests::default() })
    }

    /// A problem's tests.
    pub(super) fn of(&self, problem_id: &str) -> Result<&ProblemTests, Fault> {
        let tests = self.problems.get(problem_id).unwrap_or(&self.none);
        tests.fault.as_ref().map_or(Ok(tests), |fault| Err(Fault::row(fault.clone())))
    }
}

impl Gathered {
    fn add_row(&mut self, row: &Row, entry: Option<&str>) {
        match (row.cell("tests"), row.cell("test")) {
            (Cell::List(tests), _) => {
                for (test, number) in tests.iter().zip(1..) {
                    self.add(format!("{}/{number}", row.id()), test, entry);
                }
            }
            (_, Cell::Null) => {}
            (_, test) => self.add(row.id().to_owned(), &test, entry),
        }
    }

    fn add(&mut self, id: String, test: &Cell, entry: Option<&str>) {
        let (key, test) = match Test::of(test, entry) {
            Ok(test) => (Key::Test(test.wording()), Some(test)),
            Err(NoTest::Unreadable(_)) => (Key::None(serde_json::to_string(&Plain(test)).unwrap_or_default()), None),
            Err(error @ NoTest::NoEntry) => {
                let advice = "give the rows of `tests` an `entry`, or wire `problems`";
                self.fault = Some(format!("test `{id}`: {error}: {advice}"));
                return;
            }
        };
        self.tests.entry(key).or_insert(Given { id, count: 0, test }).count += 1;
    }

    fn finish(self, runner: &Runner) -> Result<ProblemTests, Fault> {
        let scripts: Vec<&str> = self.tests.values().filter_map(Given::script).collect();
        let mut are_python = runner.are_python(&scripts)?.into_iter();
        let mut problem = ProblemTests { fault: self.fault, ..ProblemTests::default() };
        let mut runnable = Vec::new();
        for (place, given) in self.tests.into_values().enumerate() {
            let is_test = given.script().is_none() || are_python.next() == Some(true);
            runnable.extend(given.test.filter(|_| is_test).map(|test| (place, test)));
            problem.ids.push(given.id);
            problem.counts.push(given.count);
        }
        runnable.sort_by_key(|(_, test)| test.kind());
        (problem.places, problem.tests) = runnable.into_iter().unzip();
        Ok(problem)
    }
}
