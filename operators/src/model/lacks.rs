//! What a machine lacks for the models that a node uses, told before a run begins. Owns which settings decide it: of an
//! endpoint its own, of a checkpoint those of the node that reads it before those of its own.

use std::collections::BTreeSet;

use engine::operator::{Fault, Maker, Operator, SecretResolver, Site};
use models::device::DeviceName;

use super::endpoint::{Endpoint, Reached};
use super::local::Placing;
use super::ports::{CHECKPOINT, REWARD_MODEL};

/// A sentence for each thing that is not there.
pub(crate) fn lacks(site: &Site<'_>) -> Result<Vec<String>, Fault> {
    let own: Placing = site.settings.read()?;
    // Two models on a card lack the same, which is told once.
    let mut lacking = BTreeSet::new();
    for maker in &site.makers {
        lacking.extend(of(maker, &own, site.secrets)?);
    }
    Ok(lacking.into_iter().collect())
}

fn of(maker: &Maker<'_>, own: &Placing, secrets: &dyn SecretResolver) -> Result<Vec<String>, Fault> {
    match (maker.operator, maker.artifact) {
        (Endpoint::NAME, _) => Ok(maker.settings.read::<Reached>()?.lacks(maker.node, secrets)),
        // What is not known yet is a checkpoint whose folder is not there.
        (_, Some(CHECKPOINT | REWARD_MODEL) | None) => {
            let usable = own.clone().before(maker.settings.read()?).device().and_then(DeviceName::check);
            Ok(usable.err().into_iter().map(|error| error.to_string()).collect())
        }
        _ => Ok(Vec::new()),
    }
}
