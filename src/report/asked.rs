//! What was asked of a run: kept in its record, so that its report can be made when the manifest is another one by now.

use std::env;
use std::path::Path;

use engine::ablation::Variation;
use engine::graph::Graph;
use engine::manifest::{Manifest, emit};
use serde::{Deserialize, Serialize};

use super::Machine;

/// What was asked, with what, and where.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// The version of millrace.
    pub millrace: String,
    /// The command's words.
    pub command: Vec<String>,
    /// The folder that it was given in.
    pub folder: String,
    /// The manifest as named there.
    pub manifest: String,
    /// The manifest as resolved, in YAML.
    pub resolved: String,
    /// What is measured at the end.
    pub questions: Vec<Question>,
    /// The variations; none of a plain run.
    pub variations: Vec<Varied>,
    /// The machine.
    pub machine: Machine,
}

/// A metric of the manifest's `report`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// What `report` calls it.
    pub label: String,
    /// The node that it is read from.
    pub node: String,
    /// What is read there.
    pub metric: String,
}

/// A variant under one seed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Varied {
    /// What plan and events call it.
    pub label: String,
    /// The variant.
    pub variant: String,
    /// The seed.
    pub seed: u64,
}

impl Asked {
    /// Of a run.
    pub fn of(file: &Path, manifest: &Manifest, graph: &Graph) -> Self {
        let questions = graph.metrics.iter().map(|(label, node, metric)| Question {
            label: label.clone(),
            node: graph.nodes[*node].name.clone(),
            metric: metric.clone(),
        });
        Self {
            millrace: env!("CARGO_PKG_VERSION").to_owned(),
            command: command(),
            folder: folder(),
            manifest: file.display().to_string(),
            resolved: emit(&manifest.tree),
            questions: questions.collect(),
            variations: Vec::new(),
            machine: Machine::default(),
        }
    }

    /// Of a run of several variations, the base first.
    pub fn of_variations(file: &Path, variations: &[Variation]) -> Self {
        let base = variations.first().map(|base| Self::of(file, &base.manifest, &base.graph));
        let varied = variations.iter().map(|own| Varied {
            label: own.label.clone(),
            variant: own.variant.clone(),
            seed: own.seed,
        });
        Self { variations: varied.collect(), ..base.unwrap_or_default() }
    }

    /// The variants, the base first.
    pub fn variants(&self) -> Vec<&str> {
        let mut variants: Vec<&str> = Vec::new();
        for varied in &self.variations {
            if !variants.contains(&varied.variant.as_str()) {
                variants.push(&varied.variant);
            }
        }
        variants
    }

    /// The command, as a shell reads it.
    pub fn again(&self) -> String {
        self.command.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
    }
}

/// A word, as a shell reads it.
pub fn quoted(word: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "-_./=:,@%+".contains(character);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

/// The words of this process, its own name without the folder.
fn command() -> Vec<String> {
    let mut words: Vec<String> = env::args_os().map(|word| word.to_string_lossy().into_owned()).collect();
    if let Some(program) = words.first_mut() {
        let name = Path::new(&program).file_name().map(|name| name.to_string_lossy().into_owned());
        *program = name.unwrap_or_default();
    }
    words
}

#[expect(clippy::disallowed_methods, reason = "the root package alone knows the folder it was called in")]
fn folder() -> String {
    env::current_dir().map(|folder| folder.display().to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn words_survive_a_shell() {
        assert_eq!(quoted("policy.with.steps=4"), "policy.with.steps=4");
        assert_eq!(quoted("a.where=text == 'x'"), "'a.where=text == '\\''x'\\'''");
        assert_eq!(quoted(""), "''");
    }
}
