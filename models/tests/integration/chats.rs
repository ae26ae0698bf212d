//! Chat templates, held against what transformers renders.

use std::fs;

use chrono::NaiveDateTime;
use models::template::{ChatTemplate, Conversation, Ending, TemplateError, Templates};
use models::tokenizer::Tokenizer;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::fixture::{folder, read};

#[derive(Deserialize)]
struct Cases {
    now: String,
    special: Map<String, Value>,
    #[serde(default)]
    conversations: Map<String, Value>,
    #[serde(default)]
    rendered: Vec<Case>,
    #[serde(default)]
    snippets: Vec<Snippet>,
    #[serde(default)]
    masks: Vec<Mask>,
}

#[derive(Deserialize)]
struct Case {
    template: String,
    conversation: String,
    ending: String,
    #[serde(flatten)]
    outcome: Outcome,
}

#[derive(Deserialize)]
struct Snippet {
    source: String,
    variables: Map<String, Value>,
    #[serde(flatten)]
    outcome: Outcome,
}

/// The text and the characters that the assistant said, or why there is none.
#[derive(Debug, Deserialize)]
struct Outcome {
    text: Option<String>,
    assistant: Option<Vec<[usize; 2]>>,
    fault: Option<String>,
}

#[derive(Deserialize)]
struct Mask {
    conversation: String,
    ids: Vec<u32>,
    mask: Vec<u8>,
}

impl Cases {
    fn now(&self) -> NaiveDateTime {
        self.now.parse().unwrap()
    }
}

fn cases(name: &str) -> Cases {
    read(&folder("cases/chats").join(name))
}

fn conversation(case: &Value) -> Conversation {
    let list = |name: &str| case.get(name).map(|list| list.as_array().unwrap().clone());
    Conversation {
        messages: serde_json::from_value(case["messages"].clone()).unwrap(),
        tools: list("tools"),
        documents: list("documents"),
        variables: case.get("variables").map(|own| own.as_object().unwrap().clone()).unwrap_or_default(),
    }
}

fn template(name: &str, special: &Map<String, Value>) -> ChatTemplate {
    let source = fs::read_to_string(folder("fixtures/templates").join(name).with_extension("jinja")).unwrap();
    ChatTemplate::compile(&source, special.clone()).unwrap()
}

/// What differs from the reference; nothing where both render the same, or both refuse.
fn difference(
    template: &ChatTemplate,
    given: &Conversation,
    ending: Ending,
    cases: &Cases,
    theirs: &Outcome,
) -> Option<String> {
    let ours = template.render(given, ending, cases.now());
    match (&ours, &theirs.text, &theirs.fault) {
        (Ok(ours), Some(text), None) => {
            let characters = |byte: usize| ours.text[..byte].chars().count();
            let assistant = ours.assistant.as_ref().map(|ranges| {
                ranges.iter().map(|range| [characters(range.start), characters(range.end)]).collect::<Vec<_>>()
            });
            let apart = ours.text != *text || (theirs.assistant.is_some() && assistant != theirs.assistant);
            apart.then(|| format!("{ours:?} but {theirs:?}"))
        }
        (Err(TemplateError::Raised(ours)), None, Some(theirs)) if theirs.starts_with("TemplateError") => {
            (theirs.strip_prefix("TemplateError: ") != Some(ours)).then(|| format!("{ours} but {theirs}"))
        }
        (Err(_), None, Some(theirs)) if !theirs.starts_with("TemplateError") => None,
        _ => Some(format!("{ours:?} but {theirs:?}")),
    }
}

#[test]
fn conversations_render_as_in_transformers() {
    let cases = cases("rendered.json");
    let mut differences = Vec::new();
    for case in &cases.rendered {
        let ending = match case.ending.as_str() {
            "message" => Ending::Message,
            "prompt" => Ending::Prompt,
            _ => Ending::Open,
        };
        let given = conversation(&cases.conversations[&case.conversation]);
        let template = template(&case.template, &cases.special);
        let found = difference(&template, &given, ending, &cases, &case.outcome);
        differences
            .extend(found.map(|found| format!("{}/{}/{}: {found}", case.template, case.conversation, case.ending)));
    }
    assert!(differences.is_empty(), "{} of {}:\n{}", differences.len(), cases.rendered.len(), differences.join("\n"));
}

#[test]
fn snippets_render_as_in_jinja() {
    let cases = cases("snippets.json");
    let mut differences = Vec::new();
    for snippet in &cases.snippets {
        let given = Conversation { variables: snippet.variables.clone(), ..Conversation::default() };
        let found = match ChatTemplate::compile(&snippet.source, cases.special.clone()) {
            Ok(template) => difference(&template, &given, Ending::Message, &cases, &snippet.outcome),
            Err(fault) => Some(format!("{fault} but {:?}", snippet.outcome)),
        };
        differences.extend(found.map(|found| format!("{}: {found}", snippet.source)));
    }
    assert!(differences.is_empty(), "{} of {}:\n{}", differences.len(), cases.snippets.len(), differences.join("\n"));
}

