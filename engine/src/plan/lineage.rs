//! Every node that a task's inputs come from, whatever of it is cached.

use std::collections::BTreeSet;

use super::draft::{Draft, Drafts};
use crate::operator::Ancestor;

/// The ancestors of a draft, parents before children.
pub(super) fn lineage(drafts: &Drafts, draft: &Draft) -> Vec<Ancestor> {
    let mut places = BTreeSet::new();
    let mut open: Vec<usize> = draft.inputs.values().map(|input| input.task).collect();
    while let Some(place) = open.pop() {
        if places.insert(place) {
            open.extend(drafts.all[place].inputs.values().map(|input| input.task));
        }
    }
    places.into_iter().filter_map(|place| ancestor(&drafts.all[place])).collect()
}

fn ancestor(draft: &Draft) -> Option<Ancestor> {
    let ingredients = draft.ingredients.as_ref()?;
    let inputs = ingredients.inputs.iter().map(|(port, input)| (port.clone(), input.fingerprint.to_string()));
    let files = ingredients.files.values().flatten();
    Some(Ancestor {
        fingerprint: draft.fingerprint?.to_string(),
        operator: ingredients.operator.clone(),
        version: ingredients.version,
        config: ingredients.config.clone(),
        inputs: inputs.collect(),
        files: files.map(|(path, digest)| (path.clone(), digest.clone())).collect(),
    })
}
