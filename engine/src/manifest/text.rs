//! From a file's bytes to text.

use crate::diagnostic::Diagnostic;

/// The bytes as text.
///
/// # Errors
/// A diagnostic without a place, which says at which line and byte the text stops being UTF-8: a place would need the
/// text that cannot be shown.
pub fn decode(bytes: &[u8]) -> Result<&str, Diagnostic> {
    std::str::from_utf8(bytes).map_err(|error| {
        let offset = error.valid_up_to();
        let line = bytes[..offset].iter().filter(|byte| **byte == b'\n').count() + 1;
        let byte = bytes.get(offset).copied().unwrap_or_default();
        let message = format!("the file is not UTF-8: byte 0x{byte:02X} on line {line}, {offset} bytes from the start");
        let help = match bytes {
            [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => "the file is UTF-16; save it as UTF-8",
            _ => "save the file as UTF-8, for example with `iconv -f LATIN1 -t UTF-8`",
        };
        Diagnostic::error("manifest::encoding", message).help(help)
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn names_the_line_and_the_byte() {
        let fault = decode(b"name: x\nnote: caf\xe9\n").unwrap_err();
        assert_eq!(fault.code, "manifest::encoding");
        assert_eq!(fault.message, "the file is not UTF-8: byte 0xE9 on line 2, 17 bytes from the start");
        assert!(decode(&[0xFF, 0xFE, b'n', 0]).unwrap_err().help.unwrap().contains("UTF-16"));
        assert!(decode(b"cut \xe6\x97").is_err());
        assert_eq!(decode("naïve".as_bytes()).unwrap(), "naïve");
    }
}
