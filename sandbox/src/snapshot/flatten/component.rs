//! The component's outer layer, read once from front to back: modules, instances, aliases, canonical functions, exports.
//!
//! Owns the component model's index spaces for functions; hands everything of the core to the linker. What the host
//! gives and what types the world has is of no interest here: a lowered import stays an import.

use super::error::FlattenError;
use super::link::Linker;
use super::module::Module;
use super::program::{Definition, Export, Program};
use wasmparser::{
    CanonicalFunction, CanonicalOption, Chunk, ComponentAlias, ComponentExport, ComponentExternalKind,
    ComponentTypeRef, Instance, Parser, Payload,
};

/// Reads and links a component. The program shows `memory`, `__stack_pointer`, `cabi_realloc`, and each function that
/// the world itself exports under the name that its module gives it, with the function that frees its result.
///
/// An exported *instance* is left out: it is componentize-py's own entry, which the snapshot has been through.
pub(super) fn link(component: &[u8]) -> Result<Program<'_>, FlattenError> {
    let mut reader = Reader::default();
    let (mut parser, mut offset) = (Parser::new(0), 0);
    while let Chunk::Parsed { consumed, payload } = parser.parse(&component[offset..], true)? {
        offset += consumed;
        match payload {
            Payload::ModuleSection { unchecked_range, .. } => {
                let bytes = section(component, &unchecked_range)?;
                reader.linker.modules.push(Module::read(bytes)?);
                offset = unchecked_range.end;
            }
            Payload::ComponentSection { unchecked_range, .. } => {
                section(component, &unchecked_range)?;
                offset = unchecked_range.end;
            }
            Payload::End(_) => break,
            payload => reader.add(payload)?,
        }
    }
    reader.finish()
}

fn section<'a>(component: &'a [u8], range: &std::ops::Range<usize>) -> Result<&'a [u8], FlattenError> {
    component.get(range.clone()).ok_or_else(|| FlattenError::missing("the rest of a cut-off section"))
}

/// A function that the component lifts out of the core, with the options that name its helpers.
#[derive(Clone)]
struct Lift {
    function: u32,
    options: Box<[CanonicalOption]>,
}

#[derive(Default)]
struct Reader<'a> {
    linker: Linker<'a>,
    /// The component's functions; `None` for one that comes from outside.
    functions: Vec<Option<Lift>>,
    exported: Vec<Lift>,
    reallocators: Vec<u32>,
}

impl<'a> Reader<'a> {
    fn add(&mut self, payload: Payload<'a>) -> Result<(), FlattenError> {
        match payload {
            Payload::InstanceSection(section) => section.into_iter().try_for_each(|item| self.instance(&item?)),
            Payload::ComponentAliasSection(section) => section.into_iter().try_for_each(|item| self.alias(item?)),
            Payload::ComponentCanonicalSection(section) => {
                section.into_iter().try_for_each(|item| self.canonical(item?))
            }
            Payload::ComponentImportSection(section) => section.into_iter().try_for_each(|item| {
                let function = matches!(item?.ty, ComponentTypeRef::Func(_));
                self.functions.extend(function.then_some(None));
                Ok(())
            }),
            Payload::ComponentExportSection(section) => section.into_iter().try_for_each(|item| self.export(&item?)),
            Payload::ComponentStartSection { .. } => Err(FlattenError::unsupported("a start function")),
            _ => Ok(()),
        }
    }

    fn instance(&mut self, instance: &Instance<'a>) -> Result<(), FlattenError> {
        match instance {
            Instance::Instantiate { module_index, args } => self.linker.instantiate(*module_index, args),
            Instance::FromExports(exports) => self.linker.gather(exports),
        }
    }

    fn alias(&mut self, alias: ComponentAlias<'a>) -> Result<(), FlattenError> {
        match alias {
            ComponentAlias::CoreInstanceExport { instance_index, name, .. } => self.linker.alias(instance_index, name),
            ComponentAlias::InstanceExport { kind: ComponentExternalKind::Func, .. } => {
                self.functions.push(None);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Every canonical function but a lift is one that the core calls and the host carries out.
    fn canonical(&mut self, function: CanonicalFunction) -> Result<(), FlattenError> {
        match function {
            CanonicalFunction::Lift { core_func_index, options, .. } => {
                self.functions.push(Some(Lift { function: core_func_index, options }));
            }
            CanonicalFunction::Lower { options, .. } => {
                self.reallocators.extend(options.iter().filter_map(realloc));
                self.linker.host();
            }
            _ => self.linker.host(),
        }
        Ok(())
    }

    /// An exported function takes a new place among the component's functions.
    fn export(&mut self, export: &ComponentExport<'_>) -> Result<(), FlattenError> {
        if export.kind != ComponentExternalKind::Func {
            return Ok(());
        }
        let function = self.functions.get(export.index as usize).cloned();
        let function = function.ok_or_else(|| FlattenError::missing(format!("component function {}", export.index)))?;
        self.exported.extend(function.clone());
        self.functions.push(function);
        Ok(())
    }

    fn finish(mut self) -> Result<Program<'a>, FlattenError> {
        if self.exported.is_empty() {
            return Err(FlattenError::NotOne { what: "function that the world exports", found: 0 });
        }
        let options = || self.exported.iter().flat_map(|lift| lift.options.iter());
        let memory = options().find_map(|option| match option {
            CanonicalOption::Memory(index) => Some(*index),
            _ => None,
        });
        let memory = memory.ok_or_else(|| FlattenError::missing("the memory of its exported functions"))?;
        let realloc = options().find_map(realloc).or_else(|| self.reallocators.first().copied());
        let realloc = realloc.ok_or_else(|| FlattenError::missing("a `cabi_realloc`"))?;
        let mut exports = vec![
            Export { name: "memory", definition: Definition::Memory(self.linker.memory(memory)?) },
            Export { name: "__stack_pointer", definition: Definition::Global(self.linker.stack_pointer()?) },
            Export { name: "cabi_realloc", definition: Definition::Function(self.linker.function(realloc)?.1) },
        ];
        for lift in &self.exported {
            let freeing = lift.options.iter().filter_map(post_return);
            for index in std::iter::once(lift.function).chain(freeing) {
                let (name, function) = self.linker.function(index)?;
                exports.push(Export { name, definition: Definition::Function(function) });
            }
        }
        self.linker.program.exports = exports;
        Ok(self.linker.program)
    }
}

fn realloc(option: &CanonicalOption) -> Option<u32> {
    match option {
        CanonicalOption::Realloc(index) => Some(*index),
        _ => None,
    }
}

fn post_return(option: &CanonicalOption) -> Option<u32> {
    match option {
        CanonicalOption::PostReturn(index) => Some(*index),
        _ => None,
    }
}
