//! LaTeX, in tokens. Owns what a sign is; knows no grammar.

use std::fmt::{self, Display, Formatter, Write as _};

/// A token of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// Digits, with or without a point between them.
    Number(String),
    Letter(char),
    /// What follows a backslash.
    Command(String),
    /// What stands in `\text{}` and its kin, without spaces and parentheses, in lower case.
    Text(String),
    /// A letter under something: `\vec{a}`.
    Accent(String),
    /// `\mathbb{R}`.
    Numbers(char),
    /// A matrix begins.
    Begin,
    /// It ends.
    End,
    /// Its next row.
    Row,
    /// A brace that is seen: `\{`.
    OpenSet,
    CloseSet,
    /// Any other sign.
    Sign(char),
}

/// As it was written, nearly.
impl Display for Token {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(text) | Self::Text(text) | Self::Accent(text) => formatter.write_str(text),
            Self::Letter(sign) | Self::Sign(sign) => formatter.write_char(*sign),
            Self::Command(name) => write!(formatter, "\\{name}"),
            Self::Numbers(letter) => write!(formatter, "\\mathbb{{{letter}}}"),
            Self::Begin => formatter.write_str("\\begin"),
            Self::End => formatter.write_str("\\end"),
            Self::Row => formatter.write_str("\\\\"),
            Self::OpenSet => formatter.write_str("\\{"),
            Self::CloseSet => formatter.write_str("\\}"),
        }
    }
}

/// Commands that show nothing.
const SPACES: [&str; 9] = ["quad", "qquad", "limits", "displaystyle", "textstyle", "left", "right", "big", "Big"];

const TEXTS: [&str; 8] = ["text", "textbf", "textit", "textrm", "mbox", "mathrm", "mathbf", "mathit"];

const ACCENTS: [(&str, &str); 10] = [
    ("bar", "bar"),
    ("overline", "bar"),
    ("vec", "vec"),
    ("overrightarrow", "vec"),
    ("tilde", "tilde"),
    ("widetilde", "tilde"),
    ("hat", "hat"),
    ("widehat", "hat"),
    ("mathcal", "math"),
    ("mathfrak", "math"),
];

/// Letters that are no ASCII and the commands for them.
const GREEK: [(char, &str); 22] = [
    ('α', "alpha"),
    ('β', "beta"),
    ('γ', "gamma"),
    ('δ', "delta"),
    ('ε', "epsilon"),
    ('ζ', "zeta"),
    ('η', "eta"),
    ('θ', "theta"),
    ('κ', "kappa"),
    ('λ', "lambda"),
    ('μ', "mu"),
    ('ν', "nu"),
    ('ξ', "xi"),
    ('π', "pi"),
    ('ρ', "rho"),
    ('σ', "sigma"),
    ('τ', "tau"),
    ('φ', "phi"),
    ('χ', "chi"),
    ('ψ', "psi"),
    ('ω', "omega"),
    ('∞', "infty"),
];

/// The tokens of a text, or the sign that is none.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut reader = Reader { rest: text };
    let mut tokens = Vec::new();
    while let Some(first) = reader.rest.chars().next() {
        match reader.token(first)? {
            Some(token) => tokens.push(token),
            None => continue,
        }
    }
    Ok(tokens)
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    /// The next token; nothing where what comes next shows nothing.
    fn token(&mut self, first: char) -> Result<Option<Token>, String> {
        let token = match first {
            '\\' => return self.command(),
            '0'..='9' => Token::Number(self.number()),
            '.' if self.rest[1..].starts_with(|sign: char| sign.is_ascii_digit()) => Token::Number(self.number()),
            'a'..='z' | 'A'..='Z' => self.one(Token::Letter(first), first),
            ' ' | '\t' | '\n' | '\r' | '~' => {
                self.take(first.len_utf8());
                return Ok(None);
            }
            '+' | '-' | '*' | '/' | '^' | '_' | '=' | '<' | '>' | ',' | ';' | ':' | '!' | '|' | '%' | '&' | '('
            | ')' | '[' | ']' | '{' | '}' => self.one(Token::Sign(first), first),
            other => match GREEK.iter().find(|(letter, _)| *letter == other) {
                Some((_, name)) => self.one(Token::Command((*name).to_owned()), first),
                None => return Err(format!("`{other}` is not read")),
            },
        };
        Ok(Some(token))
    }

    fn one(&mut self, token: Token, sign: char) -> Token {
        self.take(sign.len_utf8());
        token
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    fn number(&mut self) -> String {
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let whole = digits(self.rest);
        let part = self.rest[whole..].strip_prefix('.').map_or(0, digits);
        self.take(if part > 0 { whole + 1 + part } else { whole }).to_owned()
    }

    fn command(&mut self) -> Result<Option<Token>, String> {
        let behind = &self.rest[1..];
        let letters = behind.bytes().take_while(u8::is_ascii_alphabetic).count();
        if letters == 0 {
            return self.signed(behind);
        }
        let name = behind[..letters].to_owned();
        self.take(1 + letters);
        if SPACES.contains(&name.as_str()) {
            return Ok(None);
        }
        if TEXTS.contains(&name.as_str()) {
            let said: String = self.braced()?.chars().filter(|sign| !" ()~".contains(*sign)).collect();
            return Ok((!said.is_empty()).then(|| Token::Text(said.to_lowercase())));
        }
        if let Some((_, accent)) = ACCENTS.iter().find(|(command, _)| *command == name) {
            return Ok(Some(Token::Accent(format!("{accent}{{{}}}", self.braced()?.replace(' ', "").to_lowercase()))));
        }
        match name.as_str() {
            "mathbb" => {
                self.braced()?.chars().next().map(Token::Numbers).map(Some).ok_or_else(|| "`\\mathbb`".to_owned())
            }
            "begin" | "end" => self.matrix(&name).map(Some),
            "operatorname" => Ok(Some(Token::Command(self.braced()?.trim().to_owned()))),
            "lbrace" => Ok(Some(Token::OpenSet)),
            "rbrace" => Ok(Some(Token::CloseSet)),
            "lvert" | "rvert" | "vert" | "mid" => Ok(Some(Token::Sign('|'))),
            _ => Ok(Some(Token::Command(name))),
        }
    }

    /// A backslash before a sign.
    fn signed(&mut self, behind: &str) -> Result<Option<Token>, String> {
        let Some(sign) = behind.chars().next() else { return Err("it ends in a backslash".to_owned()) };
        let token = match sign {
            '{' => Some(Token::OpenSet),
            '}' => Some(Token::CloseSet),
            '\\' => Some(Token::Row),
            '%' | '|' => Some(Token::Sign(sign)),
            ',' | ';' | ':' | '!' | ' ' => None,
            other => return Err(format!("`\\{other}` is not read")),
        };
        self.take(1 + sign.len_utf8());
        Ok(token)
    }

    fn matrix(&mut self, name: &str) -> Result<Token, String> {
        let kind = self.braced()?;
        match kind.ends_with("matrix") || kind == "array" {
            true if name == "begin" => {
                if kind == "array" {
                    self.braced()?;
                }
                Ok(Token::Begin)
            }
            true => Ok(Token::End),
            false => Err(format!("`\\{name}{{{kind}}}` is not read")),
        }
    }

    /// What stands in braces.
    fn braced(&mut self) -> Result<&'a str, String> {
        self.rest = self.rest.trim_start();
        let inside = self.rest.strip_prefix('{').and_then(|rest| rest.find('}'));
        let length = inside.ok_or_else(|| "a command lacks its braces".to_owned())?;
        Ok(&self.take(length + 2)[1..=length])
    }
}
