//! How an engine is written: `sandbox`, `process`, or `{process: {python: ..}}`.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Engine, Process};

const NAMES: &[&str] = &["sandbox", "process"];

/// Where programs run.
#[derive(JsonSchema)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used: a name that stands for two forms is more than serde can derive")]
enum Form {
    /// A CPython 3.14 of WebAssembly that is the same on every machine: no program can leave it, and fuel can be
    /// counted.
    Sandbox,
    /// A process for each program of `python3` on the search path, with walls around it that the Linux kernel keeps:
    /// native speed, and every package that is installed there.
    #[schemars(rename = "process")]
    Plain,
    /// The same with a Python of one's own.
    #[schemars(rename = "process")]
    Process(Process),
}

impl Serialize for Engine {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Sandbox => serializer.serialize_str("sandbox"),
            Self::Process(process) if *process == Process::default() => serializer.serialize_str("process"),
            Self::Process(process) => serializer.collect_map([("process", process)]),
        }
    }
}

impl<'de> Deserialize<'de> for Engine {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Written)
    }
}

struct Written;

impl<'de> Visitor<'de> for Written {
    type Value = Engine;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("`sandbox`, `process` or `{process: {python: ..}}`")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Engine, E> {
        match name {
            "sandbox" => Ok(Engine::Sandbox),
            "process" => Ok(Engine::Process(Process::default())),
            other => Err(E::unknown_variant(other, NAMES)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Engine, A::Error> {
        match map.next_key::<String>()?.as_deref() {
            Some("process") => map.next_value().map(Engine::Process),
            Some(other) => Err(A::Error::unknown_field(other, &NAMES[1..])),
            None => Err(A::Error::custom("`engine` is an empty mapping")),
        }
    }
}

impl JsonSchema for Engine {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Engine".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Form::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn every_form_is_read_and_written_in_the_shortest() {
        let named = Process { python: Some(".venv/bin/python".to_owned()), preload: vec!["numpy".to_owned()] };
        let cases = [
            ("sandbox", "sandbox", Engine::Sandbox),
            ("process", "process", Engine::Process(Process::default())),
            ("process: {}", "process", Engine::Process(Process::default())),
            (
                "process: {python: .venv/bin/python, preload: [numpy]}",
                "process:\n  python: .venv/bin/python\n  preload:\n  - numpy",
                Engine::Process(named),
            ),
        ];
        for (text, shortest, engine) in cases {
            assert_eq!(serde_yaml::from_str::<Engine>(text).unwrap(), engine, "{text}");
            assert_eq!(serde_yaml::to_string(&engine).unwrap().trim(), shortest);
        }
    }

    #[test]
    fn other_forms_are_refused() {
        for (text, words) in [
            ("wasm", "unknown variant `wasm`, expected `sandbox` or `process`"),
            ("sandbox: {}", "unknown field `sandbox`, expected `process`"),
            ("{}", "empty mapping"),
            ("process: {pythons: x}", "unknown field `pythons`, expected `python` or `preload`"),
            ("3", "`sandbox`, `process` or"),
        ] {
            let said = serde_yaml::from_str::<Engine>(text).unwrap_err().to_string();
            assert!(said.contains(words), "{text}: {said}");
        }
    }
}
