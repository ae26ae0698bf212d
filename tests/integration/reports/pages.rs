//! Pages stand alone, whatever rows hold, and have an end.

use std::fs;

use serde_json::json;

use super::html::Html;
use crate::command::Workplace;
use crate::golden::root;

/// How many bytes a page may have.
const LARGEST: usize = 2_000_000;

const HOSTILE: &str = "\
name: hostile
nodes:
  rows: {op: source.jsonl, with: {path: rows.jsonl}}
  some: {op: filter.where, inputs: rows, with: {where: \"text | length > 3 and text != '</title><script>'\"}}
";

/// The page of the only run in a folder.
fn page(place: &Workplace) -> String {
    let mut pages = fs::read_dir(place.path().join(".millrace/reports")).unwrap();
    fs::read_to_string(pages.next().unwrap().unwrap().path()).unwrap()
}

/// A folder with a manifest and its rows.
fn place(manifest: &str, texts: &[String]) -> Workplace {
    let folder = tempfile::tempdir().unwrap();
    let line = |(place, text): (usize, &String)| json!({"id": format!("<b>{place}"), "text": text}).to_string() + "\n";
    fs::write(folder.path().join("rows.jsonl"), texts.iter().enumerate().map(line).collect::<String>()).unwrap();
    fs::write(folder.path().join("hostile.yaml"), manifest).unwrap();
    Workplace::copy_of(folder.path())
}

#[test]
fn every_example_leaves_a_page_that_stands_alone() {
    for example in ["judge", "loop", "hugging-face", "join", "where"] {
        let place = Workplace::copy_of(&root().join("examples"));
        assert_eq!(place.millrace(&["run", &format!("{example}.yaml")]).code, 0);
        let html = Html::read(&page(&place));
        html.stands_alone();
        assert!(html.text.contains(example), "{}", html.text);
    }
}

#[test]
fn an_ablation_leaves_a_page_with_its_table() {
    let place = Workplace::copy_of(&root().join("examples"));
    assert_eq!(place.millrace(&["ablate", "ablation.yaml"]).code, 0);
    let html = Html::read(&page(&place));
    html.stands_alone();
    for told in ["size=0.25", "good.rows", "Means over seeds"] {
        assert!(html.text.contains(told), "`{told}` is not in {}", html.text);
    }
}

#[test]
fn curves_of_many_variants_fit_and_each_has_a_line() {
    let conditions: Vec<String> = (0..24).map(|first| format!("step > {first}")).collect();
    let manifest = json!({
        "name": "curves",
        "nodes": {
            "rows": {"op": "source.jsonl", "with": {"path": "rows.jsonl", "rows": "Metric"}},
            "late": {"op": "filter.where", "inputs": "rows", "with": {"where": "step >= 0"}},
        },
        "ablations": {"begin": {"late.with.where": {"each": conditions}}},
        "report": {"metrics": ["late.rows"]},
    });
    let place = place(&manifest.to_string(), &[]);
    let row = |number: i64| {
        let (measure, step) = (number / 250, number % 250);
        json!({"id": number.to_string(), "name": format!("measure {measure}"), "value": step * measure, "step": step})
    };
    let rows: String = (0..7500).map(|number| row(number).to_string() + "\n").collect();
    fs::write(place.path().join("rows.jsonl"), rows).unwrap();
    let ran = place.millrace(&["ablate", "hostile.yaml"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let page = page(&place);
    assert!(page.len() < LARGEST, "{}", page.len());
    let html = Html::read(&page);
    html.stands_alone();
    assert_eq!(page.matches("class=\"swatch\"").count(), 25, "a line for each variant is named");
    assert!(html.text.contains("And 19 more."), "charts are left out by what they draw");
}

#[test]
fn what_rows_hold_is_text() {
    let hostile = [
        "</script><script>alert(1)</script>",
        "\" onmouseover=\"alert(1)",
        "<img src=x onerror=alert(1)>&amp;",
        "nothing\u{0}and \u{202E}backwards\u{9C}",
        "</pre></dd></article></style>]]>--><!--",
    ];
    let place = place(HOSTILE, &hostile.map(str::to_owned));
    let ran = place.millrace(&["run", "hostile.yaml"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let page = page(&place);
    let html = Html::read(&page);
    html.stands_alone();
    assert!(html.text.contains(hostile[0]) && html.text.contains(hostile[1]), "{}", html.text);
    assert!(!page.contains(['\u{0}', '\u{202E}', '\u{9C}']));
}

#[test]
fn long_rows_are_cut_and_their_length_is_told() {
    let long = |letter: &str| letter.repeat(1 << 20);
    let place = place(HOSTILE, &["\"", "<", "&", "é"].map(long));
    assert_eq!(place.millrace(&["run", "hostile.yaml"]).code, 0);
    let page = page(&place);
    assert!(page.len() < LARGEST, "{}", page.len());
    let html = Html::read(&page);
    html.stands_alone();
    assert!(html.text.contains("1,048,576 characters in all"), "{}", html.text);
}

#[test]
fn a_page_of_many_nodes_and_wide_rows_still_fits() {
    let nodes = (1..120).map(|place| {
        let before = if place == 1 { "rows".to_owned() } else { format!("node_{}", place - 1) };
        format!(
            "  node_{place}: {{op: filter.where, inputs: {before}, with: {{where: \"text | length > {place}\"}}}}\n"
        )
    });
    let manifest = format!(
        "name: many\nnodes:\n  rows: {{op: source.jsonl, with: {{path: rows.jsonl}}}}\n{}",
        nodes.collect::<String>()
    );
    let place = place(&manifest, &["<", "\"", "&"].map(|letter| letter.repeat(5000)));
    assert_eq!(place.millrace(&["run", "hostile.yaml"]).code, 0);
    let page = page(&place);
    assert!(page.len() < LARGEST, "{}", page.len());
    Html::read(&page).stands_alone();
}

#[test]
fn a_run_that_failed_says_so_first() {
    let place = place(
        "name: broken\nnodes:\n  rows: {op: source.jsonl, with: {path: rows.jsonl, infer: 1}}\n",
        &["fine".to_owned()],
    );
    let rows = fs::read_to_string(place.path().join("rows.jsonl")).unwrap();
    fs::write(place.path().join("rows.jsonl"), rows + "not JSON\n").unwrap();
    let ran = place.millrace(&["run", "hostile.yaml"]);
    assert_eq!(ran.code, 1);
    let html = Html::read(&page(&place));
    html.stands_alone();
    assert!(html.text.contains("failed") && html.text.contains("rows.jsonl"), "{}", html.text);
}

#[test]
fn what_is_not_there_is_said() {
    let place = Workplace::copy_of(&root().join("examples"));
    let told = |argument: &str| {
        let ran = place.millrace(&["report", argument]);
        assert_eq!(ran.code, 2, "{}", ran.out);
        ran.err
    };
    assert!(told("where.yaml").contains("has not been run yet"));
    assert!(told("nowhere.yaml").contains("there is no nowhere.yaml"));
    assert!(told("123-4").contains("there is no run `123-4`"));
}
