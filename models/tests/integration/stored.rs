//! Files as they may be found: with parameters that lie crookedly, and replaced while they are in use.

use std::fs;
use std::path::Path;

use models::checkpoint::Checkpoint;
use models::decoder::{NoPast, Positions};
use models::weights::{Dtype, Stored};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::fixture::{batch, cpu, folder, numbers};

/// Writes a safetensors file with this header before these bytes.
fn write(path: &Path, header: &Value, bytes: &[u8]) {
    let header = header.to_string();
    let length = (header.len() as u64).to_le_bytes();
    fs::write(path, [&length, header.as_bytes(), bytes].concat()).unwrap();
}

#[test]
fn a_parameter_at_an_odd_place_is_read() {
    let folder = TempDir::new().unwrap();
    let header = json!({
        "half": {"dtype": "BF16", "shape": [1], "data_offsets": [0, 2]},
        "whole": {"dtype": "F32", "shape": [2], "data_offsets": [2, 10]},
    });
    let bytes = [&[0x80, 0x3f][..], &1.5_f32.to_le_bytes(), &(-2.0_f32).to_le_bytes()].concat();
    write(&folder.path().join("model.safetensors"), &header, &bytes);
    let stored = Stored::open(folder.path()).unwrap();
    let read = |name: &str, dtype| stored.tensors()[name].read(dtype).unwrap().iter::<f32>().collect::<Vec<_>>();
    for dtype in [Dtype::F32, Dtype::Bf16, Dtype::F16] {
        assert_eq!(read("half", dtype), [1.0]);
        assert_eq!(read("whole", dtype), [1.5, -2.0]);
    }
}

#[test]
fn every_half_precision_number_is_widened_exactly() {
    let folder = TempDir::new().unwrap();
    let all: Vec<u16> = (0..=u16::MAX).collect();
    let bytes: Vec<u8> = all.iter().flat_map(|bits| bits.to_le_bytes()).collect();
    for (name, dtype) in [("BF16", Dtype::Bf16), ("F16", Dtype::F16)] {
        let header = json!({"all": {"dtype": name, "shape": [all.len()], "data_offsets": [0, bytes.len()]}});
        write(&folder.path().join("model.safetensors"), &header, &bytes);
        let tensor = Stored::open(folder.path()).unwrap().tensors()["all"].clone();
        let wide: Vec<f32> = tensor.read(Dtype::F32).unwrap().iter::<f32>().collect();
        let expected = |bits: &u16| match dtype {
            Dtype::Bf16 => f32::from_bits(u32::from(*bits) << 16),
            _ => half::f16::from_bits(*bits).to_f32_const(),
        };
        for (bits, wide) in all.iter().zip(wide) {
            assert!(wide == expected(bits) || (wide.is_nan() && expected(bits).is_nan()), "{name} {bits:04x}: {wide}");
        }
    }
}

#[test]
fn a_parameter_of_another_precision_is_refused_by_name() {
    let folder = TempDir::new().unwrap();
    let header = json!({"scales": {"dtype": "I8", "shape": [1], "data_offsets": [0, 1]}});
    write(&folder.path().join("model.safetensors"), &header, &[1]);
    let fault = Stored::open(folder.path()).unwrap_err().to_string();
    assert!(fault.contains("`scales`") && fault.contains("is stored as I8, which is not supported"), "{fault}");
}

#[test]
fn a_model_outlives_its_files() {
    let copy = TempDir::new().unwrap();
    let original = folder("fixtures/checkpoints/qwen2-tied-f32");
    for name in ["config.json", "model.safetensors"] {
        fs::copy(original.join(name), copy.path().join(name)).unwrap();
    }
    let placement = cpu(Dtype::F32);
    let model = Checkpoint::open(copy.path()).unwrap().language_model(&placement).unwrap();
    let logits = || {
        let tokens = batch(&[vec![4, 5, 6]], &placement.device);
        numbers(model.forward(tokens, &Positions::beginning([3]), &mut NoPast))
    };
    let before = logits();
    // Replaced as a download replaces it, then deleted.
    let other = copy.path().join("other");
    fs::write(&other, vec![0xff; 30_000]).unwrap();
    fs::rename(&other, copy.path().join("model.safetensors")).unwrap();
    assert_eq!(logits(), before);
    copy.close().unwrap();
    assert_eq!(logits(), before);
}
