//! A model in training. Owns what changes from step to step, and its way into a folder and back.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Device, Tensor};

use super::TrainError;
use crate::memory::Pools;
use crate::optimize::{self, Gathered, Optimizer, Schedule};
use crate::weights::{Dtype, Stored, refill, write_some};

const WEIGHTS: &str = "model.safetensors";
const OPTIMIZER: &str = "optimizer.safetensors";
const STEPS: &str = "steps";

/// How a model is trained.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// The optimizer's.
    pub optimizer: optimize::Settings,
    /// The learning rate.
    pub schedule: Schedule,
    /// How long a step's gradient is at most; nothing where it may be any length.
    pub greatest_norm: Option<f64>,
}

/// A model and its optimizer.
#[derive(Debug)]
pub struct Trainer<M> {
    /// Nothing only while a step is made.
    model: Option<M>,
    optimizer: Optimizer,
    settings: Settings,
    /// Behind all that takes memory of the device.
    _pools: Pools,
}

/// A step that was made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stepped {
    /// The norm that the gradient had.
    pub norm: f64,
    /// The learning rate.
    pub rate: f64,
}

impl<M: Module> Trainer<M> {
    /// A training that begins. The model is on a device with gradients.
    pub fn new(model: M, settings: Settings) -> Self {
        let pools = Pools::of(&any_device(&model));
        Self { model: Some(model), optimizer: Optimizer::new(settings.optimizer), settings, _pools: pools }
    }

    /// The model as it is now.
    pub fn model(&self) -> &M {
        self.model.as_ref().expect("it is away only while a step is made")
    }

    /// How many steps were made.
    pub fn steps(&self) -> u64 {
        self.optimizer.steps()
    }

    /// Follows gradients by one step. The model stays as it is where they are no numbers.
    pub fn step(&mut self, mut gradients: Gathered) -> Result<Stepped, TrainError> {
        let norm = match self.settings.greatest_norm {
            Some(greatest) => gradients.clip(greatest),
            None => gradients.norm(),
        };
        if !norm.is_finite() {
            return Err(TrainError::NoNumber(norm));
        }
        let rate = self.settings.schedule.at(self.steps());
        let model = self.model.take().expect("it is away only while a step is made");
        self.model = Some(self.optimizer.step(model, gradients, rate));
        Ok(Stepped { norm, rate })
    }

    /// Writes the state into an empty folder: of the parameters those that are trained.
    pub fn save(&self, folder: &Path) -> Result<(), TrainError> {
        let trained = trained(self.model());
        write_some(self.model(), &folder.join(WEIGHTS), |name, dtype| {
            trained.contains(name).then(|| (name.to_owned(), Dtype::of_burn(dtype).unwrap_or(Dtype::F32)))
        })?;
        self.optimizer.save(&folder.join(OPTIMIZER))?;
        let path = folder.join(STEPS);
        let fault = |source| TrainError::File { action: "write", path: path.clone(), source };
        fs::write(&path, self.steps().to_string()).map_err(fault)
    }

    /// Takes back what [`Trainer::save`] wrote.
    pub fn restore(&mut self, folder: &Path) -> Result<(), TrainError> {
        let path = folder.join(STEPS);
        let fault = |source| TrainError::File { action: "read", path: path.clone(), source };
        let steps = fs::read_to_string(&path).map_err(fault)?;
        let steps = steps.parse().map_err(|_| TrainError::Foreign(folder.to_owned()))?;
        let stored = Stored::of_file(&folder.join(WEIGHTS))?;
        let device = any_device(self.model());
        let model = self.model.take().expect("it is away only while a step is made");
        let (model, account) = refill(model, &stored)?;
        self.model = Some(model);
        let lacking = trained(self.model()).iter().any(|name| account.missing.contains(name));
        if lacking || !account.unexpected.is_empty() || !account.misshapen.is_empty() {
            return Err(TrainError::Foreign(folder.to_owned()));
        }
        Ok(self.optimizer.restore(&folder.join(OPTIMIZER), steps, &device.inner())?)
    }
}

/// The names of the parameters that have gradients.
fn trained<M: Module>(model: &M) -> BTreeSet<String> {
    let mut names = Trained { path: Vec::new(), names: BTreeSet::new() };
    model.visit(&mut names);
    names.names
}

/// Where a model's parameters are.
fn any_device<M: Module>(model: &M) -> Device {
    model.devices().into_iter().next().unwrap_or_default()
}

struct Trained {
    path: Vec<String>,
    names: BTreeSet<String>,
}

impl ModuleVisitor for Trained {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        if parameter.val().is_require_grad() {
            self.names.insert(self.path.join("."));
        }
    }
}
