//! What a run's outputs were made of, where the run itself left it out because all that reads it was there.

use std::collections::{BTreeMap, HashSet};

use engine::cache::Cache;
use engine::plan::Fingerprint;

use super::Asked;
use super::gather::Made;

/// A run leaves out what only cached outputs are made of; the cache knows it.
pub(super) fn with_ancestors(cache: &Cache, mut made: Vec<Made>, asked: &Asked) -> Vec<Made> {
    let before = made.len();
    let mut known: HashSet<Fingerprint> = made.iter().map(|own| own.fingerprint).collect();
    let parents = |own: &Made| own.ingredients.inputs.values().map(|input| input.fingerprint).collect::<Vec<_>>();
    let mut open: Vec<Fingerprint> = made.iter().flat_map(parents).collect();
    while let Some(parent) = open.pop() {
        if !known.insert(parent) {
            continue;
        }
        let Some(entry) = cache.find(&parent).present() else { continue };
        let Ok(ingredients) = entry.ingredients() else { continue };
        let name = entry.provenance().node.clone();
        let (label, variations) = (name.clone(), Vec::new());
        let own = Made { label, name, asked: false, variations, fingerprint: parent, ingredients, entry: Some(entry) };
        open.extend(parents(&own));
        made.push(own);
    }
    if made.len() == before {
        return made;
    }
    let mut made = sorted(made);
    inherit(&mut made, asked);
    made
}

/// What only cached outputs are made of belongs to the variations that these belong to.
fn inherit(made: &mut [Made], asked: &Asked) {
    let places: BTreeMap<Fingerprint, usize> =
        made.iter().enumerate().map(|(place, own)| (own.fingerprint, place)).collect();
    let order = |label: &String| asked.variations.iter().position(|own| own.label == *label);
    for reader in (0..made.len()).rev() {
        let variations = made[reader].variations.clone();
        let inputs = made[reader].ingredients.inputs.values();
        let parents: Vec<usize> = inputs.filter_map(|input| places.get(&input.fingerprint).copied()).collect();
        for parent in parents {
            let own = &mut made[parent];
            if !own.asked {
                own.variations.extend(variations.iter().cloned());
                own.variations.sort_by_key(order);
                own.variations.dedup();
            }
        }
    }
    for own in made.iter_mut().filter(|own| !own.asked) {
        let first = own.variations.first().filter(|label| order(label).is_some_and(|place| place > 0));
        if let Some(first) = first {
            own.label = format!("{} [{first}]", own.name);
        }
    }
}

/// Producers before their readers, otherwise in the order given.
fn sorted(made: Vec<Made>) -> Vec<Made> {
    let mut waiting = made;
    let mut placed = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let open: HashSet<Fingerprint> = waiting.iter().map(|own| own.fingerprint).collect();
        let ready = |own: &Made| !own.ingredients.inputs.values().any(|input| open.contains(&input.fingerprint));
        let (next, rest): (Vec<_>, Vec<_>) = waiting.into_iter().partition(ready);
        if next.is_empty() {
            placed.extend(rest);
            break;
        }
        placed.extend(next);
        waiting = rest;
    }
    placed
}
