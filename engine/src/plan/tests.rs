#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use async_trait::async_trait;
use proptest::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::cache::{Cache, Claim, Progress, Provenance, RowLedger, RunRecord, Summary};
use crate::diagnostic::{Sources, Span};
use crate::graph::{EdgeFrom, Graph, Node, RunSettings};
use crate::operator::{
    Context, ExternalFiles, Fault, FileParameter, Inputs, Operator, Outputs, Progress as StepProgress, RowOperator,
    RowWorker, StepOperator, StepWorker, TableOperator,
};
use crate::port::{InputPort, OutputPort, OutputType, PortType};
use crate::row::{Emit, Row};

/// Reads files.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct PlanSource {
    path: String,
    #[serde(default)]
    fields: BTreeMap<String, String>,
}

/// Works on single rows.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct PlanRows {
    #[serde(default = "threshold")]
    threshold: f64,
    #[serde(default)]
    words: Vec<String>,
}

/// Draws random numbers.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct PlanRandom {}

/// Goes step by step.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct PlanSteps {
    steps: u64,
}

fn threshold() -> f64 {
    0.1
}

fn rows_in() -> Vec<InputPort> {
    vec![InputPort::one("rows", "Rows.", PortType::any_rows())]
}

fn rows_out() -> Vec<OutputPort> {
    vec![OutputPort::new("out", "Rows.", OutputType::Is(PortType::any_rows()))]
}

impl Operator for PlanSource {
    const NAME: &'static str = "plan_test.source";
    const VERSION: u32 = 1;

    fn inputs() -> Vec<InputPort> {
        Vec::new()
    }

    fn outputs() -> Vec<OutputPort> {
        rows_out()
    }

    fn files(&self) -> Vec<FileParameter> {
        vec![FileParameter { parameter: "path", pattern: self.path.clone() }]
    }
}

impl Operator for PlanRows {
    const NAME: &'static str = "plan_test.rows";
    const VERSION: u32 = 3;

    fn inputs() -> Vec<InputPort> {
        rows_in()
    }

    fn outputs() -> Vec<OutputPort> {
        rows_out()
    }

    fn identities(&self) -> BTreeMap<String, String> {
        [("checker".to_owned(), "1.2".to_owned())].into()
    }
}

impl Operator for PlanRandom {
    const NAME: &'static str = "plan_test.random";
    const VERSION: u32 = 1;
    const RANDOM: bool = true;

    fn inputs() -> Vec<InputPort> {
        rows_in()
    }

    fn outputs() -> Vec<OutputPort> {
        rows_out()
    }
}

impl Operator for PlanSteps {
    const NAME: &'static str = "plan_test.steps";
    const VERSION: u32 = 1;

    fn inputs() -> Vec<InputPort> {
        rows_in()
    }

    fn outputs() -> Vec<OutputPort> {
        rows_out()
    }
}

/// Plans run nothing.
struct Never;

impl TableOperator for PlanSource {
    fn run(&self, _: &Inputs, _: &Context, _: &mut Outputs<'_>) -> Result<(), Fault> {
        Err(Fault::node("a plan runs nothing"))
    }
}

impl TableOperator for PlanRandom {
    fn run(&self, _: &Inputs, _: &Context, _: &mut Outputs<'_>) -> Result<(), Fault> {
        Err(Fault::node("a plan runs nothing"))
    }
}

impl RowOperator for PlanRows {
    const ROWS: &'static str = "rows";
    type Worker = Never;

    fn open(&self, _: &Inputs, _: &Context) -> Result<Never, Fault> {
        Err(Fault::node("a plan runs nothing"))
    }
}

#[async_trait]
impl RowWorker for Never {
    async fn run(&self, _: &Row, _: &Context, _: &mut Emit<'_>) -> Result<(), Fault> {
        Err(Fault::node("a plan runs nothing"))
    }
}

impl StepOperator for PlanSteps {
    type Worker = Never;

