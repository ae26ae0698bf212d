//! A checkpoint about to be opened. Owns how much room it will take, and which runner suits the device.

use chrono::{NaiveDate, NaiveDateTime};

use super::{Language, LocalGenerator};
use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::config::Config;
use crate::decoder::LanguageModel;
use crate::device::{DeviceError, DeviceName};
use crate::fused::FusedRunner;
use crate::generate::batch::Limits;
use crate::generate::{ComposedRunner, GenerateError};
use crate::memory;
use crate::reward;
use crate::weights::{Dtype, Placement};

/// Tokens of a page: few enough that texts which begin alike share nearly all of that.
const PAGE_TOKENS: usize = FusedRunner::PAGE_TOKENS;

/// A checkpoint, and how it is to run.
#[derive(Debug, Clone)]
pub struct Opening {
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// What its weights are computed in.
    pub dtype: Dtype,
    /// Where.
    pub device: DeviceName,
    /// How many bytes keys and values may take.
    pub cache: u64,
    /// What templates take for the present.
    pub now: NaiveDateTime,
}

/// A checkpoint that could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpeningError {
    /// Its files.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The device.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The thread.
    #[error(transparent)]
    Thread(#[from] GenerateError),
}

impl Opening {
    /// The day that templates take for today where nobody says another, so that a prompt does not change from one day to
    /// the next: the one in Llama 3's own templates.
    pub fn any_day() -> NaiveDateTime {
        NaiveDate::from_ymd_opt(2024, 7, 26).and_then(|day| day.and_hms_opt(0, 0, 0)).unwrap_or_default()
    }

    /// With as much room as so many sequences of so many tokens need.
    #[must_use]
    pub fn with_room(self, sequences: usize, tokens: usize) -> Self {
        let pages = sequences.min(Limits::new(0).sequences) * tokens.div_ceil(PAGE_TOKENS);
        // One more for each sequence: what it shares with others is copied when it goes on.
        Self { cache: (pages + sequences) as u64 * self.page_bytes(), ..self }
    }

    /// How many bytes keys and values will take: no more than every sequence of a batch needs for a full context.
    pub fn cache_bytes(&self) -> u64 {
        self.pages() as u64 * self.page_bytes()
    }

    /// Loads the model and starts its thread.
    pub fn open(&self) -> Result<LocalGenerator, OpeningError> {
        let language = Language::open(&self.checkpoint, self.now)?;
        self.start(self.checkpoint.language_model(&self.placement()?)?, language)
    }

    /// Starts the thread of a model that is loaded already: what the checkpoint's has become in training.
    pub fn start(&self, model: LanguageModel, language: Language) -> Result<LocalGenerator, OpeningError> {
        let (config, limits) = (self.checkpoint.config(), Limits::new(self.pages()));
        Ok(match self.device {
            DeviceName::Cpu => LocalGenerator::start(FusedRunner::new(model, config, limits.pages), limits, language)?,
            DeviceName::Cuda(_) => {
                let runner = ComposedRunner::new(model, config, limits.pages, PAGE_TOKENS);
                LocalGenerator::start(runner, limits, language)?
            }
        })
    }

    /// The same of a reward model.
    pub fn open_rewards(&self) -> Result<reward::Scorer, OpeningError> {
        let model = self.checkpoint.reward_model(&self.placement()?)?;
        let reader = reward::Reader::open(&self.checkpoint, self.now)?;
        let (config, limits) = (self.checkpoint.config(), Limits::new(self.pages()));
        Ok(match self.device {
            DeviceName::Cpu => {
                reward::Scorer::start(FusedRunner::of_rewards(model, config, limits.pages), limits, reader)?
            }
            DeviceName::Cuda(_) => {
                let runner = ComposedRunner::of_rewards(model, config, limits.pages, PAGE_TOKENS);
                reward::Scorer::start(runner, limits, reader)?
            }
        })
    }

    fn placement(&self) -> Result<Placement, DeviceError> {
        let device = self.device.open()?;
        memory::give_back(&device);
        Ok(Placement { device, dtype: self.dtype })
    }

    fn pages(&self) -> usize {
        let most = Limits::new(0).sequences * self.checkpoint.config().positions.div_ceil(PAGE_TOKENS);
        usize::try_from(self.cache / self.page_bytes()).unwrap_or(usize::MAX).clamp(1, most)
    }

    fn page_bytes(&self) -> u64 {
        token_bytes(self.checkpoint.config(), self.dtype, self.device) * PAGE_TOKENS as u64
    }
}

/// How many bytes the keys and values of a token take: on the processor they are in single precision, whatever the weights
/// are in.
pub fn token_bytes(config: &Config, dtype: Dtype, device: DeviceName) -> u64 {
    let dtype = if device == DeviceName::Cpu { Dtype::F32 } else { dtype };
    (2 * config.layers() * config.key_value_heads * config.head_dimension * dtype.size()) as u64
}
