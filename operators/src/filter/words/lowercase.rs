//! A text in lowercase, with spaces for all characters outside ASCII that belong to no word.
//!
//! Owns what Unicode says about characters: lowercase, letter or number. Owns the way back to the original text.
//! Refuses to know words: it says which characters may be in one, not where they end.

use std::borrow::Cow;

use unicode_general_category::{GeneralCategory, get_general_category};

use super::key;

/// The one character whose lowercase is two characters, 'i' and a dot above.
const TWO_IMAGES: char = 'İ';

/// A lowercase text, padded with spaces to whole blocks of 64 bytes.
#[derive(Debug, Default)]
pub(super) struct Lowercase {
    text: String,
    /// Where the distance between positions here and in the original text changes; nearly always empty.
    shifts: Vec<Shift>,
}

/// From position `lowercase` on, which is `source` in the original, positions advance alike.
#[derive(Debug, Clone, Copy)]
struct Shift {
    lowercase: usize,
    source: usize,
}

impl Lowercase {
    /// Forgets the text before and takes `source`.
    pub(super) fn read(&mut self, source: &str) {
        self.text.clear();
        self.shifts.clear();
        if source.is_ascii() {
            self.push_ascii(source);
        } else {
            self.push_unicode(&settle_sigmas(source));
        }
        let whole = (self.text.len() + key::READ_AHEAD).next_multiple_of(64);
        self.push_spaces(whole - self.text.len());
    }

    /// The lowercase text and its padding.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The same as [`Self::text`] in blocks; bytes outside ASCII belong to words.
    #[inline]
    pub(super) fn blocks(&self) -> &[[u8; 64]] {
        self.text.as_bytes().as_chunks().0
    }

    /// The position in the original text of the character boundary at `position`.
    pub(super) fn source(&self, position: usize) -> usize {
        let before = self.shifts.partition_point(|shift| shift.lowercase <= position);
        match before.checked_sub(1).map(|last| self.shifts[last]) {
            Some(shift) => shift.source + (position - shift.lowercase),
            None => position,
        }
    }

    fn push_ascii(&mut self, source: &str) {
        let start = self.text.len();
        self.text.push_str(source);
        self.text[start..].make_ascii_lowercase();
    }

    /// Adds `count` spaces, no more than a block and what may be read past it.
    fn push_spaces(&mut self, count: usize) {
        const SPACES: &str = match str::from_utf8(&[b' '; 64 + key::READ_AHEAD]) {
            Ok(spaces) => spaces,
            Err(_) => "",
        };
        self.text.push_str(&SPACES[..count]);
    }

    fn push_unicode(&mut self, source: &str) {
        let mut rest = source;
        while let Some(ascii) = rest.bytes().position(|byte| !byte.is_ascii()) {
            self.push_ascii(&rest[..ascii]);
            let mut characters = rest[ascii..].chars();
            while let Some(character) = characters.next() {
                let after = source.len() - characters.as_str().len();
                self.push_character(character, after);
                if characters.as_str().starts_with(|next: char| next.is_ascii()) {
                    break;
                }
            }
            rest = characters.as_str();
        }
        self.push_ascii(rest);
    }

    /// `after` is the position in the original text where `character` ends.
    fn push_character(&mut self, character: char, after: usize) {
        match word_class(character) {
            WordClass::Outside => self.push_spaces(character.len_utf8()),
            WordClass::Caseless => self.text.push(character),
            WordClass::Cased => self.push_lowercase(character, after),
        }
    }

    fn push_lowercase(&mut self, character: char, after: usize) {
        let start = self.text.len();
        let mut images = character.to_lowercase();
        self.text.extend(images.next());
        if self.text.len() - start != character.len_utf8() {
            self.shifts.push(Shift { lowercase: self.text.len(), source: after });
        }
        // The second image of 'İ' is a mark, which ends the word.
        if images.next().is_some() {
            self.text.push(' ');
            self.shifts.push(Shift { lowercase: self.text.len(), source: after });
        }
    }
}

/// What a character outside ASCII is to a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WordClass {
    /// It divides words.
    Outside,
    /// It is in words and is its own lowercase.
    Caseless,
    /// It is in words and has a lowercase.
    Cased,
}

/// Not `char::is_alphanumeric`: that also takes vowel marks and encircled letters, at which Python divides words.
fn word_class(character: char) -> WordClass {
    use GeneralCategory as C;
    match get_general_category(character) {
        C::UppercaseLetter | C::TitlecaseLetter | C::LetterNumber => WordClass::Cased,
        C::LowercaseLetter | C::ModifierLetter | C::OtherLetter | C::DecimalNumber | C::OtherNumber => {
            WordClass::Caseless
        }
        _ => WordClass::Outside,
    }
}

/// Replaces each 'Σ' by the lowercase that its place in the word asks for, 'σ' or 'ς'.
///
/// It is the one lowercase that depends on the characters around. All three letters have two bytes, so that positions
/// stay what they are.
fn settle_sigmas(source: &str) -> Cow<'_, str> {
    if !source.contains('Σ') {
        return Cow::Borrowed(source);
    }
    let lowercase = source.to_lowercase();
    let mut images = lowercase.chars();
    let settle = |character: char| {
        let image = images.next().unwrap_or(character);
        match character {
            'Σ' => image,
            TWO_IMAGES => {
                images.next();
                character
            }
            _ => character,
        }
    };
    source.chars().map(settle).collect()
}
