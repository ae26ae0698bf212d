//! What counts for a fingerprint, and what does not.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::json;

use super::super::*;
use super::world::{CHAIN, Line, World, changed, parent, task, with};
use crate::graph::RunSettings;
use crate::operator::Settings;

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
        node.run = RunSettings {
            concurrency: Some(3),
            retries: Some(9),
            allow_empty: true,
            own: Settings::new([("device".to_owned(), "cuda:0".into())].into_iter().collect()),
        };
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
