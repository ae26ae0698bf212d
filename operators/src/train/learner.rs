//! A model in training, between the engine's folders and the models' trainer.

use std::fs;
use std::path::Path;

use engine::operator::{Fault, Thing};
use models::adapter;
use models::checkpoint;
use models::config::Config;
use models::optimize::Gathered;
use models::train::{Settings, Stepped, TrainError, Trained, Trainer};
use models::weights::{self, Placement, Stored};

use super::base::{Base, fault};
use super::log::Log;

/// What of a state is the trainer's, and what the log.
const TRAINER: &str = "trainer";
const LOG: &str = "log.jsonl";

/// Where the log stands beside a trained model's weights.
const TRAINING: &str = "training";

/// Where an adapter stands by itself beside the model that it is merged into.
const ADAPTER: &str = "adapter";

/// A model in training, and all that was told of it.
pub(super) struct Learner<M> {
    pub(super) trainer: Trainer<M>,
    pub(super) log: Log,
    base: Base,
    config: Config,
    adapter: Option<adapter::Settings>,
    /// What it takes of the machine, given back with it.
    _room: Option<Thing>,
}

impl<M: Trained> Learner<M> {
    /// A model that is yet to make its first step; `config` is the model's own, whose head may be another than the base's.
    pub(super) fn new(model: M, base: Base, config: Config, settings: Settings) -> Self {
        Self { trainer: Trainer::new(model, settings), log: Log::default(), base, config, adapter: None, _room: None }
    }

    /// The same of a model with an adapter.
    pub(super) fn with_adapter(self, adapter: Option<adapter::Settings>) -> Self {
        Self { adapter, ..self }
    }

    /// The same in room that is held for it.
    pub(super) fn within(self, room: Thing) -> Self {
        Self { _room: Some(room), ..self }
    }

    /// The model as it is now.
    pub(super) fn model(&self) -> &M {
        self.trainer.model()
    }

    /// The model as it is now, outside of any graph.
    pub(super) fn frozen(&self) -> M {
        self.model().frozen()
    }

    /// What it began as.
    pub(super) fn base(&self) -> &Base {
        &self.base
    }

    /// How many steps were made.
    pub(super) fn steps(&self) -> u64 {
        self.trainer.steps()
    }

    /// Follows gradients by one step.
    pub(super) fn step(&mut self, gathered: Gathered) -> Result<Stepped, Fault> {
        let number = self.steps() + 1;
        self.trainer.step(gathered).map_err(|error| match error {
            TrainError::NoNumber(_) => {
                Fault::node(format!("step {number}: {error}; the state before this step is kept"))
            }
            error => Fault::node(error.to_string()),
        })
    }

    pub(super) fn save(&self, folder: &Path) -> Result<(), Fault> {
        let own = folder.join(TRAINER);
        fs::create_dir_all(&own)?;
        // A disk that is full is another's fault, and may not be full the next time.
        let saved = self.trainer.save(&own);
        saved.map_err(|error| Fault::infrastructure(error.to_string()))?;
        self.log.save(&folder.join(LOG))
    }

    pub(super) fn restore(&mut self, folder: &Path) -> Result<(), Fault> {
        let restored = self.trainer.restore(&folder.join(TRAINER));
        restored.map_err(|error| Fault::node(error.to_string()))?;
        self.log = Log::restore(&folder.join(LOG))?;
        Ok(())
    }

    /// Writes the parameters of another model of the same make into an empty folder.
    pub(super) fn save_other(&self, model: &M, folder: &Path) -> Result<(), Fault> {
        let saved = weights::write(model, folder, self.base.placement.dtype, u64::MAX);
        saved.map_err(|error| Fault::infrastructure(error.to_string()))
    }

    /// A model, outside of any graph, with the parameters that [`Learner::save_other`] wrote.
    pub(super) fn restore_other(&self, folder: &Path) -> Result<M, Fault> {
        let placement = self.base.placement.clone();
        let placement = Placement { device: placement.device.inner(), ..placement };
        let filled = Stored::open(folder).and_then(|stored| weights::fill(self.model().frozen(), &stored, &placement));
        filled.map(|(model, _)| model).map_err(|error| Fault::node(error.to_string()))
    }

    /// Writes the model as it is into a folder, with what is not trained of its base and with the log.
    pub(super) fn write(&self, folder: &Path) -> Result<(), Fault> {
        self.write_other(self.model(), folder)
    }

    /// The same of another model of the same make.
    pub(super) fn write_other(&self, model: &M, folder: &Path) -> Result<(), Fault> {
        let (companions, dtype) = (self.base.checkpoint.folder(), self.base.placement.dtype);
        match &self.adapter {
            None => checkpoint::save(model, &self.config, dtype, companions, folder).map_err(fault)?,
            Some(settings) => {
                let merged = adapter::merge(model.frozen());
                checkpoint::save(&merged, &self.config, dtype, companions, folder).map_err(fault)?;
                self.write_adapter(model, settings, &folder.join(ADAPTER))?;
            }
        }
        let beside = folder.join(TRAINING);
        fs::create_dir_all(&beside)?;
        self.log.write(&beside)
    }

    /// Writes the adapter by itself, as PEFT loads it.
    fn write_adapter(&self, model: &M, settings: &adapter::Settings, folder: &Path) -> Result<(), Fault> {
        // Its name alone: where it lies is another place on another machine.
        let base = self.base.checkpoint.folder().file_name().unwrap_or_default().to_string_lossy();
        let written = adapter::save(model, settings, self.config.architecture.head, &base, folder);
        written.map_err(|error| Fault::node(error.to_string()))
    }
}
