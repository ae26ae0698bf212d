//! A checkpoint's folder. Owns what is read when it is opened, and what only when it is asked for.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::checkpoint::CheckpointError;
use crate::config::{Config, ConfigError, SpecialTokens};
use crate::template::Templates;
use crate::tokenizer::Tokenizer;

/// A checkpoint in a folder. Opening it reads its configuration; weights, tokenizer and template are read when asked
/// for.
#[derive(Debug, Clone)]
pub struct Checkpoint {
    folder: PathBuf,
    config: Config,
    tokens: SpecialTokens,
}

impl Checkpoint {
    /// Opens the checkpoint in a folder.
    pub fn open(folder: &Path) -> Result<Self, CheckpointError> {
        let path = folder.join("config.json");
        let config = Config::read(&path).map_err(|source| CheckpointError::Config { path, source })?;
        let tokens = generation_tokens(folder, &config)?;
        Ok(Self { folder: folder.to_owned(), config, tokens })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The ids that begin and end a generated text: of `generation_config.json` where it has them.
    pub fn tokens(&self) -> &SpecialTokens {
        &self.tokens
    }

    /// The tokenizer.
    pub fn tokenizer(&self) -> Result<Tokenizer, CheckpointError> {
        Ok(Tokenizer::open(&self.folder)?)
    }

    /// The chat templates.
    pub fn templates(&self) -> Result<Templates, CheckpointError> {
        Ok(Templates::open(&self.folder)?)
    }
}

fn generation_tokens(folder: &Path, config: &Config) -> Result<SpecialTokens, CheckpointError> {
    let path = folder.join("generation_config.json");
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(fault) if fault.kind() == ErrorKind::NotFound => return Ok(config.tokens.clone()),
        Err(fault) => return Err(CheckpointError::file("read", &path)(fault)),
    };
    let refuse = |source: ConfigError| CheckpointError::Config { path: path.clone(), source };
    let own = SpecialTokens::parse(&text).map_err(refuse)?;
    Ok(own.or(&config.tokens))
}
