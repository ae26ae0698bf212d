//! What nodes will take of the machine, told before any of them has worked. Owns the way along the edges; what there is to
//! know only operators know.

use super::draft::{Draft, Drafts};
use crate::operator::{ExternalFiles, Known, Need, Outlook};

/// The room that each draft takes while it works, in their order; nothing of those that cannot say.
pub(super) fn forecast(drafts: &Drafts, files: &ExternalFiles) -> Vec<Vec<Need>> {
    let mut known: Vec<Known> = Vec::new();
    let mut needs = Vec::new();
    for draft in &drafts.all {
        let outlook = Outlook { inputs: inputs(draft, &known), files, settings: &draft.node.run.own };
        let operator = draft.node.configured.operator();
        needs.push(operator.needs(&outlook));
        known.push(operator.known(&outlook));
    }
    needs
}

fn inputs(draft: &Draft, known: &[Known]) -> Known {
    let edges = draft.inputs.iter();
    edges.filter_map(|(port, input)| Some((port.clone(), known[input.task].get(&input.output)?.clone()))).collect()
}
