//! Files that were made elsewhere.

use std::fs;

use super::fixtures::{cache, ingredients, rows, schema, summary};
use crate::cache::*;
use crate::port::PortType;
use crate::table::write_part;
use arrow::array::{Array, Int32Array, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema};

fn adopt(sources: &[(&str, AdoptSource)]) -> Adopt {
    let summary = summary("a");
    Adopt {
        ingredients: summary.ingredients,
        ports: summary.ports,
        sources: sources.iter().map(|(port, source)| ((*port).to_owned(), source.clone())).collect(),
        provenance: summary.provenance,
    }
}

#[test]
fn parquet_files_are_adopted_with_their_origin() {
    let (folder, cache) = cache();
    let narrow = RecordBatch::try_new(
        std::sync::Arc::new(Schema::new(vec![Field::new("id", DataType::Int32, true)])),
        vec![std::sync::Arc::new(Int32Array::from(vec![10, 11]))],
    );
    let narrow = narrow.unwrap();
    let files = ["one.parquet", "two.parquet"].map(|name| folder.path().join(name));
    write_part(&files[0], &schema(), &[rows(0..10)]).unwrap();
    write_part(&files[1], &narrow.schema(), &[narrow]).unwrap();
    let entry = cache.adopt(adopt(&[("out", AdoptSource::Rows(files.to_vec()))])).unwrap();
    assert_eq!(entry.total_rows(), 12);
    let adopted = entry.table("out").unwrap().unwrap().read().unwrap();
    assert_eq!((adopted.schema(), adopted.column(1).null_count()), (schema(), 2));
    let origin = entry.provenance().adopted.clone().unwrap();
    assert_eq!(origin.from["out"], files.map(|file| file.display().to_string()));
    let again = cache.adopt(adopt(&[("out", AdoptSource::Rows(Vec::new()))])).unwrap_err();
    assert!(again.to_string().contains("there already"), "{again}");
}

#[test]
fn what_does_not_fit_is_not_adopted() {
    let (folder, cache) = cache();
    let text =
        RecordBatch::try_from_iter([("id", std::sync::Arc::new(arrow::array::StringArray::from(vec!["a"])) as _)]);
    let file = folder.path().join("text.parquet");
    let text = text.unwrap();
    write_part(&file, &text.schema(), &[text]).unwrap();
    let cases = [
        (adopt(&[("out", AdoptSource::Rows(vec![file]))]), "column `id` is Utf8 where Int64 is promised"),
        (adopt(&[]), "no files are given"),
        (adopt(&[("out", AdoptSource::Artifact(folder.path().into()))]), "Parquet files, not a folder"),
        (adopt(&[("out", AdoptSource::Rows(vec![])), ("other", AdoptSource::Rows(vec![]))]), "no such output"),
    ];
    for (adopt, message) in cases {
        let error = cache.adopt(adopt).unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
        assert!(matches!(cache.find(&ingredients("a").fingerprint()), Found::Missing));
    }
}

#[test]
fn a_folder_is_adopted_as_an_artifact() {
    let (folder, cache) = cache();
    let model = folder.path().join("model");
    fs::create_dir_all(model.join("deep")).unwrap();
    fs::write(model.join("deep/weights"), b"1234").unwrap();
    let mut adopt = adopt(&[("model", AdoptSource::Artifact(model))]);
    adopt.ports = [("model".to_owned(), PortType::artifact("Weights"))].into();
    let entry = cache.adopt(adopt).unwrap();
    assert_eq!(fs::read(entry.artifact("model").unwrap().join("deep/weights")).unwrap(), b"1234");
}