    fn start(&self, _: &Inputs, _: &Context) -> Result<Never, Fault> {
        Err(Fault::node("a plan runs nothing"))
    }

    fn steps(&self) -> Option<u64> {
        Some(self.steps)
    }
}

impl StepWorker for Never {
    fn step(&mut self, _: &Context, _: &mut Emit<'_>) -> Result<StepProgress, Fault> {
        Err(Fault::node("a plan runs nothing"))
    }

    fn save(&self, _: &Path) -> Result<(), Fault> {
        Err(Fault::node("a plan runs nothing"))
    }

    fn restore(&mut self, _: &Path) -> Result<(), Fault> {
        Err(Fault::node("a plan runs nothing"))
    }

    fn finish(self: Box<Self>, _: &Context, _: &mut Outputs<'_>) -> Result<(), Fault> {
        Err(Fault::node("a plan runs nothing"))
    }
}

crate::operator!(table PlanSource);
crate::operator!(table PlanRandom);
crate::operator!(row PlanRows);
crate::operator!(step PlanSteps);

/// A line of a pipeline: name, operator, `with`, the node that `rows` comes from.
type Line<'a> = (&'a str, &'a str, &'a str, Option<&'a str>);

const CHAIN: [Line<'static>; 4] = [
    ("data", "source", "{path: data.jsonl}", None),
    ("clean", "rows", "{}", Some("data")),
    ("sampled", "random", "{}", Some("clean")),
    ("policy", "steps", "{steps: 40}", Some("sampled")),
];

struct World {
    folder: TempDir,
    cache: Cache,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("data.jsonl"), b"{}").unwrap();
        let cache = Cache::open(&folder.path().join(".millrace")).unwrap();
        Self { folder, cache }
    }

    fn graph(&self, lines: &[Line<'_>]) -> Graph {
        let mut nodes: Vec<Node> = Vec::new();
        for (name, operator, with, input) in lines {
            let producer = input.map(|input| nodes.iter().position(|node| node.name == input).unwrap());
            nodes.push(node(name, operator, with, producer));
        }
        let files = ExternalFiles::new(self.folder.path());
        Graph { name: "pipeline".into(), nodes, aliases: BTreeMap::new(), files, metrics: Vec::new() }
    }

    fn plan(&self, lines: &[Line<'_>]) -> Plan {
        plan(&[("base", &self.graph(lines))], &self.cache, None).unwrap()
    }

    /// Does what a run would do: records it, and stores every output that is not there.
    fn run(&self, lines: &[Line<'_>]) {
        let plan = self.plan(lines);
        let run = self.cache.begin_run(RunRecord::of(&plan, 1)).unwrap();
        for task in &plan.tasks {
            if !matches!(task.state, State::Cached { .. }) {
                self.store(task, run.id());
            }
        }
    }

    fn store(&self, task: &Task, run: &str) {
        let Claim::Ours(unfinished) = self.cache.claim(&task.fingerprint.unwrap()).unwrap() else { panic!("theirs") };
        let rows = crate::cache::fixtures::rows(0..10);
        unfinished.commit_parts(0, &[("out", rows)], RowLedger::new(1), b"").unwrap();
        let ports = [("out".to_owned(), PortType::any_rows())].into();
        let provenance = Provenance { run: run.to_owned(), ..Provenance::default() };
        let ingredients = task.ingredients.clone().unwrap();
        unfinished.publish(Summary { ingredients, ports, provenance }).unwrap();
    }

    fn remove(&self, task: &Task) {
        let entry = self.cache.find(&task.fingerprint.unwrap()).present().unwrap();
        fs::remove_dir_all(entry.folder()).unwrap();
    }
}

fn node(name: &str, operator: &str, with: &str, producer: Option<usize>) -> Node {
    let registration = crate::operator::find(&format!("plan_test.{operator}")).unwrap();
    let configured = (registration.configure)(serde_yaml::from_str(with).unwrap()).unwrap();
    let edge = producer.map(|node| ("rows".to_owned(), EdgeFrom { node, output: "out".into() }));
    let place = Span { source: Sources::default().add("test", ""), start: 0, end: 0 };
    let (inputs, run) = (edge.into_iter().collect(), RunSettings::default());
    Node { name: name.into(), registration, configured, inputs, outputs: BTreeMap::new(), run, seed: 17, place }
}

fn task<'a>(plan: &'a Plan, name: &str) -> &'a Task {
    plan.tasks.iter().find(|task| task.names.iter().any(|(_, node)| node == name)).unwrap()
}

