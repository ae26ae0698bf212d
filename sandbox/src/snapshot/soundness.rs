//! What a module must be for its instance to be reset in place: proven from its bytes, before it is ever run.
//!
//! Between two runs the runtime does not make a new instance. It copies the pages of memory that were written back from
//! the pristine image and sets the stack pointer back, and holds that everything a program could have changed is then
//! as it was. That is true only if an instance has no other state:
//!
//! - *one mutable global*, exported, so that the runtime can set it back;
//! - *one memory* that code can write, exported, neither shared (another thread could write during the reset) nor
//!   64-bit; beside it only the safepoint's, which no code writes;
//! - *a table that never changes*: no instruction writes to one, and none is exported to a host that could;
//! - *no passive or declared segment*: dropping one is a change that no reset undoes;
//! - *no feature with state of its own* (threads and atomics, collected objects, exceptions, stacks): the validator
//!   knows only the features that are listed here;
//! - *functions as the only imports*, and no start function, which would run after the snapshot and change it.
//!
//! And it must be possible to stop: every loop looks at the safepoint first.
//!
//! Each rule is checked by itself and every module is checked, also one that was carried here in a file. Knows nothing of
//! how a module was made.

use wasmparser::{DataKind, ElementKind, ExternalKind, Import, Parser, Payload, TypeRef, Validator, WasmFeatures};

use super::flatten::safepoint::{self, SAFEPOINT};

mod code;

/// The name under which the one mutable global is shown.
pub const STACK_POINTER: &str = "__stack_pointer";

/// The name under which the memory is shown.
pub const MEMORY: &str = "memory";

