//! A shared library of our own that is linked into the component and speaks before Python does.
//!
//! componentize-py starts Python in a fixed environment and lets nobody add to it. Python then draws the seed of its
//! string hashes at random, the snapshot keeps it, and two machines with the same recipe would order their sets and count
//! their instructions differently. But it links WebAssembly libraries that lie beside the guest, and a library's
//! initialiser runs before Python starts: this one calls the C library's `setenv`. After the snapshot nothing reaches it,
//! so the flattening leaves it out.

use std::borrow::Cow;
use wasm_encoder::{
    CodeSection, ConstExpr, CustomSection, DataSection, Encode, EntityType, ExportKind, ExportSection, Function,
    FunctionSection, GlobalType, ImportSection, MemoryType, Module, TypeSection, ValType,
};

/// What Python finds in its environment when it starts. A seed of 0 turns the randomness off.
const TEXT: &str = "PYTHONHASHSEED\0\
    0\0";

/// Where in the text the value stands.
const VALUE: i32 = 15;

/// The name under which the library lies beside the guest; its ending is what componentize-py looks for.
pub(super) const LIBRARY_FILE: &str = "environment.abi3.so";

/// Kinds of entries of the section by which a linker knows a shared library.
const MEMORY_INFORMATION: u8 = 1;
const NEEDED_LIBRARIES: u8 = 2;

/// The library's bytes.
pub(super) fn library() -> Vec<u8> {
    let mut module = Module::new();
    module.section(&CustomSection { name: "dylink.0".into(), data: Cow::Owned(linking(TEXT.len())) });
    let mut types = TypeSection::new();
    types.ty().function([ValType::I32; 3], [ValType::I32]);
    types.ty().function([], []);
    module.section(&types);
    module.section(&imports());
    let mut functions = FunctionSection::new();
    functions.function(1);
    module.section(&functions);
    let mut exports = ExportSection::new();
    exports.export("_initialize", ExportKind::Func, 1);
    module.section(&exports);
    module.section(&initialiser());
    let mut data = DataSection::new();
    data.active(0, &ConstExpr::global_get(0), TEXT.bytes());
    module.section(&data);
    module.finish()
}

/// Whether the library's text lies in the snapshot's memory: then it was linked, and its initialiser has run.
pub(super) fn is_linked(component: &[u8]) -> bool {
    component.windows(TEXT.len()).any(|window| window == TEXT.as_bytes())
}

/// How much memory the library wants, and that the C library comes before it.
fn linking(size: usize) -> Vec<u8> {
    let (mut memory, mut needed, mut section) = (Vec::new(), Vec::new(), Vec::new());
    [size, 0, 0, 0].iter().for_each(|number| number.encode(&mut memory));
    1_usize.encode(&mut needed);
    "libc.so".encode(&mut needed);
    for (kind, entry) in [(MEMORY_INFORMATION, memory), (NEEDED_LIBRARIES, needed)] {
        section.push(kind);
        entry.as_slice().encode(&mut section);
    }
    section
}

fn imports() -> ImportSection {
    let mut imports = ImportSection::new();
    let memory = MemoryType { minimum: 0, maximum: None, memory64: false, shared: false, page_size_log2: None };
    imports.import("env", "memory", EntityType::Memory(memory));
    let base = GlobalType { val_type: ValType::I32, mutable: false, shared: false };
    imports.import("env", "__memory_base", EntityType::Global(base));
    imports.import("env", "setenv", EntityType::Function(0));
    imports
}

/// `setenv(name, value, 1)`. It fails only without memory, and then Python does not start either.
fn initialiser() -> CodeSection {
    let mut function = Function::new([]);
    let mut body = function.instructions();
    body.global_get(0);
    body.global_get(0).i32_const(VALUE).i32_add();
    body.i32_const(1).call(0).drop().end();
    let mut code = CodeSection::new();
    code.function(&function);
    code
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn the_library_is_valid_and_its_text_is_where_its_code_looks() {
        wasmparser::validate(&library()).unwrap();
        let value = usize::try_from(VALUE).unwrap();
        assert!(is_linked(&library()) && !is_linked(b"PYTHONHASHSEED"));
        assert_eq!((&TEXT[..value], &TEXT[value..]), ("PYTHONHASHSEED\0", "0\0"));
    }
}