fn names(plan: &Plan) -> Vec<&str> {
    plan.tasks.iter().map(|task| task.node.name.as_str()).collect()
}

fn with<'a>(lines: &[Line<'a>], name: &str, config: &'a str) -> Vec<Line<'a>> {
    lines.iter().map(|line| if line.0 == name { (line.0, line.1, config, line.3) } else { *line }).collect()
}

fn changed(field: &str, was: impl Serialize, now: impl Serialize) -> Reason {
    let plain = |value| serde_json::to_value(value).unwrap();
    Reason::Changed { field: field.into(), was: plain(json!(was)), now: plain(json!(now)) }
}

fn parent(node: &str) -> Reason {
    Reason::Parent { port: "rows".into(), node: node.into() }
}

#[test]
fn everything_runs_once() {
    let world = World::new();
    let first = world.plan(&CHAIN);
    assert_eq!(names(&first), ["data", "clean", "sampled", "policy"]);
    assert!(first.tasks.iter().all(|task| task.because == [Reason::First]));
    let states: Vec<_> = first.tasks.iter().map(|task| task.state.clone()).collect();
    let runs = |of| State::Runs { of };
    assert_eq!(states, [runs(None), runs(None), runs(None), runs(Some(40))]);
    world.run(&CHAIN);
    let second = world.plan(&CHAIN);
    for task in &second.tasks {
        assert_eq!(
            (&task.state, task.because.as_slice()),
            (&State::Cached { rows: 10 }, &[][..]),
            "{}",
            task.node.name
        );
    }
}

#[test]
fn a_miss_is_explained_by_what_changed() {
    let cases: [(&str, &str, &str, Vec<Reason>); 5] = [
        ("a value", "clean", "{threshold: 0.3}", vec![changed("config.threshold", 0.1, 0.3)]),
        ("a list", "clean", "{words: [a, b]}", vec![changed("config.words", [(); 0], ["a", "b"])]),
        ("a key", "data", "{path: data.jsonl, fields: {a: b}}", vec![changed("config.fields.a", (), "b")]),
        ("steps", "policy", "{steps: 41}", vec![changed("config.steps", 40, 41)]),
        (
            "two values",
            "clean",
            "{threshold: 1, words: [a]}",
            vec![changed("config.threshold", 0.1, 1.0), changed("config.words", [(); 0], ["a"])],
        ),
    ];
    for (name, node, config, because) in cases {
        let world = World::new();
        world.run(&CHAIN);
        let plan = world.plan(&with(&CHAIN, node, config));
        assert_eq!(task(&plan, node).because, because, "{name}");
        let after = plan.tasks.iter().skip_while(|task| task.node.name != node).skip(1);
        for (task, before) in after.zip(plan.tasks.iter().skip_while(|task| task.node.name != node)) {
            assert_eq!(task.because, [parent(&before.node.name)], "{name}");
        }
    }
}

#[test]
fn the_input_rows_are_known_from_the_cache() {
    let world = World::new();
    world.run(&CHAIN);
    let plan = world.plan(&with(&CHAIN, "clean", "{threshold: 0.3}"));
    assert_eq!(task(&plan, "clean").state, State::Runs { of: Some(10) });
}

