//! The configuration as a whole. Owns its defaults, which are the reference's, and what it is saved as.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::fields::Fields;
use super::{Architecture, ConfigError, Family, Frequencies, Head, Rotary, SpecialTokens, window};
use crate::weights::Dtype;

/// What a model is, apart from its weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The decoder and its head.
    pub architecture: Architecture,
    /// How many words the embedding has.
    pub vocabulary_size: usize,
    /// The width of hidden states.
    pub hidden_size: usize,
    /// The width inside the MLP.
    pub intermediate_size: usize,
    /// How many heads queries have.
    pub heads: usize,
    /// How many heads keys and values have.
    pub key_value_heads: usize,
    /// The width of a head.
    pub head_dimension: usize,
    /// What is added to a mean square before its root is taken.
    pub norm_epsilon: f64,
    /// Which projections add a bias.
    pub biases: Biases,
    /// Whether the head's weight is the embedding's.
    pub tied: bool,
    /// How positions become angles.
    pub rotary: Rotary,
    /// How far back each layer looks; its length is the number of layers.
    pub windows: Vec<Option<usize>>,
    /// The longest text that the model was made for.
    pub positions: usize,
    /// The deviation of weights that were never trained.
    pub deviation: f64,
    /// Ids with a meaning of their own.
    pub tokens: SpecialTokens,
    /// The file as it was read, to be saved again with all that is not understood here.
    source: Map<String, Value>,
}

/// Which projections add a bias.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Biases {
    /// Queries, keys and values.
    pub query_key_value: bool,
    /// The output of attention.
    pub output: bool,
    /// The projections of the MLP.
    pub mlp: bool,
}

impl Config {
    /// Reads a checkpoint's `config.json`.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = fs::read_to_string(path);
        Self::parse(&text.map_err(|source| ConfigError::Read { path: path.to_owned(), source })?)
    }

    /// Reads the text of a `config.json`.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        Self::from_json(serde_json::from_str(text)?)
    }

    /// Reads a `config.json` that is parsed already.
    pub fn from_json(source: Map<String, Value>) -> Result<Self, ConfigError> {
        let fields = Fields::top(&source);
        let architecture = Architecture::read(fields)?;
        refuse_unsupported(fields, architecture)?;
        let family = architecture.family;
        let layers = fields.required_count("num_hidden_layers")?;
        let hidden_size = fields.required_count("hidden_size")?;
        let heads = fields.required_count("num_attention_heads")?;
        let config = Self {
            architecture,
            vocabulary_size: fields.required_count("vocab_size")?,
            hidden_size,
            intermediate_size: fields.required_count("intermediate_size")?,
            heads,
            key_value_heads: key_value_heads(fields, family, heads)?,
            head_dimension: head_dimension(fields, family, hidden_size, heads)?,
            norm_epsilon: fields.number("rms_norm_eps")?.unwrap_or(1e-6),
            biases: biases(fields, family)?,
            tied: fields.truth("tie_word_embeddings")?.unwrap_or(false) && architecture.head == Head::Language,
            rotary: Rotary::read(fields)?,
            windows: if family == Family::Llama { vec![None; layers] } else { window::read(fields, layers)? },
            positions: fields.count("max_position_embeddings")?.unwrap_or(default_positions(family)),
            deviation: fields.number("initializer_range")?.unwrap_or(0.02),
            tokens: SpecialTokens::read(fields)?,
            source,
        };
        config.check()
    }

    /// The same decoder with another head.
    pub fn with_head(&self, head: Head) -> Self {
        let architecture = Architecture { head, ..self.architecture };
        let mut source = self.source.clone();
        source.insert("architectures".to_owned(), json!([architecture.name()]));
        match head {
            Head::Reward => {
                source.insert("id2label".to_owned(), json!({"0": "LABEL_0"}));
                source.insert("label2id".to_owned(), json!({"LABEL_0": 0}));
            }
            Head::Language => {
                source.shift_remove("id2label");
                source.shift_remove("label2id");
            }
        }
        Self { architecture, tied: self.tied && head == Head::Language, source, ..self.clone() }
    }

    /// The `config.json` of weights that are saved as `dtype`: the one that was read, but for that.
    pub fn to_json(&self, dtype: Dtype) -> Map<String, Value> {
        let mut source = self.source.clone();
        let field = if source.contains_key("torch_dtype") { "torch_dtype" } else { "dtype" };
        source.insert(field.to_owned(), json!(dtype.torch_name()));
        source.insert("architectures".to_owned(), json!([self.architecture.name()]));
        source.insert("model_type".to_owned(), json!(self.architecture.family.kind()));
        source
    }

    /// What the weights were saved as, where the file says it and it is a precision that models are computed in.
    pub fn saved_dtype(&self) -> Option<Dtype> {
        let name = self.source.get("torch_dtype").or_else(|| self.source.get("dtype"))?.as_str()?;
        [Dtype::F32, Dtype::Bf16, Dtype::F16].into_iter().find(|dtype| dtype.torch_name() == name)
    }

    /// Whether queries and keys are normalised for each head.
    pub fn normalises_queries_and_keys(&self) -> bool {
        self.architecture.family == Family::Qwen3
    }

    /// The frequencies of the rotary positions.
    pub fn frequencies(&self) -> Frequencies {
        self.rotary.frequencies(self.head_dimension)
    }

    fn check(self) -> Result<Self, ConfigError> {
        if !self.heads.is_multiple_of(self.key_value_heads) {
            return Err(ConfigError::Contradiction(format!(
                "`num_attention_heads` is {}, which is no multiple of `num_key_value_heads`, {}",
                self.heads, self.key_value_heads
            )));
        }
        if !self.head_dimension.is_multiple_of(2) {
            return Err(ConfigError::Contradiction(format!(
                "a head has {} dimensions, but rotary positions need an even number",
                self.head_dimension
            )));
        }
        Ok(self)
    }
}

