//! The dataset card: what the files are, and where the rows come from.

use std::fmt::Write;

use arrow::datatypes::Schema;
use engine::operator::{Ancestor, Fault};
use serde::Serialize;
use serde_yaml::Value;

use super::features;
use super::shards::Split;

/// Everything that a card says.
pub(in crate::export) struct Card<'a> {
    /// Its heading.
    pub(in crate::export) title: &'a str,
    /// The columns.
    pub(in crate::export) schema: &'a Schema,
    /// The splits.
    pub(in crate::export) splits: &'a [Split],
    /// The nodes that the rows come from.
    pub(in crate::export) lineage: &'a [Ancestor],
}

/// The part that machines read.
#[derive(Serialize)]
struct FrontMatter<'a> {
    configs: [Config<'a>; 1],
    dataset_info: Info<'a>,
}

#[derive(Serialize)]
struct Config<'a> {
    config_name: &'static str,
    data_files: Vec<DataFiles<'a>>,
}

#[derive(Serialize)]
struct DataFiles<'a> {
    split: &'a str,
    path: String,
}

#[derive(Serialize)]
struct Info<'a> {
    features: Value,
    splits: Vec<SplitInfo<'a>>,
    download_size: u64,
    dataset_size: u64,
}

#[derive(Serialize)]
struct SplitInfo<'a> {
    name: &'a str,
    num_bytes: u64,
    num_examples: u64,
}

impl Card<'_> {
    /// The card's text.
    pub(in crate::export) fn text(&self) -> Result<String, Fault> {
        let front = serde_yaml::to_string(&self.front()).map_err(|error| Fault::node(error.to_string()))?;
        let mut text = format!("---\n{front}---\n\n# {}\n\n| split | rows |\n| --- | ---: |\n", self.title);
        for split in self.splits {
            line(&mut text, &format!("| {} | {} |", split.name, split.rows));
        }
        text.push_str("\n## Provenance\n\nMade by [millrace](https://github.com/millrace/millrace).");
        text.push_str(" Each step is an operator with its version, its configuration and what it read.\n");
        for (place, ancestor) in self.lineage.iter().enumerate() {
            self.step(place + 1, ancestor, &mut text)?;
        }
        Ok(text)
    }

    fn front(&self) -> FrontMatter<'_> {
        let files = |split: &Split| format!("data/{}-*", split.name);
        let data_files = self.splits.iter().map(|split| DataFiles { split: split.name, path: files(split) }).collect();
        let info = |split: &Split| SplitInfo { name: split.name, num_bytes: split.bytes, num_examples: split.rows };
        FrontMatter {
            configs: [Config { config_name: "default", data_files }],
            dataset_info: Info {
                features: features::features(self.schema),
                splits: self.splits.iter().map(info).collect(),
                download_size: self.splits.iter().map(|split| split.packed).sum(),
                dataset_size: self.splits.iter().map(|split| split.bytes).sum(),
            },
        }
    }

    fn step(&self, number: usize, ancestor: &Ancestor, text: &mut String) -> Result<(), Fault> {
        let config = serde_yaml::to_string(&ancestor.config).map_err(|error| Fault::node(error.to_string()))?;
        line(text, &format!("\n### {number}. {} (version {})\n", ancestor.operator, ancestor.version));
        for (port, parent) in &ancestor.inputs {
            let step = self.lineage.iter().position(|other| other.fingerprint == *parent);
            let step = step.map_or_else(|| format!("`{parent}`"), |step| format!("step {}", step + 1));
            line(text, &format!("- input `{port}`: {step}"));
        }
        for (path, digest) in &ancestor.files {
            line(text, &format!("- file `{path}`: `{digest}`"));
        }
        line(text, &format!("- fingerprint: `{}`\n\n```yaml\n{}\n```", ancestor.fingerprint, config.trim_end()));
        Ok(())
    }
}

fn line(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("a text takes every line");
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::collections::BTreeMap;

    use super::*;

    fn ancestor(fingerprint: &str, operator: &str, inputs: &[(&str, &str)], files: &[(&str, &str)]) -> Ancestor {
        let pairs = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        Ancestor {
            fingerprint: fingerprint.to_owned(),
            operator: operator.to_owned(),
            version: 2,
            config: serde_json::json!({"path": "a.jsonl", "columns": {}}),
            inputs: pairs(inputs),
            files: pairs(files),
        }
    }

    #[test]
    fn the_provenance_says_what_each_step_read() {
        let lineage = [
            ancestor("f00", "source.jsonl", &[], &[("a.jsonl", "d1")]),
            ancestor("f01", "filter.dedup", &[("rows", "f00")], &[]),
        ];
        let schema = Schema::empty();
        let card = Card { title: "Pairs", schema: &schema, splits: &[], lineage: &lineage };
        let text = card.text().unwrap();
        let (_, provenance) = text.split_once("what it read.\n").unwrap();
        let config = "```yaml\npath: a.jsonl\ncolumns: {}\n```\n";
        let first =
            format!("\n### 1. source.jsonl (version 2)\n\n- file `a.jsonl`: `d1`\n- fingerprint: `f00`\n\n{config}");
        let second =
            format!("\n### 2. filter.dedup (version 2)\n\n- input `rows`: step 1\n- fingerprint: `f01`\n\n{config}");
        assert_eq!(provenance, format!("{first}{second}"));
    }
}
