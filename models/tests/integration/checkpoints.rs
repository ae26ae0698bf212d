//! Checkpoints that `save_pretrained` wrote: loaded, computed with, saved and compared.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use models::checkpoint::{Checkpoint, CheckpointError, save};
use models::config::Head;
use models::decoder::{NoPast, Positions};
use models::weights::{self, Dtype, Stored};
use serde::Deserialize;
use serde_json::Value;
use tempfile::TempDir;

use crate::fixture::{batch, cpu, distance, folder, numbers, read};

#[derive(Deserialize)]
struct Expected {
    row: Vec<i64>,
    output: Vec<Vec<f32>>,
}

fn checkpoints() -> Vec<PathBuf> {
    let mut folders: Vec<_> =
        fs::read_dir(folder("fixtures/checkpoints")).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    assert_eq!(folders.len(), 4);
    folders
}

/// The outputs of a checkpoint's own row.
fn output(path: &Path, expected: &Expected, dtype: Dtype) -> Vec<f32> {
    let checkpoint = Checkpoint::open(path).unwrap();
    let placement = cpu(dtype);
    let tokens = batch(std::slice::from_ref(&expected.row), &placement.device);
    let positions = Positions::beginning([expected.row.len()]);
    match checkpoint.config().architecture.head {
        Head::Language => {
            let model = checkpoint.language_model(&placement).unwrap();
            numbers(model.forward(tokens, &positions, &mut NoPast))
        }
        Head::Reward => numbers(checkpoint.reward_model(&placement).unwrap().forward(tokens, &positions)),
    }
}

#[test]
fn a_checkpoint_gives_what_it_gives_in_transformers() {
    for path in checkpoints() {
        let expected: Expected = read(&path.join("expected.json"));
        let apart = distance(&output(&path, &expected, Dtype::F32), &expected.output.concat());
        assert!(apart < 1e-5, "{}: {apart:e}", path.display());
    }
}

#[test]
fn half_precision_comes_near() {
    for path in checkpoints() {
        let expected: Expected = read(&path.join("expected.json"));
        for (dtype, tolerance) in [(Dtype::Bf16, 0.1), (Dtype::F16, 0.02)] {
            let apart = distance(&output(&path, &expected, dtype), &expected.output.concat());
            assert!(apart < tolerance, "{} as {dtype:?}: {apart:e}", path.display());
        }
    }
}

/// Saves what a checkpoint holds; gives the folder.
fn resave(path: &Path, dtype: Dtype) -> TempDir {
    let (checkpoint, placement) = (Checkpoint::open(path).unwrap(), cpu(dtype));
    let saved = TempDir::new().unwrap();
    let config = checkpoint.config();
    match config.architecture.head {
        Head::Language => {
            save(&checkpoint.language_model(&placement).unwrap(), config, dtype, path, saved.path()).unwrap();
        }
        Head::Reward => {
            save(&checkpoint.reward_model(&placement).unwrap(), config, dtype, path, saved.path()).unwrap();
        }
    }
    saved
}

fn stored_as(path: &Path) -> Dtype {
    Stored::open(path).unwrap().tensors().values().next().unwrap().dtype
}

#[test]
fn saving_writes_every_parameter_as_it_was_read() {
    for path in checkpoints() {
        let dtype = stored_as(&path);
        let saved = resave(&path, dtype);
        let (theirs, ours) = (Stored::open(&path).unwrap(), Stored::open(saved.path()).unwrap());
        let names: Vec<_> = theirs.tensors().keys().collect();
        assert_eq!(names, ours.tensors().keys().collect::<Vec<_>>(), "{}", path.display());
        for (name, theirs) in theirs.tensors() {
            let ours = &ours.tensors()[name];
            assert_eq!((ours.dtype, &ours.shape), (theirs.dtype, &theirs.shape), "{name}");
            assert_eq!(ours.bytes(), theirs.bytes(), "{name}");
        }
    }
}

#[test]
fn a_detour_over_single_precision_loses_nothing() {
    for path in checkpoints() {
        let wide = resave(&path, Dtype::F32);
        let saved = resave(wide.path(), stored_as(&path));
        let (theirs, ours) = (Stored::open(&path).unwrap(), Stored::open(saved.path()).unwrap());
        for (name, theirs) in theirs.tensors() {
            assert_eq!(ours.tensors()[name].bytes(), theirs.bytes(), "{name}");
        }
    }
}

#[test]
fn saving_keeps_the_configuration() {
    for path in checkpoints() {
        let saved = resave(&path, stored_as(&path));
        let config = |folder: &Path| read::<Value>(&folder.join("config.json"));
        assert_eq!(config(saved.path()), config(&path));
        let generation = |folder: &Path| fs::read(folder.join("generation_config.json")).ok();
        assert_eq!(generation(saved.path()), generation(&path));
        let wide = resave(&path, Dtype::F32);
        assert_eq!(config(wide.path())["dtype"], "float32");
    }
}

#[test]
fn a_folder_with_a_checkpoint_is_not_written_over() {
    let path = folder("fixtures/checkpoints/qwen3-f16");
    let checkpoint = Checkpoint::open(&path).unwrap();
    let model = checkpoint.language_model(&cpu(Dtype::F16)).unwrap();
    let fault = save(&model, checkpoint.config(), Dtype::F16, &path, &path).unwrap_err();
    assert!(matches!(fault, CheckpointError::Occupied(_)), "{fault}");
}

#[test]
fn large_weights_are_saved_in_shards() {
    let path = folder("fixtures/checkpoints/qwen2-tied-f32");
    let checkpoint = Checkpoint::open(&path).unwrap();
    let model = checkpoint.language_model(&cpu(Dtype::F32)).unwrap();
    let saved = TempDir::new().unwrap();
    weights::write(&model, saved.path(), Dtype::F32, 4000).unwrap();
    let index: Value = read(&saved.path().join("model.safetensors.index.json"));
    let files: BTreeSet<_> =
        index["weight_map"].as_object().unwrap().values().map(|file| file.as_str().unwrap().to_owned()).collect();
    assert!(files.len() > 2, "{files:?}");
    let stored = Stored::open(saved.path()).unwrap();
    let total: usize = stored.tensors().values().map(|tensor| tensor.bytes().len()).sum();
    assert_eq!(index["metadata"]["total_size"], total);
    let original = Stored::open(&path).unwrap();
    for (name, theirs) in original.tensors() {
        assert_eq!(stored.tensors()[name].bytes(), theirs.bytes(), "{name}");
    }
}

#[test]
fn the_ids_that_end_a_text_are_the_generations() {
    let checkpoint = Checkpoint::open(&folder("fixtures/checkpoints/qwen3-f16")).unwrap();
    assert_eq!(checkpoint.config().tokens.end, [2]);
    assert_eq!(checkpoint.tokens().end, [2, 3]);
}
