//! The chat templates of a checkpoint. Owns the four places where they may stand, and which one a conversation takes.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde_json::{Map, Value};

use super::{ChatTemplate, Conversation, TemplateError};

const DEFAULT: &str = "default";
const WITH_TOOLS: &str = "tool_use";
const CONFIG: &str = "tokenizer_config.json";

/// The special tokens that a template may name.
const SPECIAL: [&str; 7] = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

/// The chat templates of a checkpoint, by name.
#[derive(Debug, Clone)]
pub struct Templates {
    templates: BTreeMap<String, ChatTemplate>,
    special: Map<String, Value>,
}

impl Templates {
    /// Reads the templates in a checkpoint's folder.
    pub fn open(folder: &Path) -> Result<Self, TemplateError> {
        let config = read_object(&folder.join(CONFIG))?;
        let special = special_tokens(folder, &config)?;
        let files = files(folder)?;
        let sources = if files.is_empty() { older(folder, &config)? } else { files };
        let compiled =
            sources.into_iter().map(|(name, source)| Ok((name, ChatTemplate::compile(&source, special.clone())?)));
        Ok(Self { templates: compiled.collect::<Result<_, TemplateError>>()?, special })
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.templates.is_empty()
    }

    /// The text of a special token that templates may name, such as `eos_token`.
    pub fn special(&self, name: &str) -> Option<&str> {
        self.special.get(name)?.as_str()
    }

    /// Those of a model that knows no conversations.
    pub fn none() -> Self {
        Self { templates: BTreeMap::new(), special: Map::new() }
    }

    /// The one that a conversation takes.
    pub fn choose(&self, conversation: &Conversation) -> Result<&ChatTemplate, TemplateError> {
        let with_tools = conversation.tools.as_ref().and_then(|_| self.templates.get(WITH_TOOLS));
        with_tools.map_or_else(|| self.get(DEFAULT), Ok)
    }

    /// The one of this name.
    pub fn get(&self, name: &str) -> Result<&ChatTemplate, TemplateError> {
        let has = || match self.templates.keys().map(String::as_str).collect::<Vec<_>>().as_slice() {
            [] => "there is none".to_owned(),
            names => format!("only: {}", names.join(", ")),
        };
        self.templates.get(name).ok_or_else(|| TemplateError::Absent { wanted: name.to_owned(), has: has() })
    }

    /// Names all of them: folders of the same digest render the same.
    pub fn digest(&self) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new();
        for (name, template) in &self.templates {
            hasher.update(&(name.len() as u64).to_le_bytes()).update(name.as_bytes());
            hasher.update(template.digest().as_bytes());
        }
        hasher.finalize()
    }
}

/// `chat_template.jinja` and the files in `additional_chat_templates`.
fn files(folder: &Path) -> Result<BTreeMap<String, String>, TemplateError> {
    let mut sources = BTreeMap::new();
    if let Some(source) = read(&folder.join("chat_template.jinja"))? {
        sources.insert(DEFAULT.to_owned(), source);
    }
    let additional = folder.join("additional_chat_templates");
    if additional.is_dir() {
        let fault = |source| TemplateError::File { path: additional.clone(), source };
        for entry in fs::read_dir(&additional).map_err(fault)? {
            let path = entry.map_err(fault)?.path();
            if let (Some("jinja"), Some(name)) = (path.extension().and_then(|end| end.to_str()), path.file_stem()) {
                let name = name.to_string_lossy().into_owned();
                sources.extend(read(&path)?.map(|source| (name, source)));
            }
        }
    }
    Ok(sources)
}

/// `chat_template` in the tokenizer's configuration or in `chat_template.json`: one template, or a list of named ones.
fn older(folder: &Path, config: &Map<String, Value>) -> Result<BTreeMap<String, String>, TemplateError> {
    const FIELD: &str = "chat_template";
    let path = folder.join("chat_template.json");
    let own = read_object(&path)?;
    let malformed =
        || TemplateError::Format { path: folder.join(CONFIG), reason: "`chat_template` is no text".to_owned() };
    match config.get(FIELD).or_else(|| own.get(FIELD)) {
        None | Some(Value::Null) => Ok(BTreeMap::new()),
        Some(Value::String(source)) => Ok(BTreeMap::from([(DEFAULT.to_owned(), source.clone())])),
        Some(Value::Array(named)) => {
            let text = |entry: &Value, field: &str| entry.get(field).and_then(Value::as_str).map(str::to_owned);
            let named = named.iter().map(|entry| Some((text(entry, "name")?, text(entry, "template")?)));
            named.collect::<Option<_>>().ok_or_else(malformed)
        }
        Some(_) => Err(malformed()),
    }
}

/// The texts of special tokens, of the tokenizer's configuration and of the older file that it replaced.
fn special_tokens(folder: &Path, config: &Map<String, Value>) -> Result<Map<String, Value>, TemplateError> {
    let older = read_object(&folder.join("special_tokens_map.json"))?;
    let text = |token: &Value| token.as_str().or_else(|| token.get("content")?.as_str()).map(Value::from);
    let find = |name: &&str| config.get(*name).and_then(text).or_else(|| older.get(*name).and_then(text));
    Ok(SPECIAL.iter().filter_map(|name| Some(((*name).to_owned(), find(name)?))).collect())
}

/// The object in a file; an empty one where there is no file.
fn read_object(path: &Path) -> Result<Map<String, Value>, TemplateError> {
    let Some(text) = read(path)? else { return Ok(Map::new()) };
    serde_json::from_str(&text)
        .map_err(|fault| TemplateError::Format { path: path.to_owned(), reason: fault.to_string() })
}

fn read(path: &Path) -> Result<Option<String>, TemplateError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(fault) if fault.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(TemplateError::File { path: path.to_owned(), source }),
    }
}
