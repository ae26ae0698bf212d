//! What is known of a checkpoint before it is made. Owns how a node tells it to those that read the checkpoint.

use engine::operator::{Known, Outlook};
use models::config::Config;
use models::device::DeviceName;
use models::weights::Dtype;
use serde_json::{Value, json};

use super::Placing;
use super::local::weights;

/// A checkpoint to be.
pub(crate) struct Foretold {
    pub(crate) config: Config,
    /// What its weights are computed in.
    pub(crate) dtype: Dtype,
    /// Where it runs, if its node says so.
    device: Option<String>,
}

impl Foretold {
    /// What a node tells of the checkpoint that it names or makes.
    pub(crate) fn new(config: Config, dtype: Dtype, outlook: &Outlook<'_>) -> Self {
        let placing: Placing = outlook.settings.read().unwrap_or_default();
        Self { config, dtype, device: placing.device }
    }

    /// What is known of the checkpoint at a port.
    pub(crate) fn of(outlook: &Outlook<'_>, port: &str) -> Option<Self> {
        let told = outlook.inputs.get(port)?;
        let config = Config::from_json(told["config"].as_object()?.clone()).ok()?;
        let dtype = config.saved_dtype().unwrap_or(Dtype::F32);
        Some(Self { config, dtype, device: told["device"].as_str().map(str::to_owned) })
    }

    /// The same for those that read an output.
    pub(crate) fn tell(&self, port: &str) -> Known {
        let told = json!({"config": Value::Object(self.config.to_json(self.dtype)), "device": self.device});
        [(port.to_owned(), told)].into()
    }

    /// What its weights take.
    pub(crate) fn weights(&self) -> u64 {
        weights(&self.config, self.dtype)
    }

    /// Where a node has it that reads it.
    pub(crate) fn device(&self, outlook: &Outlook<'_>) -> DeviceName {
        let placing: Placing = outlook.settings.read().unwrap_or_default();
        let device = placing.device.or_else(|| self.device.clone());
        device.and_then(|device| device.parse().ok()).unwrap_or(DeviceName::Cpu)
    }
}
