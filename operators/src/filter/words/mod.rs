//! The words of a text, as Python's `re.findall(r"\w+", text.lower())` finds them.
//!
//! Owns lowercasing, word boundaries, the 64-bit key of a word, and the way back to the original text.
//! Refuses to know what the words are compared with.

mod boundaries;
mod key;
mod lowercase;
#[cfg(test)]
mod tests;
mod word_list;

pub use word_list::WordList;