#[test]
fn a_changed_file_is_named() {
    let world = World::new();
    world.run(&CHAIN);
    let data = world.folder.path().join("data.jsonl");
    let planned = world.plan(&CHAIN);
    assert!(changed_files(task(&planned, "data"), world.cache.digests()).unwrap().is_empty());
    fs::write(&data, b"{\"other\": 1}").unwrap();
    assert_eq!(changed_files(task(&planned, "data"), world.cache.digests()).unwrap(), std::slice::from_ref(&data));
    let plan = world.plan(&CHAIN);
    let digest = |bytes: &[u8]| crate::table::Digest::of(bytes).to_string();
    let because = changed("files.path.data.jsonl", digest(b"{}"), digest(b"{\"other\": 1}"));
    assert_eq!(task(&plan, "data").because, [because]);
    fs::remove_file(&data).unwrap();
    assert_eq!(changed_files(task(&planned, "data"), world.cache.digests()).unwrap(), [data]);
    let plan = world.plan(&CHAIN);
    for task in &plan.tasks {
        assert_eq!(task.state, State::Unknown { missing: vec!["data.jsonl".into()] });
        assert_eq!((task.fingerprint, task.because.len()), (None, 0));
    }
}

#[test]
fn another_operator_is_one_reason() {
    let world = World::new();
    world.run(&CHAIN);
    let mut lines = CHAIN;
    lines[1] = ("clean", "random", "{}", Some("data"));
    let because = changed("operator", "plan_test.rows", "plan_test.random");
    assert_eq!(task(&world.plan(&lines), "clean").because, [because]);
}

#[test]
fn what_was_there_and_is_gone_is_told_from_what_never_was() {
    let world = World::new();
    let plan = world.plan(&CHAIN);
    let run = world.cache.begin_run(RunRecord::of(&plan, 1)).unwrap();
    world.store(task(&plan, "data"), run.id());
    drop(run);
    world.remove(task(&plan, "data"));
    let again = world.plan(&CHAIN);
    assert!(matches!(task(&again, "data").because[..], [Reason::Gone { .. }]));
    assert_eq!(task(&again, "clean").because, [Reason::Unfinished]);
    world.run(&CHAIN);
    world.run(&CHAIN);
    world.remove(task(&plan, "clean"));
    assert!(matches!(task(&world.plan(&CHAIN), "clean").because[..], [Reason::Gone { .. }]));
}

#[test]
fn damage_is_a_reason() {
    let world = World::new();
    world.run(&CHAIN);
    let plan = world.plan(&CHAIN);
    let entry = world.cache.find(&task(&plan, "clean").fingerprint.unwrap()).present().unwrap();
    fs::write(entry.folder().join("out/part-00000.parquet"), b"PAR1").unwrap();
    let plan = world.plan(&CHAIN);
    let clean = task(&plan, "clean");
    assert_eq!(clean.state, State::Runs { of: Some(10) });
    let [Reason::Gone { message }] = &clean.because[..] else { panic!("{:?}", clean.because) };
    assert!(message.contains("out/part-00000.parquet"), "{message}");
    assert_eq!(task(&plan, "policy").state, State::Cached { rows: 10 });
}

#[test]
fn a_stopped_node_resumes() {
    let world = World::new();
    let plan = world.plan(&CHAIN);
    let begin = |name: &str, progress| {
        let Claim::Ours(unfinished) = world.cache.claim(&task(&plan, name).fingerprint.unwrap()).unwrap() else {
            panic!("theirs")
        };
        unfinished.note_progress(progress).unwrap();
    };
    begin("clean", Progress { done: 7, of: Some(10) });
    begin("policy", Progress { done: 12, of: None });
    let plan = world.plan(&CHAIN);
    assert_eq!(task(&plan, "clean").state, State::Resumes { done: 7, of: Some(10) });
    assert_eq!(task(&plan, "clean").because, [Reason::Unfinished]);
    assert_eq!(task(&plan, "policy").state, State::Resumes { done: 12, of: Some(40) });
}

