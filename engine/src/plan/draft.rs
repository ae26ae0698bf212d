//! The nodes of several graphs as one list of outputs: equal fingerprints are one.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

use super::external::{NodeFiles, digest_all};
use super::ingredients::sorted;
use super::{FORMAT, Fingerprint, Ingredients, InputIngredient, PlanError, TaskInput};
use crate::cache::Digests;
use crate::graph::{Graph, Node};
use crate::operator::ExternalFiles;
use crate::table::Digest;

/// A task before the cache was asked; inputs are places in the list of drafts.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) names: Vec<(String, String)>,
    pub(super) node: Node,
    pub(super) fingerprint: Option<Fingerprint>,
    pub(super) ingredients: Option<Ingredients>,
    pub(super) inputs: BTreeMap<String, TaskInput>,
    pub(super) files: NodeFiles,
    /// Patterns without a file, the node's own and those of the nodes that it depends on.
    pub(super) missing: BTreeSet<String>,
}

/// All drafts in topological order, and for every graph which node became which draft.
pub(super) struct Drafts {
    pub(super) all: Vec<Draft>,
    pub(super) places: Vec<Vec<usize>>,
}

pub(super) fn draft(graphs: &[(&str, &Graph)], digests: &Digests) -> Result<Drafts, PlanError> {
    let files: Vec<Vec<NodeFiles>> = graphs
        .iter()
        .map(|(_, graph)| graph.nodes.iter().map(|node| NodeFiles::of(node, &graph.files)).collect())
        .collect();
    let known = digest_all(files.iter().flatten(), digests)?;
    let mut merging = Merging { drafts: Vec::new(), by_fingerprint: HashMap::new(), digests: known };
    let places = graphs.iter().zip(files).map(|((variant, graph), files)| merging.add(variant, graph, files));
    let places = places.collect();
    Ok(Drafts { all: merging.drafts, places })
}

struct Merging {
    drafts: Vec<Draft>,
    by_fingerprint: HashMap<Fingerprint, usize>,
    digests: HashMap<PathBuf, Digest>,
}

impl Merging {
    /// The place of every node of a graph among the drafts.
    fn add(&mut self, variant: &str, graph: &Graph, files: Vec<NodeFiles>) -> Vec<usize> {
        let mut places = Vec::with_capacity(graph.nodes.len());
        for (node, files) in graph.nodes.iter().zip(files) {
            let draft = self.draft(variant, node, files, &graph.files, &places);
            let place = self.place(draft);
            places.push(place);
        }
        places
    }

    fn place(&mut self, draft: Draft) -> usize {
        let known = draft.fingerprint.and_then(|fingerprint| self.by_fingerprint.get(&fingerprint).copied());
        if let Some(place) = known {
            self.drafts[place].names.extend(draft.names);
            return place;
        }
        let place = self.drafts.len();
        self.by_fingerprint.extend(draft.fingerprint.map(|fingerprint| (fingerprint, place)));
        self.drafts.push(draft);
        place
    }

    fn draft(&self, variant: &str, node: &Node, files: NodeFiles, all: &ExternalFiles, places: &[usize]) -> Draft {
        let inputs = node
            .inputs
            .iter()
            .map(|(port, edge)| (port.clone(), TaskInput { task: places[edge.node], output: edge.output.clone() }));
        let inputs: BTreeMap<String, TaskInput> = inputs.collect();
        let before = inputs.values().flat_map(|input| self.drafts[input.task].missing.iter());
        let missing = files.missing.iter().chain(before).cloned().collect();
        let ingredients = self.ingredients(node, &files, all, &inputs);
        Draft {
            names: vec![(variant.to_owned(), node.name.clone())],
            node: node.clone(),
            fingerprint: ingredients.as_ref().map(Ingredients::fingerprint),
            ingredients,
            inputs,
            files,
            missing,
        }
    }

    /// None while a file of the node or of one before it is missing.
    fn ingredients(
        &self,
        node: &Node,
        files: &NodeFiles,
        all: &ExternalFiles,
        inputs: &BTreeMap<String, TaskInput>,
    ) -> Option<Ingredients> {
        if !files.missing.is_empty() {
            return None;
        }
        let parent = |input: &TaskInput| {
            let fingerprint = self.drafts[input.task].fingerprint?;
            Some(InputIngredient { fingerprint, output: input.output.clone() })
        };
        let inputs = inputs.iter().map(|(port, input)| Some((port.clone(), parent(input)?)));
        Some(Ingredients {
            format: FORMAT,
            operator: node.registration.name.to_owned(),
            version: node.registration.version,
            config: sorted(node.configured.config.clone()),
            seed: node.registration.random.then_some(node.seed),
            inputs: inputs.collect::<Option<_>>()?,
            files: files.ingredients(&self.digests),
            identities: node.configured.operator().identities(all),
        })
    }
}