/// Why a module's instance could not be trusted after a reset.
#[derive(Debug, thiserror::Error)]
pub enum Unsound {
    /// Not WebAssembly, or a feature that brings state of its own.
    #[error("the module is not valid under the features that a reset can undo: {0}")]
    Invalid(#[from] wasmparser::Error),
    /// More or fewer than one mutable global.
    #[error("the module has {0} mutable globals; a reset restores exactly one")]
    MutableGlobals(usize),
    /// Another number of memories than two.
    #[error("the module has {0} memories; one is restored and one is its safepoint")]
    Memories(usize),
    /// An export that the reset needs is missing or is something else.
    #[error("the module does not export its {what} as `{name}`")]
    NotExported {
        /// What should be exported.
        what: &'static str,
        /// Under which name.
        name: &'static str,
    },
    /// The host could change a table.
    #[error("the module exports a table as `{0}`")]
    ExportedTable(String),
    /// State that lives outside.
    #[error("the module imports `{name}` of `{module}`, which is not a function")]
    Import {
        /// The import's module.
        module: String,
        /// The import's name.
        name: String,
    },
    /// A segment that can be dropped.
    #[error("the module has a {0} segment, which a program could drop for good")]
    Segment(&'static str),
    /// An instruction whose effect a reset does not undo.
    #[error("the module uses `{0}`, whose effect a reset does not undo")]
    Instruction(&'static str),
    /// A loop that could not be stopped.
    #[error("the module has a loop that does not begin with a look at its safepoint, and could never be stopped")]
    Loop,
    /// A use of the safepoint's memory other than looking at it.
    #[error("the module uses the memory of its safepoint for something else than looking at it")]
    Safepoint,
    /// Code that runs after the snapshot.
    #[error("the module has a start function, which would change the snapshot")]
    Start,
}

/// Proves that the module's only state is its memory and its stack pointer.
pub fn verify(module: &[u8]) -> Result<(), Unsound> {
    Validator::new_with_features(features()).validate_all(module)?;
    let mut state = State::default();
    for payload in Parser::new(0).parse_all(module) {
        state.add(payload?)?;
    }
    state.conclude()
}

/// Numbers, vectors, tables of functions, bulk copies and a second memory; nothing else that holds state.
fn features() -> WasmFeatures {
    WasmFeatures::MUTABLE_GLOBAL
        | WasmFeatures::SATURATING_FLOAT_TO_INT
        | WasmFeatures::SIGN_EXTENSION
        | WasmFeatures::REFERENCE_TYPES
        | WasmFeatures::MULTI_VALUE
        | WasmFeatures::BULK_MEMORY
        | WasmFeatures::SIMD
        | WasmFeatures::FLOATS
        | WasmFeatures::EXTENDED_CONST
        | WasmFeatures::TAIL_CALL
        | WasmFeatures::GC_TYPES
        | WasmFeatures::MULTI_MEMORY
}

#[derive(Default)]
struct State {
    /// By index, whether it is mutable.
    globals: Vec<bool>,
    memories: usize,
    stack_pointer: Option<u32>,
    memory_exported: bool,
    safepoint_exported: bool,
}

impl State {
    fn add(&mut self, payload: Payload<'_>) -> Result<(), Unsound> {
        match payload {
            Payload::ImportSection(section) => section.into_imports().try_for_each(|item| import(&item?)),
            Payload::MemorySection(section) => {
                self.memories = section.count() as usize;
                Ok(())
            }
            Payload::GlobalSection(section) => section.into_iter().try_for_each(|item| {
                self.globals.push(item?.ty.mutable);
                Ok(())
            }),
            Payload::ExportSection(section) => section.into_iter().try_for_each(|item| self.export(item?)),
            Payload::StartSection { .. } => Err(Unsound::Start),
            Payload::ElementSection(section) => section.into_iter().try_for_each(|item| match item?.kind {
                ElementKind::Active { .. } => Ok(()),
                _ => Err(Unsound::Segment("passive or declared table")),
            }),
            Payload::DataSection(section) => section.into_iter().try_for_each(|item| match item?.kind {
                DataKind::Active { .. } => Ok(()),
                DataKind::Passive => Err(Unsound::Segment("passive data")),
            }),
            Payload::CodeSectionEntry(body) => code::verify(&body),
            _ => Ok(()),
        }
    }

    fn export(&mut self, export: wasmparser::Export<'_>) -> Result<(), Unsound> {
        match export.kind {
            ExternalKind::Table => return Err(Unsound::ExportedTable(export.name.into())),
            ExternalKind::Global if export.name == STACK_POINTER => self.stack_pointer = Some(export.index),
            ExternalKind::Memory if export.name == MEMORY => self.memory_exported = export.index == 0,
            ExternalKind::Memory if export.name == SAFEPOINT => {
                self.safepoint_exported = export.index == safepoint::MEMORY;
            }
            _ => {}
        }
        Ok(())
    }

    fn conclude(self) -> Result<(), Unsound> {
        let mutable = self.globals.iter().filter(|mutable| **mutable).count();
        if mutable != 1 {
            return Err(Unsound::MutableGlobals(mutable));
        }
        if self.memories != 2 {
            return Err(Unsound::Memories(self.memories));
        }
        let shown = self.stack_pointer.and_then(|index| self.globals.get(index as usize));
        if shown != Some(&true) {
            return Err(Unsound::NotExported { what: "mutable global", name: STACK_POINTER });
        }
        if !self.memory_exported {
            return Err(Unsound::NotExported { what: "memory", name: MEMORY });
        }
        if !self.safepoint_exported {
            return Err(Unsound::NotExported { what: "second memory", name: SAFEPOINT });
        }
        Ok(())
    }
}

fn import(import: &Import<'_>) -> Result<(), Unsound> {
    match import.ty {
        TypeRef::Func(_) => Ok(()),
        _ => Err(Unsound::Import { module: import.module.into(), name: import.name.into() }),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    /// What every sound module here has; the cases add one thing to it, or take one away.
    const MEMORY_TEXT: &str = r#"(memory (export "memory") 1)"#;
    const SAFEPOINT_TEXT: &str = r#"(memory (export "safepoint") 1 1)"#;
    const GLOBAL_TEXT: &str = r#"(global (export "__stack_pointer") (mut i32) (i32.const 16))"#;
    const TABLE_TEXT: &str = "(table 4 4 funcref) (elem (i32.const 1) func $f) (func $f)";

    fn verdict(parts: &[&str]) -> Result<(), Unsound> {
        let text = format!("(module {})", parts.concat());
        verify(&wat::parse_str(&text).unwrap())
    }

    fn broken_by(addition: &str) -> String {
        verdict(&[MEMORY_TEXT, SAFEPOINT_TEXT, GLOBAL_TEXT, TABLE_TEXT]).unwrap();
        verdict(&[addition, MEMORY_TEXT, SAFEPOINT_TEXT, GLOBAL_TEXT, TABLE_TEXT]).unwrap_err().to_string()
    }

    #[test]
    fn each_rule_is_broken_by_itself() {
        let cases = [
            ("(global (mut i32) (i32.const 0))", "2 mutable globals"),
            (r#"(import "a" "b" (memory 1))"#, "`b` of `a`, which is not a function"),
            (r#"(import "a" "b" (global i32))"#, "`b` of `a`, which is not a function"),
            (r#"(import "a" "b" (table 1 funcref))"#, "`b` of `a`, which is not a function"),
            (r#"(table (export "t") 1 funcref)"#, "exports a table as `t`"),
            (r#"(data $d "x")"#, "passive data segment"),
            ("(elem $e func $f)", "passive or declared table segment"),
            ("(elem declare func $f)", "passive or declared table segment"),
            ("(func (table.set 0 (i32.const 0) (ref.null func)))", "`table.set`"),
            ("(func (drop (table.grow 0 (ref.null func) (i32.const 1))))", "`table.grow`"),
            ("(func (table.fill 0 (i32.const 0) (ref.null func) (i32.const 1)))", "`table.fill`"),
            ("(func (table.copy 0 0 (i32.const 0) (i32.const 1) (i32.const 1)))", "`table.copy`"),
            ("(func (drop (i32.atomic.load (i32.const 0))))", "threads"),
            ("(func $s) (start $s)", "start function"),
            ("(tag)", "exceptions"),
            ("(type (struct (field (mut i32)))) ", "gc"),
        ];
        for (addition, expected) in cases {
            let error = broken_by(addition);
            assert!(error.contains(expected), "{addition}: {error}");
        }
    }

    #[test]
    fn what_the_reset_needs_must_be_there() {
        let cases = [
            (vec![MEMORY_TEXT, SAFEPOINT_TEXT], "0 mutable globals"),
            (vec![MEMORY_TEXT, SAFEPOINT_TEXT, "(global (mut i32) (i32.const 0))"], "as `__stack_pointer`"),
            (vec![GLOBAL_TEXT], "0 memories"),
            (vec![GLOBAL_TEXT, MEMORY_TEXT], "1 memories"),
            (vec![GLOBAL_TEXT, SAFEPOINT_TEXT, MEMORY_TEXT], "as `memory`"),
            (vec![GLOBAL_TEXT, MEMORY_TEXT, "(memory 1)"], "as `safepoint`"),
            (vec![GLOBAL_TEXT, MEMORY_TEXT, SAFEPOINT_TEXT, "(memory 1)"], "3 memories"),
            (vec![GLOBAL_TEXT, r#"(memory (export "memory") 1 1 shared)"#], "threads"),
            (vec![GLOBAL_TEXT, r#"(memory (export "memory") i64 1)"#], "memory64"),
        ];
        for (parts, expected) in cases {
            let error = verdict(&parts).unwrap_err().to_string();
            assert!(error.contains(expected), "{parts:?}: {error}");
        }
    }

    #[test]
    fn bytes_that_are_no_module_are_refused() {
        assert!(matches!(verify(b"not a module"), Err(Unsound::Invalid(_))));
    }
}
