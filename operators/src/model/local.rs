//! A checkpoint that runs here: on which device, in how much room.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use engine::operator::{Context, Fault, Origin, Resource};
use models::checkpoint::Checkpoint;
use models::device::DeviceName;
use models::fused::FusedRunner;
use models::generate::batch::Limits;
use models::generate::{ComposedRunner, Language, LocalGenerator};
use models::weights::{Dtype, Placement};
use schemars::JsonSchema;
use serde::Deserialize;

/// Tokens of a page: few enough that texts which begin alike share nearly all of that.
const PAGE_TOKENS: usize = FusedRunner::PAGE_TOKENS;

/// How much room keys and values take where it is not said.
const CACHE_GIB: f64 = 2.0;

/// The day that templates take for today, so that a prompt does not change from one day to the next: the one that
/// Llama's own templates take where nobody tells them.
const TODAY: (i32, u32, u32) = (2024, 7, 26);

/// Where a model runs: settings of whatever reads one.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct Placing {
    /// `cpu`, or `cuda:0` for the first card. Where it is not said, the device that the model's own node names, and
    /// otherwise `cpu`.
    pub(crate) device: Option<String>,
    /// How many GiB the model may take for what it has read (keys and values), beside its weights. Default: 2.
    #[schemars(range(min = 0.001))]
    pub(crate) cache_gib: Option<f64>,
}

/// A checkpoint, about to be opened.
pub(super) struct Plan {
    folder: PathBuf,
    checkpoint: Checkpoint,
    dtype: Dtype,
    device: DeviceName,
    pages: usize,
    bytes: u64,
}

impl Placing {
    /// The node's own, and else its model's.
    pub(super) fn read(context: &Context, origin: &Origin) -> Result<Self, Fault> {
        let (own, model): (Self, Self) = (context.settings()?, origin.settings.read()?);
        Ok(Self { device: own.device.or(model.device), cache_gib: own.cache_gib.or(model.cache_gib) })
    }
}

impl Plan {
    pub(super) fn new(folder: &Path, dtype: Dtype, placing: &Placing) -> Result<Self, Fault> {
        let checkpoint = Checkpoint::open(folder).map_err(|error| Fault::node(error.to_string()))?;
        let device = placing.device.as_deref().unwrap_or("cpu");
        let device: DeviceName = device.parse().map_err(|error| Fault::node(format!("{error}")))?;
        let config = checkpoint.config();
        // On the processor keys and values are in single precision, whatever the weights are in.
        let kept = if device == DeviceName::Cpu { Dtype::F32 } else { dtype };
        let token = 2 * config.windows.len() * config.key_value_heads * config.head_dimension * kept.size();
        let page = (token * PAGE_TOKENS) as f64;
        let room = placing.cache_gib.unwrap_or(CACHE_GIB) * f64::from(1 << 30);
        // More than every sequence of a batch with a full context is of no use.
        let most = Limits::new(0).sequences * config.positions.div_ceil(PAGE_TOKENS);
        let pages = ((room / page) as usize).clamp(1, most);
        let bytes = weights(folder)? + (pages as f64 * page) as u64;
        Ok(Self { folder: folder.to_owned(), checkpoint, dtype, device, pages, bytes })
    }

    /// What stands for the open model: whoever asks for the same shares it.
    pub(super) fn key(&self) -> String {
        format!("{} in {} on {}", self.folder.display(), self.dtype.torch_name(), self.device)
    }

    /// What it takes while it is open.
    pub(super) fn room(&self) -> Vec<Resource> {
        let name = match self.device {
            DeviceName::Cpu => "memory".to_owned(),
            card @ DeviceName::Cuda(_) => card.to_string(),
        };
        vec![Resource { name, amount: self.bytes }]
    }

    pub(super) fn open(&self) -> Result<LocalGenerator, Fault> {
        let node = |error: &dyn std::fmt::Display| Fault::node(error.to_string());
        let device = self.device.open().map_err(|error| node(&error))?;
        let placement = Placement { device, dtype: self.dtype };
        let model = self.checkpoint.language_model(&placement).map_err(|error| node(&error))?;
        let (year, month, day) = TODAY;
        let today = NaiveDate::from_ymd_opt(year, month, day).and_then(|date| date.and_hms_opt(0, 0, 0));
        let language = Language::open(&self.checkpoint, today.unwrap_or_default()).map_err(|error| node(&error))?;
        let (config, limits) = (self.checkpoint.config(), Limits::new(self.pages));
        let started = match self.device {
            DeviceName::Cpu => LocalGenerator::start(FusedRunner::new(model, config, self.pages), limits, language),
            DeviceName::Cuda(_) => {
                let runner = ComposedRunner::new(model, config, self.pages, PAGE_TOKENS);
                LocalGenerator::start(runner, limits, language)
            }
        };
        started.map_err(|error| node(&error))
    }
}

/// The bytes of a checkpoint's weights.
fn weights(folder: &Path) -> Result<u64, Fault> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.path().extension().is_some_and(|extension| extension == "safetensors") {
            // Of what a link leads to: caches of models are made of links.
            bytes += std::fs::metadata(entry.path())?.len();
        }
    }
    Ok(bytes)
}
