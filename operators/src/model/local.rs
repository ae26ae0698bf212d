//! A checkpoint that runs here: on which device, in how much room.

use std::path::{Path, PathBuf};

use engine::operator::{Context, Fault, Origin, OwnSettings, Resource, Site};
use models::checkpoint::Checkpoint;
use models::config::Config;
use models::device::{DeviceError, DeviceName};
use models::generate::{LocalGenerator, Opening};
use models::reward::Scorer;
use models::weights::Dtype;
use schemars::JsonSchema;
use serde::Deserialize;

use super::lacks;

/// How much room keys and values take where it is not said.
const CACHE_GIB: f64 = 2.0;

/// Where a model runs: settings of whatever reads one.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct Placing {
    /// `cpu`, or `cuda:0` for the first card. Where it is not said, the device that the model's own node names, and
    /// otherwise `cpu`.
    #[schemars(regex(pattern = r"^(cpu|cuda:[0-9]+)$"))]
    pub(crate) device: Option<String>,
    /// How many GiB the model may take for what it has read (keys and values), beside its weights. Default: 2.
    #[schemars(range(min = 0.001))]
    pub(crate) cache_gib: Option<f64>,
}

impl OwnSettings for Placing {
    fn lacks(site: &Site<'_>) -> Result<Vec<String>, Fault> {
        lacks(site)
    }
}

/// A checkpoint, about to be opened.
pub(super) struct Plan {
    folder: PathBuf,
    opening: Opening,
}

impl Placing {
    /// The node's own, and else its model's.
    pub(super) fn read(context: &Context, origin: &Origin) -> Result<Self, Fault> {
        let (own, model): (Self, Self) = (context.settings()?, origin.settings.read()?);
        Ok(own.before(model))
    }

    /// What is said here, and else what is said there.
    pub(super) fn before(self, other: Self) -> Self {
        Self { device: self.device.or(other.device), cache_gib: self.cache_gib.or(other.cache_gib) }
    }

    /// The device, whether it is there or not.
    pub(super) fn device(&self) -> Result<DeviceName, DeviceError> {
        self.device.as_deref().unwrap_or("cpu").parse()
    }
}

impl Plan {
    pub(super) fn new(folder: &Path, dtype: Dtype, placing: &Placing) -> Result<Self, Fault> {
        let checkpoint = Checkpoint::open(folder).map_err(|error| Fault::node(error.to_string()))?;
        let device = placing.device().map_err(|error| Fault::node(error.to_string()))?;
        // Before room is asked for: a card that is not there is told of in other words than one that is full.
        device.open().map_err(|error| Fault::node(error.to_string()))?;
        let cache = (placing.cache_gib.unwrap_or(CACHE_GIB) * f64::from(1 << 30)) as u64;
        let opening = Opening { checkpoint, dtype, device, cache, now: Opening::any_day() };
        Ok(Self { folder: folder.to_owned(), opening })
    }

    /// What stands for the open model: whoever asks for the same shares it.
    pub(super) fn key(&self) -> String {
        format!("{} in {} on {}", self.folder.display(), self.opening.dtype.torch_name(), self.opening.device)
    }

    /// What it takes while it is open.
    pub(super) fn room(&self) -> Vec<Resource> {
        let weights = weights(self.opening.checkpoint.config(), self.opening.dtype);
        vec![Resource { name: resource_of(self.opening.device), amount: weights + self.opening.cache_bytes() }]
    }

    pub(super) fn open(&self) -> Result<LocalGenerator, Fault> {
        self.opening.open().map_err(|error| Fault::node(error.to_string()))
    }

    pub(super) fn open_rewards(&self) -> Result<Scorer, Fault> {
        self.opening.open_rewards().map_err(|error| Fault::node(error.to_string()))
    }
}

/// Of which of the machine's amounts a model takes room.
pub(crate) fn resource_of(device: DeviceName) -> String {
    match device {
        DeviceName::Cpu => "memory".to_owned(),
        card @ DeviceName::Cuda(_) => card.to_string(),
    }
}

/// What a model's weights take, whatever its files have them in.
pub(super) fn weights(config: &Config, dtype: Dtype) -> u64 {
    (config.parameters() * dtype.size()) as u64
}
