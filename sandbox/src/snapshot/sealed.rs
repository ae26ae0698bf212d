//! The file in which a module is kept and carried: its recipe, its digest, its length, and itself, compressed.
//!
//! Owns the format. A seal keeps damage and mix-ups out, not malice: whoever can write the file can also seal it, which
//! is why the store checks who can, and why every module that comes out is verified before it is compiled.

use super::recipe::Identity;
use std::io::Read;

const MAGIC: &[u8; 16] = b"millrace python\n";

/// A module is about 22 MB. A header that says much more would have us fill the memory.
const LARGEST: u64 = 256 << 20;

/// Much of what higher levels save costs ten times as long to make.
const LEVEL: i32 = 9;

/// Why a file is not a sealed module.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Some other file.
    #[error("it is not an interpreter that was exported by millrace")]
    Foreign,
    /// Another version's interpreter.
    #[error("it holds the interpreter {found}, and this millrace needs {wanted}; export it with the same version")]
    Recipe {
        /// What the file holds.
        found: Box<Identity>,
        /// What is wanted.
        wanted: Box<Identity>,
    },
    /// The bytes are not those that were sealed.
    #[error("it was damaged: its content does not match its own digest; remove it, and prepare or carry it again")]
    Damaged,
}

/// Compresses and seals a module.
pub(super) fn seal(identity: Identity, module: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut file = Vec::with_capacity(module.len() / 2);
    file.extend_from_slice(MAGIC);
    file.extend_from_slice(identity.as_bytes());
    file.extend_from_slice(blake3::hash(module).as_bytes());
    file.extend_from_slice(&(module.len() as u64).to_le_bytes());
    file.extend_from_slice(&zstd::bulk::compress(module, LEVEL)?);
    Ok(file)
}

/// Opens a sealed module, if it is the one that is wanted and whole.
pub(super) fn unseal(file: &[u8], wanted: Identity) -> Result<Vec<u8>, SealError> {
    let rest = file.strip_prefix(MAGIC).ok_or(SealError::Foreign)?;
    let (identity, rest) = rest.split_first_chunk::<32>().ok_or(SealError::Damaged)?;
    let (digest, rest) = rest.split_first_chunk::<32>().ok_or(SealError::Damaged)?;
    let (length, compressed) = rest.split_first_chunk::<8>().ok_or(SealError::Damaged)?;
    let (found, length) = (Identity::from_bytes(*identity), u64::from_le_bytes(*length));
    if found != wanted {
        return Err(SealError::Recipe { found: Box::new(found), wanted: Box::new(wanted) });
    }
    let module = decompress(compressed, length).ok_or(SealError::Damaged)?;
    if blake3::hash(&module) == blake3::Hash::from_bytes(*digest) { Ok(module) } else { Err(SealError::Damaged) }
}

fn decompress(compressed: &[u8], length: u64) -> Option<Vec<u8>> {
    let size = usize::try_from(length).ok().filter(|_| length <= LARGEST)?;
    let mut module = Vec::with_capacity(size);
    // One byte more than announced is read, so that a longer content shows.
    zstd::Decoder::new(compressed).ok()?.take(length + 1).read_to_end(&mut module).ok()?;
    (module.len() == size).then_some(module)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_sealed_module_comes_out_as_it_went_in() {
        let module = b"module ".repeat(1000);
        let file = seal(Identity::current(), &module).unwrap();
        assert!(file.len() < module.len());
        assert_eq!(unseal(&file, Identity::current()), Ok(module));
    }

    #[test]
    fn every_damaged_byte_and_every_cut_is_noticed() {
        let file = seal(Identity::current(), b"some module").unwrap();
        for index in 0..file.len() {
            let mut damaged = file.clone();
            damaged[index] ^= 1;
            // The zstd frame has bits that change nothing; then the content is still the right one.
            if let Ok(module) = unseal(&damaged, Identity::current()) {
                assert_eq!(module, b"some module", "byte {index}");
            }
            assert!(unseal(&file[..index], Identity::current()).is_err(), "cut at {index}");
        }
    }

    #[test]
    fn a_header_that_lies_about_the_length_is_refused() {
        let file = seal(Identity::current(), &[7; 100]).unwrap();
        for length in [0, 99, 101, u64::MAX] {
            let mut lying = file.clone();
            lying[80..88].copy_from_slice(&u64::to_le_bytes(length));
            assert_eq!(unseal(&lying, Identity::current()), Err(SealError::Damaged), "{length}");
        }
    }

    #[test]
    fn other_files_and_other_recipes_are_told_apart() {
        assert_eq!(unseal(b"PK\x03\x04", Identity::current()), Err(SealError::Foreign));
        let other = Identity::from_bytes([9; 32]);
        let error = unseal(&seal(other, b"x").unwrap(), Identity::current()).unwrap_err().to_string();
        assert!(error.contains(&other.to_string()) && error.contains(&Identity::current().to_string()), "{error}");
    }
}
