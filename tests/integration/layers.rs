//! The drawing in `ARCHITECTURE.md` holds: who depends on whom, and which words the engine does not know.

use std::fs;
use std::path::{Path, PathBuf};

/// The house's own crates, and which of them each may depend on.
const LAYERS: [(&str, &[&str]); 5] = [
    (".", &["engine", "models", "operators", "sandbox"]),
    ("operators", &["engine", "models", "sandbox"]),
    ("engine", &[]),
    ("models", &[]),
    ("sandbox", &[]),
];

/// Words of the domain, as parts of identifiers and texts.
const DOMAIN_WORDS: [&str; 6] = ["problem", "token", "python", "prompt", "reward", "preference"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let own = files.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    own.chain(folders.iter().flat_map(|folder| sources(folder))).collect()
}

/// Test modules may use the words of those who use the engine.
fn is_test(path: &Path) -> bool {
    let own = path.strip_prefix(root()).unwrap();
    own.components().any(|part| part.as_os_str().to_string_lossy().trim_end_matches(".rs").ends_with("tests"))
}

/// Code without line comments and without the tests at a file's end.
fn production_code(path: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().take_while(|line| !line.starts_with("#[cfg(test)]")).enumerate();
    lines.map(|(index, line)| (index + 1, line.split("//").next().unwrap_or_default().to_lowercase())).collect()
}

#[test]
fn dependencies_between_crates_run_one_way() {
    for (folder, allowed) in LAYERS {
        let manifest = fs::read_to_string(root().join(folder).join("Cargo.toml")).unwrap();
        let (_, dependencies) = manifest.rsplit_once("[dependencies]").unwrap();
        for own in ["engine", "models", "operators", "sandbox"] {
            let depends = dependencies.lines().any(|line| line.starts_with(&format!("{own}.workspace")));
            assert_eq!(depends, allowed.contains(&own), "`{folder}` and `{own}`: see ARCHITECTURE.md");
        }
    }
}

#[test]
fn the_engine_knows_no_word_of_the_domain() {
    let mut found = Vec::new();
    for path in sources(&root().join("engine/src")) {
        if is_test(&path) {
            continue;
        }
        for (number, line) in production_code(&path) {
            found.extend(
                DOMAIN_WORDS
                    .iter()
                    .filter(|word| line.contains(**word))
                    .map(|word| format!("{}:{number}: `{word}`", path.strip_prefix(root()).unwrap().display())),
            );
        }
    }
    assert!(found.is_empty(), "domain words in the engine:\n{}", found.join("\n"));
}

#[test]
fn only_the_run_and_endpoints_are_asynchronous() {
    let inside = ["engine/src/run", "models/src/endpoint"].map(|folder| root().join(folder));
    let outside = |path: &PathBuf| !inside.iter().any(|folder| path.starts_with(folder)) && !is_test(path);
    let crates = ["engine/src", "models/src", "operators/src"].map(|folder| sources(&root().join(folder)));
    let found = crates.iter().flatten().filter(|path| outside(path));
    let found: Vec<_> =
        found.filter(|path| production_code(path).iter().any(|(_, line)| line.contains("tokio"))).collect();
    assert!(found.is_empty(), "tokio outside engine/src/run and models/src/endpoint: {found:?}");
}
