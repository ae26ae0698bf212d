//! The flat module's bytes, section by section.
//!
//! Owns the encoding and the last check: what comes out is valid WebAssembly, or nothing comes out.

use super::error::FlattenError;
use super::forward::Forwards;
use super::image::Image;
use super::layout::{Body, Layout, number};
use super::program::{Definition, TableId};
use super::renumber::Renumber;
use super::{component, reach, safepoint};
use indexmap::IndexSet;
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, ElementSection, Elements, EntityType, ExportKind, ExportSection, Function,
    FunctionSection, GlobalSection, ImportSection, MemorySection, Module, NameMap, NameSection, TableSection,
    TypeSection,
};
use wasmparser::{FuncType, Validator};

/// Flattens a pre-initialised component. The same component always gives the same bytes.
pub fn flatten(component: &[u8]) -> Result<Vec<u8>, FlattenError> {
    let mut program = component::link(component)?;
    let forwards = Forwards::resolve(&mut program)?;
    let reached = reach::reach(&program, &forwards)?;
    let bytes = encode(&Layout::new(&program, &forwards, &reached)?)?;
    Validator::new().validate_all(&bytes)?;
    Ok(bytes)
}

fn encode(layout: &Layout<'_, '_>) -> Result<Vec<u8>, FlattenError> {
    let program = layout.program;
    // Code first: a `call_indirect` may name a type that no kept function has.
    let mut signatures = layout.types.clone();
    let code = code(layout, &mut signatures)?;
    let mut module = Module::new();
    module.section(&types(&signatures)?);
    module.section(&imports(layout));
    module.section(&functions(layout));
    let mut round = RoundtripReencoder;
    if let Some(TableId(table)) = layout.table {
        let mut kind = program.tables[table].kind;
        kind.maximum = Some(kind.initial);
        let mut section = TableSection::new();
        section.table(round.table_type(kind)?);
        module.section(&section);
    }
    let mut memories = MemorySection::new();
    memories.memory(round.memory_type(program.memories[layout.memory.0].kind)?);
    memories.memory(safepoint::memory());
    module.section(&memories);
    let stack_pointer = &program.globals[layout.stack_pointer.0];
    let mut globals = GlobalSection::new();
    globals.global(round.global_type(stack_pointer.kind)?, &stack_pointer.initial.expression());
    module.section(&globals);
    module.section(&exports(layout));
    if let Some(table) = layout.table {
        module.section(&elements(layout, table));
    }
    module.section(&code);
    module.section(&data(layout)?);
    module.section(&names(layout));
    Ok(module.finish())
}

fn code(layout: &Layout<'_, '_>, signatures: &mut IndexSet<FuncType>) -> Result<CodeSection, FlattenError> {
    let mut code = CodeSection::new();
    for (_, body) in &layout.bodies {
        match body {
            Body::Copied { library, body } => {
                let library = &layout.program.libraries[*library];
                Renumber { layout, library, signatures }.copy(&mut code, body)?;
            }
            Body::Trap { .. } => {
                let mut function = Function::new([]);
                function.instructions().unreachable().end();
                code.function(&function);
            }
        }
    }
    Ok(code)
}

fn types(signatures: &IndexSet<FuncType>) -> Result<TypeSection, FlattenError> {
    let mut types = TypeSection::new();
    for signature in signatures {
        types.ty().func_type(&RoundtripReencoder.func_type(signature.clone())?);
    }
    Ok(types)
}

fn imports(layout: &Layout<'_, '_>) -> ImportSection {
    let mut imports = ImportSection::new();
    for ((interface, name), kind) in &layout.imports {
        imports.import(interface, name, EntityType::Function(*kind));
    }
    imports
}

fn functions(layout: &Layout<'_, '_>) -> FunctionSection {
    let mut functions = FunctionSection::new();
    for (kind, _) in &layout.bodies {
        functions.function(*kind);
    }
    functions
}

fn exports(layout: &Layout<'_, '_>) -> ExportSection {
    let mut exports = ExportSection::new();
    for export in &layout.program.exports {
        let (kind, index) = match export.definition {
            Definition::Function(id) => (ExportKind::Func, layout.function(id).unwrap_or(0)),
            Definition::Memory(_) => (ExportKind::Memory, 0),
            Definition::Global(_) => (ExportKind::Global, 0),
            Definition::Table(_) => continue,
        };
        exports.export(export.name, kind, index);
    }
    exports.export(safepoint::SAFEPOINT, ExportKind::Memory, safepoint::MEMORY);
    exports
}

/// One segment for each run of places that hold a function.
fn elements(layout: &Layout<'_, '_>, table: TableId) -> ElementSection {
    let places = &layout.program.tables[table.0].elements;
    let places: Vec<_> = places.iter().map(|place| place.and_then(|id| layout.function(id))).collect();
    let (mut section, mut start) = (ElementSection::new(), 0);
    for run in places.chunk_by(|left, right| left.is_some() == right.is_some()) {
        let functions: Vec<u32> = run.iter().copied().flatten().collect();
        if !functions.is_empty() {
            section.active(None, &ConstExpr::i32_const(place(start)), Elements::Functions(functions.into()));
        }
        start += run.len();
    }
    section
}

fn data(layout: &Layout<'_, '_>) -> Result<DataSection, FlattenError> {
    let image = Image::of(&layout.program.memories[layout.memory.0])?;
    let mut data = DataSection::new();
    for (start, bytes) in image.segments() {
        data.active(0, &ConstExpr::i32_const(place(start)), bytes.iter().copied());
    }
    Ok(data)
}

/// Only functions that trap have names: a trap should say what was asked for.
fn names(layout: &Layout<'_, '_>) -> NameSection {
    let mut functions = NameMap::new();
    for (index, (_, body)) in layout.bodies.iter().enumerate() {
        if let Body::Trap { name } = body {
            functions.append(number(layout.imports.len() + index), name);
        }
    }
    let mut names = NameSection::new();
    names.functions(&functions);
    names
}

fn place(start: usize) -> i32 {
    number(start).cast_signed()
}
