//! What an adapter is, apart from its weights: PEFT's `adapter_config.json`. Owns the fields that change a result and every
//! reason to refuse one.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::AdapterError;
use super::names::is_named;
use crate::config::Head;

const FILE: &str = "adapter_config.json";

/// Fields that say nothing about what is computed from stored weights.
const IDLE: [&str; 13] = [
    "auto_mapping",
    "base_model_name_or_path",
    "corda_config",
    "eva_config",
    "inference_mode",
    "init_lora_weights",
    "loftq_config",
    "lora_dropout",
    "megatron_core",
    "peft_version",
    "qalora_group_size",
    "revision",
    "task_type",
];

/// What an adapter is, apart from its weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// How many numbers there are between an adapter's two matrices.
    pub rank: usize,
    /// What their product counts, times the rank.
    pub alpha: f64,
    /// The projections that have one, by the ends of their names: `q_proj`, `mlp.up_proj`. None stands for all projections
    /// of the layers.
    pub targets: Vec<String>,
    /// Modules that are trained whole, by the ends of their names: `score`, for the head of a reward model.
    pub whole: Vec<String>,
}

impl Settings {
    /// Whether a projection has an adapter.
    pub fn is_target(&self, name: &str) -> bool {
        self.targets.is_empty() || is_named(name, &self.targets)
    }
}

impl Default for Settings {
    /// Those of PEFT, on all projections.
    fn default() -> Self {
        Self { rank: 8, alpha: 8.0, targets: Vec::new(), whole: Vec::new() }
    }
}

impl Settings {
    /// Reads the configuration in an adapter's folder.
    pub fn read(folder: &Path) -> Result<Self, AdapterError> {
        let path = folder.join(FILE);
        let text = fs::read_to_string(&path).map_err(AdapterError::file("read", &path))?;
        let fields = serde_json::from_str(&text).map_err(|fault| fault.to_string());
        fields.and_then(Self::parse).map_err(|reason| AdapterError::Config { path, reason })
    }

    /// Writes it there. `base` says where the model is that it belongs to, and the head tells PEFT what it is for.
    pub(super) fn write(&self, head: Head, base: &str, folder: &Path) -> Result<(), AdapterError> {
        let every = |names: &[String]| if names.is_empty() { Value::Null } else { json!(names) };
        let config = json!({
            "base_model_name_or_path": base,
            "bias": "none",
            "fan_in_fan_out": false,
            "inference_mode": true,
            "init_lora_weights": true,
            "lora_alpha": self.alpha,
            "lora_dropout": 0.0,
            "modules_to_save": every(&self.whole),
            "peft_type": "LORA",
            "r": self.rank,
            "target_modules": if self.targets.is_empty() { json!("all-linear") } else { json!(self.targets) },
            "task_type": if head == Head::Reward { "SEQ_CLS" } else { "CAUSAL_LM" },
            "use_dora": false,
            "use_rslora": false,
        });
        let path = folder.join(FILE);
        fs::write(&path, format!("{config:#}\n")).map_err(AdapterError::file("write", &path))
    }

    fn parse(fields: Map<String, Value>) -> Result<Self, String> {
        let mut fields = fields;
        let mut take = |name: &str| fields.remove(name).unwrap_or(Value::Null);
        if take("peft_type") != "LORA" {
            return Err("`peft_type` must be `LORA`".to_owned());
        }
        if !matches!(take("bias").as_str(), None | Some("none")) {
            return Err("`bias` must be `none`: biases stay as they are here".to_owned());
        }
        let rank =
            take("r").as_u64().and_then(|rank| usize::try_from(rank).ok()).ok_or("`r` must be a whole number")?;
        let alpha = take("lora_alpha").as_f64().ok_or("`lora_alpha` must be a number")?;
        let targets = match take("target_modules") {
            Value::String(all) if all == "all-linear" => Vec::new(),
            Value::String(_) => return Err("`target_modules` is a pattern; list the modules' names".to_owned()),
            named => names(&named).ok_or("`target_modules` must be a list of names")?,
        };
        let whole = match take("modules_to_save") {
            Value::Null => Vec::new(),
            named => names(&named).ok_or("`modules_to_save` must be a list of names")?,
        };
        match fields.iter().find(|(name, value)| !IDLE.contains(&name.as_str()) && asks(value)) {
            Some((name, value)) => Err(format!("`{name}` is {value}, which is not supported")),
            None => Ok(Self { rank, alpha, targets, whole }),
        }
    }
}

fn names(list: &Value) -> Option<Vec<String>> {
    list.as_array()?.iter().map(|name| name.as_str().map(str::to_owned)).collect()
}

/// Whether a field asks for anything.
fn asks(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(wanted) => *wanted,
        Value::Array(list) => !list.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        Value::String(_) | Value::Number(_) => true,
    }
}
