//! One safetensors file. Owns its layout; the file appears whole or not at all, and whoever has mapped the one that it
//! replaces keeps that one.

use std::collections::HashMap;
use std::fs::Permissions;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use safetensors::tensor::{Metadata, TensorInfo};

use super::WeightsError;
use super::write::Parameter;

/// How many numbers are written at a time, so that no parameter is in memory twice.
const PIECE: usize = 1 << 20;

/// Writes parameters into a file.
pub(super) fn write(mut parameters: Vec<Parameter>, path: &Path) -> Result<(), WeightsError> {
    parameters.sort_by(|left, right| left.name.cmp(&right.name));
    let header = header(&parameters).map_err(|reason| WeightsError::format(path, reason))?;
    write_whole(&header, &parameters, path).map_err(WeightsError::file("write", path))
}

fn header(parameters: &[Parameter]) -> Result<Vec<u8>, safetensors::SafeTensorError> {
    let mut end = 0;
    let place = |parameter: &Parameter| {
        let begin = end;
        end += parameter.bytes();
        let dtype = parameter.dtype.to_file();
        (parameter.name.clone(), TensorInfo { dtype, shape: parameter.shape.clone(), data_offsets: (begin, end) })
    };
    // transformers refuses a file that does not say which library's layout it has.
    let library = HashMap::from([("format".to_owned(), "pt".to_owned())]);
    let metadata = Metadata::new(Some(library), parameters.iter().map(place).collect())?;
    let mut header = serde_json::to_vec(&metadata)?;
    // So that the numbers are aligned.
    header.resize(header.len().next_multiple_of(8), b' ');
    Ok(header)
}

fn write_whole(header: &[u8], parameters: &[Parameter], path: &Path) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    // Readable by others as far as the process's mask says, as any file is.
    let file = tempfile::Builder::new().permissions(Permissions::from_mode(0o666)).tempfile_in(folder)?;
    let mut writer = BufWriter::new(file.as_file());
    writer.write_all(&(header.len() as u64).to_le_bytes())?;
    writer.write_all(header)?;
    for parameter in parameters {
        for begin in (0..parameter.count()).step_by(PIECE) {
            let piece = (parameter.read)(begin..parameter.count().min(begin + PIECE));
            writer.write_all(&piece.bytes)?;
        }
    }
    writer.flush()?;
    drop(writer);
    file.persist(path).map(drop).map_err(|fault| fault.error)
}