/// Fields that the reference reads, with a value that is not done here.
fn refuse_unsupported(fields: Fields<'_>, architecture: Architecture) -> Result<(), ConfigError> {
    if fields.text("hidden_act")?.is_some_and(|name| name != "silu") {
        return Err(fields.unsupported("hidden_act", "the MLP is gated by `silu`"));
    }
    if fields.number("attention_dropout")?.is_some_and(|rate| rate != 0.0) {
        return Err(fields.unsupported("attention_dropout", "attention has no dropout; set it to 0.0"));
    }
    if fields.present("quantization_config").is_some() {
        return Err(fields.unsupported("quantization_config", "weights are f32, bf16 or f16; use those"));
    }
    if architecture.head == Head::Reward && labels(fields)? != 1 {
        let name = if fields.present("num_labels").is_some() { "num_labels" } else { "id2label" };
        return Err(fields.unsupported(name, "a classifier is read as a reward model, which has one label"));
    }
    Ok(())
}

/// How many labels a classifier has; two is the reference's default.
fn labels(fields: Fields<'_>) -> Result<usize, ConfigError> {
    match (fields.present("id2label"), fields.count("num_labels")?) {
        (Some(Value::Object(labels)), _) => Ok(labels.len()),
        (_, Some(labels)) => Ok(labels),
        (_, None) => Ok(2),
    }
}

/// Absent, it is 32 to the reference's Qwen, whatever the number of heads: nobody means that, so it is asked for.
fn key_value_heads(fields: Fields<'_>, family: Family, heads: usize) -> Result<usize, ConfigError> {
    const NAME: &str = "num_key_value_heads";
    match fields.count(NAME)? {
        Some(count) => Ok(count),
        None if family == Family::Llama || fields.has(NAME) => Ok(heads),
        None => Err(ConfigError::Missing(NAME)),
    }
}

fn head_dimension(fields: Fields<'_>, family: Family, hidden: usize, heads: usize) -> Result<usize, ConfigError> {
    match fields.count("head_dim")? {
        Some(width) => Ok(width),
        None if family == Family::Qwen3 && !fields.has("head_dim") => Ok(128),
        None if hidden.is_multiple_of(heads) => Ok(hidden / heads),
        None => Err(ConfigError::Contradiction(format!(
            "`hidden_size` is {hidden}, which is no multiple of `num_attention_heads`, {heads}; give `head_dim`"
        ))),
    }
}

fn biases(fields: Fields<'_>, family: Family) -> Result<Biases, ConfigError> {
    let attention = fields.truth("attention_bias")?.unwrap_or(false);
    let mlp = fields.truth("mlp_bias")?.unwrap_or(false);
    Ok(match family {
        Family::Qwen2 => Biases { query_key_value: true, output: false, mlp: false },
        Family::Qwen3 => Biases { query_key_value: attention, output: attention, mlp: false },
        Family::Llama => Biases { query_key_value: attention, output: attention, mlp },
    })
}

fn default_positions(family: Family) -> usize {
    if family == Family::Llama { 2048 } else { 32_768 }
}
