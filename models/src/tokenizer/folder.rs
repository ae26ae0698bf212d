//! A tokenizer's files. Owns which tokens are added to `tokenizer.json` by the configuration beside it.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde_json::{Map, Value, json};
use tokenizers::AddedToken;

use super::{Tokenizer, TokenizerError};

const FILE: &str = "tokenizer.json";
const CONFIG: &str = "tokenizer_config.json";

impl Tokenizer {
    /// Reads the tokenizer in a checkpoint's folder.
    pub fn open(folder: &Path) -> Result<Self, TokenizerError> {
        let path = folder.join(FILE);
        let bytes = fs::read(&path).map_err(TokenizerError::file("read", &path))?;
        let added = added_tokens(&folder.join(CONFIG))?;
        Self::parse(&bytes, &added).map_err(|reason| TokenizerError::Format { path, reason })
    }

    /// Writes a tokenizer into a checkpoint's folder. `special` has the texts of `eos_token` and its like.
    pub fn save(&self, folder: &Path, special: Map<String, Value>) -> Result<(), TokenizerError> {
        let path = folder.join(FILE);
        let text = self.inner().to_string(true).map_err(|fault| TokenizerError::format(&path, fault))?;
        fs::write(&path, text).map_err(TokenizerError::file("write", &path))?;
        let mut config = special;
        config.insert("clean_up_tokenization_spaces".to_owned(), json!(false));
        config.insert("tokenizer_class".to_owned(), json!("PreTrainedTokenizerFast"));
        let path = folder.join(CONFIG);
        let text = format!("{:#}\n", Value::Object(config));
        fs::write(&path, text).map_err(TokenizerError::file("write", &path))
    }

    /// A tokenizer from the bytes of its file and the tokens that are added to it.
    pub(super) fn parse(bytes: &[u8], added: &[(u32, AddedToken)]) -> Result<Self, String> {
        let mut inner = tokenizers::Tokenizer::from_bytes(bytes).map_err(|fault| fault.to_string())?;
        // What a training script left behind; rows are cut and filled up elsewhere.
        inner.with_padding(None).with_truncation(None).map_err(|fault| fault.to_string())?;
        let mut hasher = blake3::Hasher::new();
        hasher.update(bytes);
        for (id, token) in added {
            if inner.id_to_token(*id).as_ref() == Some(&token.content) {
                continue;
            }
            hasher.update(format!("{id} {token:?}").as_bytes());
            let text = token.content.clone();
            inner.add_tokens([token.clone()]).map_err(|fault| fault.to_string())?;
            match inner.token_to_id(&text) {
                Some(given) if given == *id => {}
                given => return Err(format!("`{CONFIG}` gives `{text}` the id {id}, but it gets {given:?}")),
            }
        }
        Ok(Self::new(inner, hasher.finalize()))
    }
}

/// The tokens of `added_tokens_decoder`, by their ids.
fn added_tokens(path: &Path) -> Result<Vec<(u32, AddedToken)>, TokenizerError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(fault) if fault.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(fault) => return Err(TokenizerError::file("read", path)(fault)),
    };
    let config: Map<String, Value> =
        serde_json::from_str(&text).map_err(|fault| TokenizerError::format(path, fault))?;
    let Some(Value::Object(tokens)) = config.get("added_tokens_decoder") else { return Ok(Vec::new()) };
    let parse = |(id, token): (&String, &Value)| Some((id.parse().ok()?, serde_json::from_value(token.clone()).ok()?));
    let tokens: Option<Vec<(u32, AddedToken)>> = tokens.iter().map(parse).collect();
    let mut tokens = tokens.ok_or_else(|| TokenizerError::format(path, "`added_tokens_decoder` is malformed"))?;
    tokens.sort_by_key(|(id, _)| *id);
    Ok(tokens)
}
