//! Making a plan.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::draft::{Draft, Drafts, draft};
use super::forecast::forecast;
use super::lineage::lineage;
use super::needed::{ancestors, needed, targets};
use super::reasons::differences;
use super::{Plan, PlanError, Reason, State, Task, TaskInput};
use crate::cache::{Cache, Found, History, LastSeen, Progress};
use crate::graph::Graph;
use crate::operator::{Need, Shape};

/// What a run of these graphs would do: each a variant of one pipeline with its label, the base first. With targets
/// only what these need; all nodes otherwise.
///
/// # Errors
/// A target that no graph has, or an external file that cannot be read.
pub fn plan(graphs: &[(&str, &Graph)], cache: &Cache, names: Option<&[&str]>) -> Result<Plan, PlanError> {
    let drafts = draft(graphs, cache.digests())?;
    let targets = targets(graphs, &drafts, names)?;
    let pipeline = graphs.first().map(|(_, graph)| graph.name.clone()).unwrap_or_default();
    let found = ask(&drafts, &ancestors(&drafts, &targets), cache);
    let is_cached = |place: usize| matches!(found.get(&place), Some(Found::Present(_)));
    let needed = needed(&drafts, &targets, is_cached);
    let base = graphs.first().map_or("", |(label, _)| label);
    // All graphs are one manifest's, and so look for files in the same place.
    let needs = graphs.first().map(|(_, graph)| forecast(&drafts, &graph.files)).unwrap_or_default();
    let planning =
        Planning { drafts: &drafts, found: &found, needs, cache, pipeline: &pipeline, base, history: OnceCell::new() };
    let tasks = planning.tasks(&needed);
    Ok(Plan { pipeline, tasks })
}

/// The one question to the cache, asked on all cores: it is one look at every stored file.
fn ask(drafts: &Drafts, places: &BTreeSet<usize>, cache: &Cache) -> HashMap<usize, Found> {
    let known = places.iter().filter_map(|place| Some((*place, drafts.all[*place].fingerprint?)));
    let known: Vec<_> = known.collect();
    known.into_par_iter().map(|(place, fingerprint)| (place, cache.find(&fingerprint))).collect()
}

struct Planning<'a> {
    drafts: &'a Drafts,
    found: &'a HashMap<usize, Found>,
    needs: Vec<Vec<Need>>,
    cache: &'a Cache,
    pipeline: &'a str,
    base: &'a str,
    /// Read only when something must be explained.
    history: OnceCell<History>,
}

impl Planning<'_> {
    fn tasks(&self, needed: &BTreeSet<usize>) -> Vec<Task> {
        let places: HashMap<usize, usize> = needed.iter().enumerate().map(|(task, place)| (*place, task)).collect();
        needed.iter().map(|place| self.task(&self.drafts.all[*place], *place, &places)).collect()
    }

    fn task(&self, draft: &Draft, place: usize, places: &HashMap<usize, usize>) -> Task {
        let inputs = draft.inputs.iter().filter_map(|(port, input)| {
            let task = *places.get(&input.task)?;
            Some((port.clone(), TaskInput { task, output: input.output.clone() }))
        });
        let progress = draft.fingerprint.and_then(|fingerprint| match self.found.get(&place) {
            Some(Found::Present(_)) => None,
            _ => self.cache.unfinished(&fingerprint),
        });
        let state = self.state(draft, place, progress);
        Task {
            fingerprint: draft.fingerprint,
            ingredients: draft.ingredients.clone(),
            names: draft.names.clone(),
            variant: draft.names.first().map(|(variant, _)| variant.clone()).filter(|variant| variant != self.base),
            node: draft.node.clone(),
            inputs: inputs.collect(),
            files: draft.files.found.clone(),
            needs: self.needs[place].clone(),
            lineage: match &state {
                State::Cached { .. } => Vec::new(),
                _ => lineage(self.drafts, draft),
            },
            because: self.because(draft, place, &state),
            state,
        }
    }

    fn state(&self, draft: &Draft, place: usize, progress: Option<Progress>) -> State {
        if draft.fingerprint.is_none() {
            return State::Unknown { missing: draft.missing.iter().cloned().collect() };
        }
        if let Some(Found::Present(entry)) = self.found.get(&place) {
            return State::Cached { rows: entry.total_rows() };
        }
        let of = self.total(draft);
        let resumable = !matches!(draft.node.configured.shape, Shape::Table(_));
        match progress.filter(|progress| resumable && progress.done > 0) {
            Some(progress) => State::Resumes { done: progress.done, of: progress.of.or(of) },
            None => State::Runs { of },
        }
    }

    /// Input rows or steps, where the cache or the configuration knows.
    fn total(&self, draft: &Draft) -> Option<u64> {
        match &draft.node.configured.shape {
            Shape::Table(_) => None,
            Shape::Step(operator) => operator.steps(),
            Shape::Row(operator) => {
                let input = draft.inputs.get(operator.rows_port())?;
                match self.found.get(&input.task)? {
                    Found::Present(entry) => entry.rows(&input.output),
                    Found::Missing | Found::Damaged { .. } => None,
                }
            }
        }
    }

    fn because(&self, draft: &Draft, place: usize, state: &State) -> Vec<Reason> {
        let Some(now) = &draft.ingredients else { return Vec::new() };
        match (state, self.found.get(&place)) {
            (State::Cached { .. } | State::Unknown { .. }, _) => return Vec::new(),
            (State::Resumes { .. }, _) => return vec![Reason::Unfinished],
            (_, Some(Found::Damaged { message })) => return vec![Reason::Gone { message: message.clone() }],
            _ => {}
        }
        match self.last_seen(draft) {
            None => vec![Reason::First],
            Some(seen) if Some(seen.fingerprint) == draft.fingerprint => vec![self.not_there_again(seen)],
            Some(seen) => differences(&seen.ingredients, now, &self.parents(draft)),
        }
    }

    /// The same output was planned before, yet is not there.
    fn not_there_again(&self, seen: &LastSeen) -> Reason {
        if seen.cached || self.cache.finished(&seen.run, &seen.fingerprint) {
            Reason::Gone { message: "the stored output was removed".to_owned() }
        } else {
            Reason::Unfinished
        }
    }

    /// The node in the last run that had it; a variant that never ran is compared with the base.
    fn last_seen(&self, draft: &Draft) -> Option<&LastSeen> {
        let history = self.history.get_or_init(|| self.cache.history(self.pipeline));
        let own = draft.names.iter().find_map(|(variant, node)| history.nodes.get(variant)?.get(node));
        let base = || draft.names.iter().find_map(|(_, node)| history.nodes.get(self.base)?.get(node));
        own.or_else(base)
    }

    fn parents(&self, draft: &Draft) -> BTreeMap<String, String> {
        let name = |input: &TaskInput| self.drafts.all[input.task].names[0].1.clone();
        draft.inputs.iter().map(|(port, input)| (port.clone(), name(input))).collect()
    }
}
