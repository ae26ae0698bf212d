//! A secret in a URL stands in no message and in no snippet, whatever else is wrong on its line.

use super::*;
use crate::diagnostic::DiagnosticJson;

const SECRET: &str = "hunter2";

fn assert_hidden(text: &str, selection: &Selection) -> Read {
    let read = read(text, selection);
    let json: Vec<_> = read.diagnostics.iter().map(|fault| DiagnosticJson::new(fault, &read.sources)).collect();
    for told in [read.rendered(), format!("{:?}", read.diagnostics), serde_json::to_string(&json).unwrap()] {
        assert!(!told.contains(SECRET), "{told}");
    }
    if let Some(manifest) = &read.manifest {
        assert!(!super::super::emit(&manifest.tree).contains(SECRET));
    }
    read
}

#[test]
fn it_is_refused_and_hidden() {
    let text = "name: flow\nnodes:\n  w: {op: a.b, run: {url: \"https://me:hunter2@host/v1\"}, wiht: {}}\n";
    let read = assert_hidden(text, &Selection::default());
    let codes: Vec<_> = read.diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    assert_eq!(codes, ["manifest::secret_in_url", "manifest::unknown_key"]);
    assert!(read.rendered().contains("\"https://**********@host/v1\""), "{}", read.rendered());
}

#[test]
fn it_is_hidden_wherever_it_stands() {
    let everywhere = [
        "name: flow\nnodes:\n  w: {op: a.b, with: {u: 'http://hunter2@h'}, x}\n",
        "name: flow\nnodes:\n  w: {op: a.b, with: {u: http://me:hunter2@h, u: 1}\n",
        "name: flow\nnodes:\n  w: {op: a.b, with: {\"https:\\/\\/me:hunter2@h\": 1, \"https:\\/\\/me:hunter2@h\": 1}}\n",
        "name: flow\nnodes:\n  w: {op: a.b, with: {u: \"https:\\x2f/hunter2@h\"}}\n",
        "name: flow\nnodes: # see https://me:hunter2@host\n  w: {op: 5} # https://me:hunter2@host\n",
        "name: https://hunter2@h\nnodes: {w: {op: a.b}}\n",
        "name: flow\nvars: {u: https://hunter2@h}\nnodes: {w: {op: a.b, inputs: $u}}\n",
        "name: flow\nnodes: {w: {op: a.b}}\npresets: {p: {w.with.u: https://hunter2@h, w.wiht: http://hunter2@h}}\n",
        "name: flow\nnodes: {w: {op: a.b}}\nablations: {p: {w.with.u: {each: [https://hunter2@h]}}}\n",
        "https://hunter2@h",
    ];
    for text in everywhere {
        let read = assert_hidden(text, &Selection::default());
        assert!(read.diagnostics.iter().any(Diagnostic::is_error), "{text}");
    }
    let arguments = [
        "w.with.u=https://me:hunter2@h",
        "w.wiht=http://hunter2@h",
        "w.inputs=[https://hunter2@h",
        "https://hunter2@h",
    ];
    for argument in arguments {
        let read = assert_hidden("name: flow\nnodes: {w: {op: a.b}}\n", &sets(&[argument]));
        assert!(read.diagnostics.iter().any(Diagnostic::is_error), "{argument}");
    }
}

#[test]
fn addresses_without_user_information_are_fine() {
    let text = "name: flow\nnodes: {w: {op: a.b, with: {u: 'https://host/@me', mail: me@host, text: 'see https://host or me@host'}}}\n";
    assert_hidden(text, &Selection::default()).manifest();
}
