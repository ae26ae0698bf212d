//! Where references lie, and how numbers are held against them.

use std::fs;
use std::path::{Path, PathBuf};

use burn::tensor::{Device, Int, Tensor, TensorData};
use models::weights::{Dtype, Placement};
use serde::de::DeserializeOwned;

/// A folder under `tests`.
pub fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

/// A case, read from its file.
pub fn read<T: DeserializeOwned>(path: &Path) -> T {
    let text = fs::read_to_string(path).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()))
}

/// Every case in a folder, with its name.
pub fn cases<T: DeserializeOwned>(name: &str) -> Vec<(String, T)> {
    let mut paths: Vec<_> = fs::read_dir(folder(name)).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "no cases in {name}");
    paths.iter().map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), read(path))).collect()
}

pub fn cpu(dtype: Dtype) -> Placement {
    Placement { device: Device::flex(), dtype }
}

/// Rows of tokens, filled up to the longest.
pub fn batch(rows: &[Vec<i64>], device: &Device) -> Tensor<2, Int> {
    let columns = rows.iter().map(Vec::len).max().unwrap();
    let filled: Vec<i64> =
        rows.iter().flat_map(|row| row.iter().copied().chain(std::iter::repeat(0)).take(columns)).collect();
    Tensor::from_data(TensorData::new(filled, [rows.len(), columns]), device)
}

/// The numbers of a tensor, in their order.
pub fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().iter::<f32>().collect()
}

/// The furthest that two lists of numbers are apart; relative where they are larger than one.
pub fn distance(ours: &[f32], theirs: &[f32]) -> f32 {
    assert_eq!(ours.len(), theirs.len());
    ours.iter().zip(theirs).map(|(ours, theirs)| (ours - theirs).abs() / theirs.abs().max(1.0)).fold(0.0, f32::max)
}
