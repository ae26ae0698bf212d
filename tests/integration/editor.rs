//! What an editor completes and shows, asked of yaml-language-server without an editor.
//!
//! Runs where node and npm are installed and npm's registry can be reached, and says so where it is skipped.

#![expect(clippy::unwrap_used, reason = "tests")]
#![expect(clippy::print_stderr, reason = "a skipped test says so")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::golden::root;

/// A question about the place of `|` in a manifest's nodes.
fn question(kind: &str, schema: &Path, nodes: &str) -> Value {
    let head = format!("# yaml-language-server: $schema={}\nname: case\nnodes:\n", schema.display());
    let text = format!("{head}{nodes}");
    let offset = text.find('|').unwrap_or(text.len());
    let (line, character) = (text[..offset].matches('\n').count(), offset - text[..offset].rfind('\n').unwrap() - 1);
    json!({"kind": kind, "text": text.replacen('|', "", 1), "line": line, "character": character})
}

/// Installs the server, once for all runs. None where that cannot be.
fn server() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("editor");
    let server = folder.join("node_modules/yaml-language-server/bin/yaml-language-server");
    let lock = "node_modules/package-lock.json";
    fs::create_dir_all(&folder).unwrap();
    let wanted = fs::read(root().join("tests/editor/package-lock.json")).unwrap();
    if fs::read(folder.join(lock)).is_ok_and(|found| found == wanted) {
        return Some(server);
    }
    for file in ["package.json", "package-lock.json"] {
        fs::copy(root().join("tests/editor").join(file), folder.join(file)).unwrap();
    }
    let install = ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=1", "--fetch-timeout=20000"];
    let Ok(done) = Command::new("npm").args(install).current_dir(&folder).output() else {
        eprintln!("skipped: npm is not installed");
        return None;
    };
    if !done.status.success() {
        eprintln!("skipped: npm cannot install: {}", String::from_utf8_lossy(&done.stderr).trim());
        return None;
    }
    fs::write(folder.join(lock), wanted).unwrap();
    Some(server)
}

fn ask(questions: &[Value]) -> Option<Vec<Value>> {
    if Command::new("node").arg("--version").output().is_err() {
        eprintln!("skipped: node is not installed");
        return None;
    }
    let mut command = Command::new("node");
    command.arg(root().join("tests/editor/ask.mjs")).arg(server()?);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(json!(questions).to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", output.status);
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

fn labels(answer: &Value) -> Vec<&str> {
    let items = answer["items"].as_array().unwrap().iter();
    items.map(|item| item["label"].as_str().unwrap()).collect()
}

/// What the editor shows beside a completion.
fn documentation<'a>(answer: &'a Value, label: &str) -> &'a str {
    let items = answer["items"].as_array().unwrap().iter();
    let item = items.into_iter().find(|item| item["label"] == label).unwrap();
    item["documentation"]["value"].as_str().or(item["documentation"].as_str()).unwrap_or_default()
}

#[test]
fn an_editor_completes_and_explains() {
    let schema = Path::new(env!("CARGO_TARGET_TMPDIR")).join("manifest.json");
    fs::write(&schema, &engine::schema::files()["manifest.json"]).unwrap();
    let ask_about = |kind: &str, nodes: &str| question(kind, &schema, nodes);
    let questions = [
        ask_about("completion", "  rows:\n    op: |\n"),
        ask_about("completion", "  answers:\n    op: test.sample\n    with:\n      |\n"),
        ask_about("completion", "  problems:\n    op: test.problems\n    with:\n      path: a\n      format: |\n"),
        ask_about("completion", "  answers:\n    op: test.sample\n    inputs:\n      |\n"),
        ask_about("hover", "  answers:\n    op: test.sample\n    with:\n      tempera|ture: 0.5\n"),
        ask_about("hover", "  answers:\n    op: test.sam|ple\n"),
        ask_about("hover", "  policy:\n    op: test.grpo\n    with:\n      pro|cess: hard\n      steps: 1\n"),
        ask_about("diagnostics", "  answers: {op: test.sample, with: {temperatur: 0.5}}\n"),
        ask_about(
            "diagnostics",
            "  answers: {op: test.sample, inputs: {rows: a, model: b}, with: {temperature: $t}}\n",
        ),
    ];
    let Some(answers) = ask(&questions) else { return };

    assert!(labels(&answers[0]).contains(&"test.sample"), "{:?}", labels(&answers[0]));
    assert!(documentation(&answers[0], "test.sample").contains("Samples answers."), "{}", answers[0]);
    for parameter in ["prompt", "temperature", "stop"] {
        assert!(labels(&answers[1]).contains(&parameter), "{:?}", labels(&answers[1]));
    }
    assert!(!labels(&answers[1]).contains(&"steps"), "{:?}", labels(&answers[1]));
    assert!(documentation(&answers[1], "temperature").contains("How freely it samples."), "{}", answers[1]);
    for format in ["practice", "deepcoder", "livecodebench"] {
        assert!(labels(&answers[2]).contains(&format), "{:?}", labels(&answers[2]));
    }
    for input in ["rows", "model"] {
        assert!(labels(&answers[3]).contains(&input), "{:?}", labels(&answers[3]));
    }
    for (answer, words) in
        [(4, "How freely it samples."), (5, "Samples answers."), (6, "How the process reward enters.")]
    {
        assert!(answers[answer]["contents"]["value"].as_str().unwrap().contains(words), "{}", answers[answer]);
    }
    let message = |answer: usize| answers[answer].as_array().unwrap().iter().map(|found| found["message"].to_string());
    assert!(message(7).any(|message| message.contains("temperatur")), "{}", answers[7]);
    assert_eq!(message(8).count(), 0, "{}", answers[8]);
}
