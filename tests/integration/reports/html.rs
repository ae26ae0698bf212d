//! A page, read as a browser's tokenizer reads it.

use html5gum::{Token, Tokenizer};

/// Elements without an end.
const VOID: [&str; 5] = ["meta", "link", "br", "hr", "img"];

/// What a page is made of.
#[derive(Default)]
pub(super) struct Html {
    /// The names of its elements.
    pub(super) elements: Vec<String>,
    /// Every attribute's name and value.
    pub(super) attributes: Vec<(String, String)>,
    /// Its text, style left out.
    pub(super) text: String,
    /// Its style.
    pub(super) style: String,
}

impl Html {
    /// Reads a page.
    ///
    /// # Panics
    /// Where the tokenizer finds a fault, or elements do not end in the order in which they begin.
    pub(super) fn read(page: &str) -> Self {
        let mut html = Self::default();
        let mut open: Vec<String> = Vec::new();
        for Ok(token) in Tokenizer::new(page) {
            match token {
                Token::StartTag(tag) => {
                    let name = String::from_utf8(tag.name.to_vec()).unwrap();
                    html.attributes.extend(tag.attributes.iter().map(|(name, value)| {
                        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
                        (text(name), text(value))
                    }));
                    if !VOID.contains(&name.as_str()) {
                        open.push(name.clone());
                    }
                    html.elements.push(name);
                }
                Token::EndTag(tag) => {
                    assert_eq!(open.pop().unwrap_or_default().as_bytes(), &tag.name[..], "below {open:?}");
                }
                Token::String(text) => {
                    let text = String::from_utf8(text.to_vec()).unwrap();
                    let styled = open.last().is_some_and(|name| name == "style");
                    if styled { &mut html.style } else { &mut html.text }.push_str(&text);
                }
                Token::Error(error) => {
                    panic!("{error:?} after {:?}", html.text.chars().rev().take(60).collect::<String>())
                }
                Token::Doctype(_) | Token::Comment(_) => (),
            }
        }
        assert!(open.is_empty(), "never ended: {open:?}");
        html
    }

    /// Fails where the page would run something, or fetch it.
    pub(super) fn stands_alone(&self) {
        for active in ["script", "iframe", "object", "embed", "img", "form", "base"] {
            assert!(!self.elements.iter().any(|name| name == active), "<{active}>");
        }
        for (name, value) in &self.attributes {
            assert!(!name.starts_with("on") && name != "src", "{name}={value}");
            let inside = value.starts_with('#') || value == "data:,";
            assert!(name != "href" || inside, "{name}={value}");
        }
        assert!(!self.style.contains("url(") && !self.style.contains("@import"));
        let references = self.attributes.iter().filter(|(name, value)| {
            ["href", "style", "d", "xlink:href"].contains(&name.as_str()) && value.contains("http")
        });
        assert_eq!(references.count(), 0);
    }
}
