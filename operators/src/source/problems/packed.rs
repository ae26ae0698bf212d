//! Tests as LiveCodeBench packs them: JSON, as a pickled text, compressed, in base64.
//!
//! Owns the one kind of pickle that this is. A pickle is a program, and none is run: what is not the pickle of a text is
//! refused.

use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::read::ZlibDecoder;
use serde::de::Error;

/// The JSON, which some problems have as it is.
pub(super) fn json(text: &str) -> Result<String, serde_json::Error> {
    if text.trim_start().starts_with('[') {
        return Ok(text.to_owned());
    }
    let packed = STANDARD.decode(text.trim()).map_err(|error| refused(&format!("not base64: {error}")))?;
    let mut pickle = Vec::new();
    ZlibDecoder::new(packed.as_slice())
        .read_to_end(&mut pickle)
        .map_err(|error| refused(&format!("not zlib: {error}")))?;
    let text = unpickled(&pickle).ok_or_else(|| refused("not the pickle of a text"))?;
    Ok(text.to_owned())
}

fn refused(reason: &str) -> serde_json::Error {
    Error::custom(format!("the private tests cannot be unpacked: {reason}"))
}

/// The text that a pickle holds, of any protocol from 1 on; none where it holds anything else.
fn unpickled(pickle: &[u8]) -> Option<&str> {
    let mut rest = pickle;
    let mut text = None;
    loop {
        let (operation, behind) = rest.split_first()?;
        rest = match operation {
            // The protocol; the length of a frame; the place in the memo: said, and of no consequence here.
            0x80 | b'q' => behind.get(1..)?,
            0x95 => behind.get(8..)?,
            b'r' => behind.get(4..)?,
            0x94 => behind,
            // A text of up to 255 bytes, up to 4 GiB, and longer.
            0x8c | b'X' | 0x8d if text.is_none() => {
                let size = match operation {
                    0x8c => 1,
                    b'X' => 4,
                    _ => 8,
                };
                let (length, behind) = behind.split_at_checked(size)?;
                let mut bytes = [0; 8];
                bytes[..size].copy_from_slice(length);
                let (found, behind) = behind.split_at_checked(usize::try_from(u64::from_le_bytes(bytes)).ok()?)?;
                text = Some(std::str::from_utf8(found).ok()?);
                behind
            }
            b'.' => return text.filter(|_| behind.is_empty()),
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use serde::Deserialize;

    use super::*;

    /// What `fixtures/packed.py` packed.
    #[derive(Deserialize)]
    struct Packed {
        text: String,
        /// How often the text stands in a row.
        times: usize,
        packed: String,
    }

    #[test]
    fn texts_come_back_from_every_protocol() {
        let all: Vec<Packed> = serde_json::from_str(include_str!("fixtures/packed.json")).unwrap();
        assert_eq!(all.len(), 15);
        for Packed { text, times, packed } in all {
            assert_eq!(json(&packed).unwrap(), text.repeat(times));
        }
        assert_eq!(json(" [] ").unwrap(), " [] ");
    }

    #[test]
    fn no_pickle_is_run() {
        let refused: Vec<Packed> = serde_json::from_str(include_str!("fixtures/refused.json")).unwrap();
        for Packed { text, packed, .. } in refused {
            let error = json(&packed).unwrap_err().to_string();
            assert!(error.starts_with("the private tests cannot be unpacked: "), "{text}: {error}");
        }
    }

    #[test]
    fn a_cut_pickle_is_refused() {
        let pickle = b"\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00\x8c\x01a\x94.";
        assert_eq!(unpickled(pickle), Some("a"));
        for length in 0..pickle.len() {
            assert_eq!(unpickled(&pickle[..length]), None, "{length}");
        }
    }
}
