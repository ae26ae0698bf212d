//! The training of a tokenizer. Owns its shape: byte-level pair encoding that splits texts as Qwen's does.

use tokenizers::models::TrainerWrapper;
use tokenizers::models::bpe::{BPE, BpeTrainer};
use tokenizers::normalizers::unicode::NFC;
use tokenizers::pre_tokenizers::PreTokenizerWrapper;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::sequence::Sequence;
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
use tokenizers::{AddedToken, SplitDelimiterBehavior};

use super::{Tokenizer, TokenizerError};

/// Words, single digits, punctuation, line ends and spaces, as Qwen2 and Qwen3 split them.
const WORDS: &str =
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

/// What a tokenizer is to become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Training {
    /// How many tokens it has, special ones included; fewer where the corpus has no more.
    pub vocabulary_size: usize,
    /// Its special tokens, which have the first ids and are no part of what is decoded.
    pub special: Vec<String>,
    /// Texts that are one token each and nothing special: they stay in what is decoded.
    pub whole: Vec<String>,
}

/// Trains a tokenizer on a corpus. The same texts in the same order give the same tokenizer.
pub fn train<I>(texts: I, training: &Training) -> Result<Tokenizer, TokenizerError>
where
    I: Iterator<Item = String> + Send,
{
    let alphabet = ByteLevel::alphabet();
    let special = training.special.len() + training.whole.len();
    let least = alphabet.len() + special;
    if training.vocabulary_size < least {
        let given = training.vocabulary_size;
        return Err(TokenizerError::Small { given, special, least });
    }
    let added = |texts: &[String], special| {
        texts.iter().map(|text| AddedToken::from(text.clone(), special)).collect::<Vec<_>>()
    };
    let mut trainer: TrainerWrapper = BpeTrainer::builder()
        .vocab_size(training.vocabulary_size)
        .special_tokens([added(&training.special, true), added(&training.whole, false)].concat())
        .initial_alphabet(alphabet.into_iter().collect())
        .show_progress(false)
        .build()
        .into();
    let fault = |fault: tokenizers::Error| TokenizerError::Train(fault.to_string());
    let mut untrained = untrained().map_err(fault)?;
    untrained.train(&mut trainer, texts).map_err(fault)?;
    // Read back from what would be written, so that a tokenizer is the same before and after it is saved.
    let text = untrained.to_string(true).map_err(fault)?;
    Tokenizer::parse(text.as_bytes(), &[]).map_err(TokenizerError::Train)
}

fn untrained() -> tokenizers::Result<tokenizers::Tokenizer> {
    let split = Split::new(SplitPattern::Regex(WORDS.to_owned()), SplitDelimiterBehavior::Isolated, false)?;
    let bytes = ByteLevel::new(false, false, false);
    let mut tokenizer = tokenizers::Tokenizer::new(BPE::default());
    tokenizer.with_normalizer(Some(NFC))?;
    tokenizer.with_pre_tokenizer(Some(Sequence::new(vec![
        PreTokenizerWrapper::Split(split),
        PreTokenizerWrapper::ByteLevel(bytes),
    ])));
    tokenizer.with_post_processor(Some(bytes));
    tokenizer.with_decoder(Some(ByteLevel::default()));
    Ok(tokenizer)
}