#[test]
fn only_what_targets_need_is_planned() {
    let world = World::new();
    let mut lines = CHAIN.to_vec();
    lines.push(("aside", "rows", "{threshold: 0.9}", Some("data")));
    let graph = world.graph(&lines);
    let targeted = |names: &[&str]| plan(&[("base", &graph)], &world.cache, Some(names));
    assert_eq!(names(&targeted(&["clean"]).unwrap()), ["data", "clean"]);
    assert_eq!(names(&targeted(&["aside", "clean"]).unwrap()), ["data", "clean", "aside"]);
    world.run(&CHAIN);
    assert_eq!(names(&targeted(&["clean"]).unwrap()), ["clean"], "what is cached needs nothing");
    let aside = targeted(&["aside"]).unwrap();
    assert_eq!(names(&aside), ["data", "aside"]);
    assert_eq!(aside.tasks[1].inputs["rows"], TaskInput { task: 0, output: "out".into() });
    let all = world.plan(&lines);
    world.remove(task(&all, "data"));
    world.remove(task(&all, "sampled"));
    assert_eq!(names(&targeted(&["policy"]).unwrap()), ["policy"], "cached, though its parents are not");
    assert!(targeted(&["policy"]).unwrap().tasks[0].inputs.is_empty());
    assert_eq!(names(&targeted(&["sampled"]).unwrap()), ["clean", "sampled"]);
    assert_eq!(names(&targeted(&["sampled", "aside"]).unwrap()), ["data", "clean", "sampled", "aside"]);
    let error = targeted(&["clena"]).unwrap_err();
    assert_eq!(error.to_string(), "there is no node `clena`; did you mean `clean`?");
}

#[test]
fn variants_share_what_they_agree_on() {
    let world = World::new();
    let base = world.graph(&CHAIN);
    let strict = world.graph(&with(&CHAIN, "sampled", "{}"));
    let longer = world.graph(&with(&CHAIN, "policy", "{steps: 80}"));
    let graphs = [("base", &base), ("strict", &strict), ("longer", &longer)];
    let merged = plan(&graphs, &world.cache, None).unwrap();
    assert_eq!(merged.tasks.len(), 5);
    let labels = |task: &Task| task.names.iter().map(|(variant, _)| variant.clone()).collect::<Vec<_>>();
    assert_eq!(labels(&merged.tasks[0]), ["base", "strict", "longer"]);
    assert_eq!(labels(&merged.tasks[3]), ["base", "strict"]);
    assert_eq!(labels(&merged.tasks[4]), ["longer"]);
    assert_eq!(merged.tasks[4].inputs["rows"].task, 2);
    world.run(&CHAIN);
    let merged = plan(&graphs, &world.cache, None).unwrap();
    let last = &merged.tasks[4];
    assert_eq!(last.because, [changed("config.steps", 40, 80)], "a variant that never ran is compared with the base");
}

#[test]
fn a_hit_and_a_miss_are_explained() {
    let world = World::new();
    world.run(&CHAIN);
    let plan = world.plan(&with(&CHAIN, "policy", "{steps: 80}"));
    let hit = why(task(&plan, "clean"), &world.cache).unwrap();
    assert_eq!(hit.ingredients, task(&plan, "clean").ingredients);
    assert!(hit.made.is_some_and(|made| !made.run.is_empty()));
    let miss = why(task(&plan, "policy"), &world.cache).unwrap();
    assert_eq!((miss.made, miss.because), (None, vec![changed("config.steps", 40, 80)]));
}

