//! Stored files that are not what was stored.

use std::fs::{self, File};
use std::path::Path;

use super::site::{Site, rows};

const CHOOSING: &str = r#"
name: choosing
nodes:
  source: {op: source.jsonl, with: {path: source.jsonl}}
  chosen: {op: filter.where, inputs: source, with: {where: "number % 3 > 0"}}
"#;

/// What happens to an entry, and a word of how that is told.
type Damage = (&'static str, fn(&Path), &'static str);

const DAMAGES: [Damage; 6] = [
    ("a part is cut short", truncate_part, "rows/part-00000.parquet has"),
    ("a byte of a part is another one", flip_byte, "rows/part-00000.parquet is not as it was stored"),
    ("a part is gone", remove_part, "rows/part-00000.parquet cannot be read"),
    ("the entry's account is changed", change_account, "entry.json is not as it was written"),
    ("the entry's account is cut short", truncate_account, "entry.json is not as it was written"),
    ("the entry's account is gone", remove_account, "entry.json cannot be read"),
];

fn truncate_part(entry: &Path) {
    let part = entry.join("rows/part-00000.parquet");
    let length = fs::metadata(&part).unwrap().len();
    File::options().write(true).open(part).unwrap().set_len(length / 2).unwrap();
}

/// The size stays, and the time of the last change is set back.
fn flip_byte(entry: &Path) {
    let part = entry.join("rows/part-00000.parquet");
    let modified = fs::metadata(&part).unwrap().modified().unwrap();
    let mut bytes = fs::read(&part).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&part, bytes).unwrap();
    File::options().write(true).open(part).unwrap().set_modified(modified).unwrap();
}

fn remove_part(entry: &Path) {
    fs::remove_file(entry.join("rows/part-00000.parquet")).unwrap();
}

fn change_account(entry: &Path) {
    let text = fs::read_to_string(entry.join("entry.json")).unwrap();
    let changed = text.replacen("\"rows\":", "\"rows\":1", 1);
    assert_ne!(changed, text);
    fs::write(entry.join("entry.json"), changed).unwrap();
}

fn truncate_account(entry: &Path) {
    let text = fs::read(entry.join("entry.json")).unwrap();
    fs::write(entry.join("entry.json"), &text[..text.len() / 2]).unwrap();
}

fn remove_account(entry: &Path) {
    fs::remove_file(entry.join("entry.json")).unwrap();
}

#[test]
fn a_damaged_output_is_named_never_served_and_computed_again() {
    let site = Site::new(CHOOSING);
    site.write("source.jsonl", &rows(0..5000));
    site.run("cache");
    let stored = site.outputs("cache");
    for (what, damage, told) in DAMAGES {
        let entry = site.entry("chosen", "cache");
        damage(&entry);

        let planned = site.planned("chosen", "cache");
        assert_ne!(planned["plan"]["state"], "cached", "{what}");
        assert!(planned["because"].to_string().contains(told), "{what}: {planned}");
        assert_eq!(site.planned("source", "cache")["plan"]["state"], "cached", "{what}");

        let shown = site.millrace(&["show", "pipeline.yaml", "chosen"], "cache");
        assert!(shown.code != Some(0) && shown.out.is_empty(), "{what}: {shown:?}");

        let verified = site.verify("cache");
        assert_eq!(verified.code, Some(1), "{what}: {verified:?}");
        assert!(verified.out.contains("choosing: chosen"), "{what}: {verified:?}");

        site.run("cache");
        assert!(site.outputs("cache") == stored, "{what}: computed again, it is something else");
        let verified = site.verify("cache");
        assert_eq!(verified.code, Some(0), "{what}: {verified:?}");
    }
}

#[test]
fn damage_behind_an_output_that_is_whole_costs_nothing_until_it_is_needed() {
    let site = Site::new(CHOOSING);
    site.write("source.jsonl", &rows(0..5000));
    site.run("cache");
    let stored = site.outputs("cache");
    flip_byte(&site.entry("source", "cache"));

    assert_eq!(site.millrace(&["show", "pipeline.yaml", "chosen"], "cache").code, Some(0));
    let shown = site.millrace(&["show", "pipeline.yaml", "source"], "cache");
    assert!(shown.code != Some(0) && shown.out.is_empty(), "{shown:?}");

    site.write("pipeline.yaml", &CHOOSING.replace("% 3", "% 4"));
    site.run("cache");
    let outputs = site.outputs("cache");
    assert!(stored.iter().all(|(path, bytes)| outputs.get(path) == Some(bytes)), "the source was not made again");
    site.run("clean");
    let clean = site.outputs("clean");
    assert!(clean.iter().all(|(path, bytes)| outputs.get(path) == Some(bytes)), "damaged rows were read");
}
