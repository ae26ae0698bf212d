//! The best of the models that were looked at on the way. Owns when there will be no better one.

use std::fs;
use std::path::Path;

use engine::operator::Fault;
use models::decoder::RewardModel;
use serde::{Deserialize, Serialize};

use crate::train::learner::Learner;

const FOLDER: &str = "best";
const FILE: &str = "best.json";

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Best {
    found: Found,
    /// The model that it was found of; nothing before the first look.
    model: Option<RewardModel>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Found {
    /// The least loss.
    loss: Option<f64>,
    /// How many looks since then found none less.
    since: u64,
}

impl Best {
    /// Takes note of a look at the model.
    pub(super) fn look(&mut self, loss: f64, model: impl FnOnce() -> RewardModel) {
        if self.found.loss.is_none_or(|least| loss < least) {
            self.found = Found { loss: Some(loss), since: 0 };
            self.model = Some(model());
        } else {
            self.found.since += 1;
        }
    }

    /// How many looks in a row found none better.
    pub(super) fn since(&self) -> u64 {
        self.found.since
    }

    /// The model, where there was a look at all.
    pub(super) fn model(&self) -> Option<&RewardModel> {
        self.model.as_ref()
    }

    pub(super) fn save(&self, folder: &Path, learner: &Learner<RewardModel>) -> Result<(), Fault> {
        let Some(model) = &self.model else { return Ok(()) };
        let folder = folder.join(FOLDER);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(FILE), serde_json::to_vec(&self.found).expect("plain data"))?;
        learner.save_other(model, &folder)
    }

    pub(super) fn restore(&mut self, folder: &Path, learner: &Learner<RewardModel>) -> Result<(), Fault> {
        let folder = folder.join(FOLDER);
        if !folder.exists() {
            return Ok(());
        }
        let found = serde_json::from_slice(&fs::read(folder.join(FILE))?);
        self.found = found.map_err(|error| Fault::node(format!("{}: {error}", folder.display())))?;
        self.model = Some(learner.restore_other(&folder)?);
        Ok(())
    }
}