fn fingerprint(world: &World, lines: &[Line<'_>], name: &str) -> Fingerprint {
    task(&world.plan(lines), name).fingerprint.unwrap()
}

#[test]
fn what_changes_no_result_changes_no_fingerprint() {
    let world = World::new();
    let own = fingerprint(&world, &CHAIN, "policy");
    let mut renamed = CHAIN;
    renamed[1].0 = "tidy";
    renamed[2].3 = Some("tidy");
    assert_eq!(fingerprint(&world, &renamed, "policy"), own, "a node's name");
    let spelt = with(&CHAIN, "clean", "{words: [], threshold: 0.1}");
    assert_eq!(fingerprint(&world, &spelt, "policy"), own, "defaults written out, keys in another order");
    let mut graph = world.graph(&CHAIN);
    for node in &mut graph.nodes {
        node.run = RunSettings { concurrency: Some(3), retries: Some(9), allow_empty: true };
        node.seed = if node.registration.random { 17 } else { 99 };
    }
    let plan = plan(&[("base", &graph)], &world.cache, None).unwrap();
    assert_eq!(task(&plan, "policy").fingerprint, Some(own), "run settings, and seeds where nothing is random");
}

#[test]
fn the_seed_counts_where_there_is_randomness() {
    let world = World::new();
    let mut graph = world.graph(&CHAIN);
    graph.nodes.iter_mut().for_each(|node| node.seed = 18);
    world.run(&CHAIN);
    let plan = plan(&[("base", &graph)], &world.cache, None).unwrap();
    assert_eq!(task(&plan, "clean").state, State::Cached { rows: 10 });
    assert_eq!(task(&plan, "sampled").because, [changed("seed", 17, 18)]);
    assert_eq!(task(&plan, "policy").because, [parent("sampled")]);
}

fn arbitrary() -> impl Strategy<Value = Ingredients> {
    let word = "[a-z]{0,3}";
    let texts = || prop::collection::btree_map("[a-z]{1,2}", word, 0..3);
    let config = texts().prop_map(|map| serde_json::to_value(map).unwrap());
    let inputs = prop::collection::btree_map("[a-z]{1,2}", (any::<u8>(), word), 0..3).prop_map(|inputs| {
        let input = |(seed, output): (u8, String)| InputIngredient { fingerprint: Fingerprint::of(&[seed]), output };
        inputs.into_iter().map(|(port, parent)| (port, input(parent))).collect()
    });
    let files = prop::collection::btree_map("[a-z]{1,2}", texts(), 0..2);
    let seed = prop::option::of(0u64..3);
    let own = (0u32..2, word, 0u32..3);
    (own, config, seed, inputs, files, texts()).prop_map(
        |((format, operator, version), config, seed, inputs, files, identities)| Ingredients {
            format,
            operator,
            version,
            config,
            seed,
            inputs,
            files,
            identities,
        },
    )
}

proptest! {
    #[test]
    fn fingerprints_are_equal_where_ingredients_are(one in arbitrary(), other in arbitrary()) {
        prop_assert_eq!(one == other, one.fingerprint() == other.fingerprint());
        prop_assert_eq!(one == other, reasons::differences(&one, &other, &BTreeMap::new()).is_empty());
    }

    #[test]
    fn every_field_counts(one in arbitrary(), field in 0usize..8) {
        let mut other = one.clone();
        let input = InputIngredient { fingerprint: Fingerprint::of(b"another"), output: "out".into() };
        match field {
            0 => other.format += 1,
            1 => other.operator.push('x'),
            2 => other.version += 1,
            3 => other.config = json!({"another": 1}),
            4 => other.seed = Some(other.seed.map_or(0, |seed| seed + 1)),
            5 => drop(other.inputs.insert("port".into(), input)),
            6 => drop(other.files.insert("parameter".into(), [("file".to_owned(), "digest".to_owned())].into())),
            _ => drop(other.identities.insert("checker".into(), "2".into())),
        }
        prop_assert_ne!(one.fingerprint(), other.fingerprint());
        prop_assert!(!reasons::differences(&one, &other, &BTreeMap::new()).is_empty());
    }

    #[test]
    fn ingredients_come_back_from_a_file_as_they_were(one in arbitrary()) {
        let text = serde_json::to_string_pretty(&one).unwrap();
        let back: Ingredients = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(back.fingerprint(), one.fingerprint());
    }
}
