//! The model that a training begins with.

use engine::operator::{Context, Fault, Inputs, OwnSettings, Site};
use models::checkpoint::{Checkpoint, CheckpointError};
use models::decoder::LanguageModel;
use models::device::DeviceName;
use models::generate::{Language, Opening};
use models::train::Teaching;
use models::weights::Placement;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::model::{self, Located, Placing};

/// Where a model is trained: a setting under `run`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct Where {
    /// `cpu`, or `cuda:0` for the first card. Where it is not said, the device that the model's own node names, and
    /// otherwise `cpu`.
    #[schemars(regex(pattern = r"^(cpu|cuda:[0-9]+)$"))]
    pub(super) device: Option<String>,
    /// How many GiB a policy may take, while it answers, for what it has read (keys and values). Default: 8, or less where
    /// less is enough.
    #[schemars(range(min = 0.001))]
    pub(super) cache_gib: Option<f64>,
}

impl OwnSettings for Where {
    fn lacks(site: &Site<'_>) -> Result<Vec<String>, Fault> {
        model::lacks(site)
    }
}

/// How much room keys and values take at most where it is not said.
const CACHE_GIB: f64 = 8.0;

impl Where {
    /// How many bytes keys and values may take.
    pub(super) fn cache_bytes(&self) -> u64 {
        (self.cache_gib.unwrap_or(CACHE_GIB) * f64::from(1 << 30)) as u64
    }
}

/// A checkpoint, and where its model is to be trained.
pub(super) struct Base {
    pub(super) checkpoint: Checkpoint,
    pub(super) placement: Placement,
    pub(super) device: DeviceName,
    /// How many bytes keys and values may take while it answers.
    pub(super) cache: u64,
}

impl Base {
    /// The checkpoint that a port holds.
    pub(super) fn open(inputs: &Inputs, port: &str, context: &Context) -> Result<Self, Fault> {
        let Located { folder, dtype } = Located::of(inputs, port)?;
        let (own, model): (Where, Placing) = (context.settings()?, inputs.origin(port)?.settings.read()?);
        let own = Where { device: own.device.or(model.device), cache_gib: own.cache_gib.or(model.cache_gib) };
        let device: DeviceName =
            own.device.as_deref().unwrap_or("cpu").parse().map_err(|error| Fault::node(format!("{error}")))?;
        let opened = device.open().map_err(|error| Fault::node(error.to_string()))?;
        let checkpoint = Checkpoint::open(&folder).map_err(fault)?;
        Ok(Self {
            checkpoint,
            placement: Placement { device: opened.autodiff(), dtype },
            device,
            cache: own.cache_bytes(),
        })
    }

    /// The language model, to be trained.
    pub(super) fn language_model(&self) -> Result<LanguageModel, Fault> {
        self.checkpoint.language_model(&self.placement).map_err(fault)
    }

    /// The language model as it is, outside of any graph.
    pub(super) fn frozen(&self) -> Result<LanguageModel, Fault> {
        let device = self.placement.device.clone().inner();
        self.checkpoint.language_model(&Placement { device, ..self.placement.clone() }).map_err(fault)
    }

    /// How it is spoken to while it answers.
    pub(super) fn language(&self) -> Result<Language, Fault> {
        Language::open(&self.checkpoint, Opening::any_day()).map_err(fault)
    }

    /// How its texts are made into examples.
    pub(super) fn teaching(&self) -> Result<Teaching, Fault> {
        Teaching::open(&self.checkpoint).map_err(fault)
    }
}

/// No model can be made anew by another attempt.
pub(super) fn fault(error: CheckpointError) -> Fault {
    Fault::node(error.to_string())
}
