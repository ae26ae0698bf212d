//! The frames that an event file is made of: a length and some bytes, each behind its own checksum.
//!
//! Owns TFRecord's layout. Knows nothing of what the bytes are.

/// Appends a record: its length as 8 bytes, their checksum, its bytes, their checksum; all numbers little-endian.
pub(super) fn append(file: &mut Vec<u8>, bytes: &[u8]) {
    let length = (bytes.len() as u64).to_le_bytes();
    for part in [length.as_slice(), bytes] {
        file.extend_from_slice(part);
        file.extend_from_slice(&masked(crc32c::crc32c(part)).to_le_bytes());
    }
}

/// A checksum as it is stored: a file of records may stand in a record, and the checksum of bytes that hold their own
/// would say little.
fn masked(checksum: u32) -> u32 {
    checksum.rotate_right(15).wrapping_add(0xa282_ead8)
}
