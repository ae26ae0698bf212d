//! A model into a folder that transformers loads. Owns which files go along with the weights.

use std::fs;
use std::path::Path;

use burn::module::Module;
use serde_json::{Map, Value, json};

use super::CheckpointError;
use crate::adapter;
use crate::config::{Config, Head};
use crate::weights::{self, Dtype};

/// How large a shard of weights becomes at most.
pub const SHARD_BYTES: u64 = 5_000_000_000;

const GENERATION: &str = "generation_config.json";

/// Files beside the weights that a model's users need and training does not change.
const COMPANIONS: [&str; 12] = [
    GENERATION,
    "tokenizer.json",
    "tokenizer_config.json",
    "tokenizer.model",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
    "chat_template.jinja",
    "chat_template.json",
    "additional_chat_templates",
    "LICENSE",
];

/// Saves a model as `dtype`, with the tokenizer and templates that lie in the folder `companions`.
pub fn save<M: Module>(
    model: &M,
    config: &Config,
    dtype: Dtype,
    companions: &Path,
    folder: &Path,
) -> Result<(), CheckpointError> {
    if folder.join("config.json").exists() {
        return Err(CheckpointError::Occupied(folder.to_owned()));
    }
    if adapter::is_attached(model) {
        return Err(CheckpointError::Adapted);
    }
    fs::create_dir_all(folder).map_err(CheckpointError::file("create", folder))?;
    for name in COMPANIONS {
        copy(&companions.join(name), &folder.join(name))?;
    }
    if config.architecture.head == Head::Language && !folder.join(GENERATION).exists() {
        write_json(&folder.join(GENERATION), generation(config))?;
    }
    weights::write(model, folder, dtype, SHARD_BYTES).map_err(CheckpointError::Save)?;
    // Last, since a folder is a checkpoint from here on.
    write_json(&folder.join("config.json"), config.to_json(dtype))
}

/// Copies a file, or a folder of files, that may not be there.
fn copy(from: &Path, to: &Path) -> Result<(), CheckpointError> {
    if from.is_file() {
        fs::copy(from, to).map_err(CheckpointError::file("copy", from))?;
    } else if from.is_dir() {
        fs::create_dir_all(to).map_err(CheckpointError::file("create", to))?;
        for entry in fs::read_dir(from).map_err(CheckpointError::file("read", from))? {
            let entry = entry.map_err(CheckpointError::file("read", from))?;
            copy(&entry.path(), &to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

/// What a model that was never saved before generates by: its own ids, and else the reference's defaults.
fn generation(config: &Config) -> Map<String, Value> {
    let tokens = &config.tokens;
    let end = match tokens.end.as_slice() {
        [] => None,
        [id] => Some(json!(id)),
        ids => Some(json!(ids)),
    };
    let fields = [
        ("bos_token_id", tokens.begin.map(Value::from)),
        ("eos_token_id", end),
        ("pad_token_id", tokens.padding.map(Value::from)),
    ];
    let own = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    [("_from_model_config".to_owned(), json!(true))].into_iter().chain(own).collect()
}

fn write_json(path: &Path, object: Map<String, Value>) -> Result<(), CheckpointError> {
    fs::write(path, format!("{:#}\n", Value::Object(object))).map_err(CheckpointError::file("write", path))
}
