//! JSON text as Python's `json.loads` reads it.
//!
//! Owns the grammar. serde_json reads neither integers of any size nor `NaN` unless it does so for every crate of the
//! workspace. Refuses to know what the tags of the notation mean.

use std::str::FromStr;

use indexmap::IndexMap;
use num_bigint::BigInt;

use super::{DEPTH, PythonValue, notation};

pub(super) fn parse(text: &str) -> Result<PythonValue, String> {
    let mut reader = Reader { text, position: 0 };
    reader.document().map_err(|fault| {
        let before = &text.as_bytes()[..reader.position];
        let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
        let start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
        let column = String::from_utf8_lossy(&before[start..]).chars().count() + 1;
        format!("no JSON of a Python value: line {line}, column {column}: {fault}")
    })
}

struct Reader<'text> {
    text: &'text str,
    position: usize,
}

impl<'text> Reader<'text> {
    fn document(&mut self) -> Result<PythonValue, String> {
        self.skip_white_space();
        let value = self.value(DEPTH)?;
        self.skip_white_space();
        if self.position == self.text.len() { Ok(value) } else { Err("expected the end of the text".to_owned()) }
    }

    fn value(&mut self, depth: usize) -> Result<PythonValue, String> {
        const NAMES: [(&str, PythonValue); 6] = [
            ("null", PythonValue::None),
            ("true", PythonValue::Bool(true)),
            ("false", PythonValue::Bool(false)),
            ("NaN", PythonValue::Float(f64::NAN)),
            ("Infinity", PythonValue::Float(f64::INFINITY)),
            ("-Infinity", PythonValue::Float(f64::NEG_INFINITY)),
        ];
        if depth == 0 {
            return Err(format!("nested deeper than {DEPTH}"));
        }
        match self.peek() {
            Some(b'[') => self.list(depth - 1),
            Some(b'{') => self.object(depth - 1),
            Some(b'"') => self.string().map(PythonValue::Text),
            _ => match NAMES.into_iter().find(|(name, _)| self.takes(name)) {
                Some((_, value)) => Ok(value),
                None => self.number(),
            },
        }
    }

    fn list(&mut self, depth: usize) -> Result<PythonValue, String> {
        let mut items = Vec::new();
        self.separated(b']', |reader| {
            items.push(reader.value(depth)?);
            Ok(())
        })?;
        Ok(PythonValue::List(items))
    }

    fn object(&mut self, depth: usize) -> Result<PythonValue, String> {
        // Of equal keys the last value counts, at the place of the first, as in a dict.
        let mut members = IndexMap::new();
        self.separated(b'}', |reader| {
            if reader.peek() != Some(b'"') {
                return Err("expected a key in double quotes".to_owned());
            }
            let key = reader.string()?;
            reader.skip_white_space();
            if !reader.takes(":") {
                return Err("expected `:` after the key".to_owned());
            }
            reader.skip_white_space();
            members.insert(key, reader.value(depth)?);
            Ok(())
        })?;
        notation::object(members)
    }

    /// What stands between the bracket at this place and its `end`, separated by commas.
    fn separated(&mut self, end: u8, mut item: impl FnMut(&mut Self) -> Result<(), String>) -> Result<(), String> {
        self.position += 1;
        self.skip_white_space();
        if self.peek() == Some(end) {
            self.position += 1;
            return Ok(());
        }
        loop {
            self.skip_white_space();
            item(self)?;
            self.skip_white_space();
            match self.peek() {
                Some(b',') => self.position += 1,
                Some(byte) if byte == end => {
                    self.position += 1;
                    return Ok(());
                }
                _ => return Err(format!("expected `,` or `{}`", char::from(end))),
            }
        }
    }

    fn number(&mut self) -> Result<PythonValue, String> {
        let start = self.position;
        self.takes("-");
        let first = self.position;
        if self.digits() == 0 {
            self.position = start;
            return Err("expected a value".to_owned());
        }
        if self.position > first + 1 && self.text.as_bytes()[first] == b'0' {
            self.position = first;
            return Err("a number cannot begin with `0`".to_owned());
        }
        let whole = self.position;
        self.part(|reader| reader.takes("."));
        self.part(|reader| {
            let exponent = reader.takes("e") || reader.takes("E");
            if exponent && !reader.takes("+") {
                reader.takes("-");
            }
            exponent
        });
        let digits = &self.text[start..self.position];
        if self.position > whole {
            Ok(PythonValue::Float(digits.parse().expect("Rust reads every float of JSON's grammar")))
        } else {
            Ok(PythonValue::Int(BigInt::from_str(digits).expect("a sign and digits are an integer")))
        }
    }

    /// Reads a part of a number, `lead` and digits, or nothing.
    fn part(&mut self, lead: impl FnOnce(&mut Self) -> bool) {
        let start = self.position;
        if !lead(self) || self.digits() == 0 {
            self.position = start;
        }
    }

    fn digits(&mut self) -> usize {
        let count = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        self.position += count;
        count
    }

    fn string(&mut self) -> Result<String, String> {
        self.position += 1;
        let mut content = String::new();
        loop {
            let rest = self.rest();
            let plain = rest.find(|character| matches!(character, '"' | '\\' | '\0'..='\x1f')).unwrap_or(rest.len());
            content.push_str(&rest[..plain]);
            self.position += plain;
            match self.peek() {
                Some(b'"') => {
                    self.position += 1;
                    return Ok(content);
                }
                Some(b'\\') => content.push(self.escape()?),
                Some(_) => return Err("a control character in a text has to be written with `\\`".to_owned()),
                None => return Err("expected `\"` at the end of the text".to_owned()),
            }
        }
    }

    fn escape(&mut self) -> Result<char, String> {
        self.position += 1;
        let letter = self.peek().ok_or("expected a character after `\\`")?;
        let character = match letter {
            b'"' | b'\\' | b'/' => char::from(letter),
            b'b' => '\x08',
            b'f' => '\x0c',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.code_point(),
            _ => return Err("unknown character after `\\`".to_owned()),
        };
        self.position += 1;
        Ok(character)
    }

    fn code_point(&mut self) -> Result<char, String> {
        let first = self.code_unit()?;
        let mut units = vec![first];
        if (0xd800..0xdc00).contains(&first) && self.rest().starts_with("\\u") {
            self.position += 1;
            units.push(self.code_unit()?);
        }
        match char::decode_utf16(units).next() {
            Some(Ok(character)) => Ok(character),
            _ => Err(format!("half a surrogate pair, `\\u{first:04x}`, is no text")),
        }
    }

    /// The number behind the `u` at this place.
    fn code_unit(&mut self) -> Result<u16, String> {
        let digits = self.rest().get(1..5).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let unit = digits.and_then(|digits| u16::from_str_radix(digits, 16).ok());
        let unit = unit.ok_or("expected four hexadecimal digits after `\\u`")?;
        self.position += 5;
        Ok(unit)
    }

    fn rest(&self) -> &'text str {
        &self.text[self.position..]
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    fn takes(&mut self, expected: &str) -> bool {
        let found = self.rest().starts_with(expected);
        self.position += if found { expected.len() } else { 0 };
        found
    }

    fn skip_white_space(&mut self) {
        self.position += self.rest().bytes().take_while(|byte| b" \t\r\n".contains(byte)).count();
    }
}
