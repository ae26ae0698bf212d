//! Every node that a task's inputs come from, for operators that write it down.

use std::collections::{BTreeMap, BTreeSet};

use crate::cache::Cache;
use crate::operator::Ancestor;
use crate::plan::{Fingerprint, Ingredients, Plan, Task};

/// The ancestors of a task, parents before children. Those that the plan left out, because everything after them is
/// cached, are taken from the store; what was removed there is left out here too.
pub(super) fn lineage(plan: &Plan, task: &Task, cache: &Cache) -> Vec<Ancestor> {
    let planned = plan.tasks.iter().filter_map(|task| Some((task.fingerprint?, task.ingredients.as_ref()?)));
    let mut walk = Walk { planned: planned.collect(), cache, seen: BTreeSet::new(), found: Vec::new() };
    task.ingredients.iter().for_each(|ingredients| walk.parents(ingredients));
    walk.found
}

struct Walk<'a> {
    planned: BTreeMap<Fingerprint, &'a Ingredients>,
    cache: &'a Cache,
    seen: BTreeSet<Fingerprint>,
    found: Vec<Ancestor>,
}

impl Walk<'_> {
    fn parents(&mut self, ingredients: &Ingredients) {
        for input in ingredients.inputs.values() {
            if self.seen.insert(input.fingerprint)
                && let Some(parent) = self.ingredients(&input.fingerprint)
            {
                self.parents(&parent);
                self.found.push(ancestor(&input.fingerprint, &parent));
            }
        }
    }

    fn ingredients(&self, fingerprint: &Fingerprint) -> Option<Ingredients> {
        match self.planned.get(fingerprint) {
            Some(ingredients) => Some((*ingredients).clone()),
            None => self.cache.find(fingerprint).present()?.ingredients().ok(),
        }
    }
}

fn ancestor(fingerprint: &Fingerprint, ingredients: &Ingredients) -> Ancestor {
    let inputs = ingredients.inputs.iter().map(|(port, input)| (port.clone(), input.fingerprint.to_string()));
    let files = ingredients.files.values().flatten();
    Ancestor {
        fingerprint: fingerprint.to_string(),
        operator: ingredients.operator.clone(),
        version: ingredients.version,
        config: ingredients.config.clone(),
        inputs: inputs.collect(),
        files: files.map(|(path, digest)| (path.clone(), digest.clone())).collect(),
    }
}