#[test]
fn the_assistants_tokens_are_those_of_transformers() {
    let cases = cases("masks.json");
    let tokenizer = Tokenizer::open(&folder("fixtures/tokenizers/qwen")).unwrap();
    let special = json!({"eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"});
    let template = template("marked", special.as_object().unwrap());
    for case in &cases.masks {
        let given = conversation(&cases.conversations[&case.conversation]);
        let rendered = template.render(&given, Ending::Message, cases.now()).unwrap();
        let encoded = tokenizer.encode(&rendered.text).unwrap();
        let mask: Vec<_> = encoded.within(&rendered.assistant.unwrap()).into_iter().map(u8::from).collect();
        assert_eq!((encoded.ids, mask), (case.ids.clone(), case.mask.clone()), "{}", case.conversation);
    }
}

#[test]
fn a_text_with_a_mark_in_it_is_refused() {
    let cases = cases("masks.json");
    let given = Conversation::of([("user", "a\u{FDD0}b")]);
    let fault = template("marked", &cases.special).render(&given, Ending::Message, cases.now()).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "the conversation contains U+FDD0, which is no character and is used as a mark here; remove it"
    );
    // Where nothing is marked, it is a text like any other.
    assert!(template("chatml", &cases.special).render(&given, Ending::Message, cases.now()).is_ok());
}

#[test]
fn a_template_that_never_ends_is_stopped() {
    let source = "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}";
    let template = ChatTemplate::compile(source, Map::new()).unwrap();
    let fault = template.render(&Conversation::of([("user", "")]), Ending::Message, cases("masks.json").now());
    assert!(matches!(fault, Err(TemplateError::Render(_))), "{fault:?}");
}

#[test]
fn a_template_that_is_none_is_refused() {
    let fault = ChatTemplate::compile("{% for %}", Map::new()).unwrap_err();
    assert!(fault.to_string().starts_with("failed to parse the chat template: "), "{fault}");
}

#[test]
fn digests_tell_templates_and_their_tokens_apart() {
    let compile = |source: &str, token: &str| {
        ChatTemplate::compile(source, Map::from_iter([("bos_token".to_owned(), token.into())])).unwrap().digest()
    };
    assert_eq!(compile("a", "b"), compile("a", "b"));
    assert_ne!(compile("a", "b"), compile("a", "c"));
    assert_ne!(compile("a", "b"), compile("c", "b"));
}

/// Names and texts.
type Files<'a> = &'a [(&'a str, &'a str)];

/// A folder with these files.
fn checkpoint(files: Files) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

#[test]
fn templates_are_found_where_they_may_stand() {
    let config = r#"{"bos_token": {"content": "<b>"}, "chat_template": "{{ bos_token }}config"}"#;
    let named =
        r#"{"chat_template": [{"name": "default", "template": "plain"}, {"name": "tool_use", "template": "tools"}]}"#;
    let found: [(Files, [&str; 2]); 5] = [
        (&[("tokenizer_config.json", config)], ["<b>config"; 2]),
        (&[("tokenizer_config.json", config), ("chat_template.jinja", "{{ bos_token }}file")], ["<b>file"; 2]),
        (&[("tokenizer_config.json", named)], ["plain", "tools"]),
        (&[("chat_template.jinja", "file"), ("additional_chat_templates/tool_use.jinja", "more")], ["file", "more"]),
        (
            &[
                ("chat_template.json", r#"{"chat_template": "{{ eos_token }}"}"#),
                ("special_tokens_map.json", r#"{"eos_token": "<e>"}"#),
            ],
            ["<e>"; 2],
        ),
    ];
    for (files, expected) in found {
        let folder = checkpoint(files);
        let templates = Templates::open(folder.path()).unwrap();
        let plain = Conversation::of([("user", "x")]);
        let with_tools = Conversation { tools: Some(Vec::new()), ..plain.clone() };
        let render = |given: &Conversation| {
            templates.choose(given).unwrap().render(given, Ending::Message, cases("masks.json").now()).unwrap().text
        };
        assert_eq!([render(&plain), render(&with_tools)], expected, "{files:?}");
    }
    let fault = Templates::open(checkpoint(&[]).path()).unwrap().choose(&Conversation::default()).unwrap_err();
    assert_eq!(fault.to_string(), "the chat template `default` is missing, there is none; add `chat_template.jinja`");
}
