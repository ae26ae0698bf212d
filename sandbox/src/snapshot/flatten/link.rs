//! Instantiation on paper: each import of each instance is resolved to the definition behind it.
//!
//! Owns the core's index spaces and the order of instances, which is the order in which segments are written. Reads no
//! function's code.

use super::constant::evaluate;
use super::error::FlattenError;
use super::module::Module;
use super::program::{
    Code, Definition, Function, FunctionId, Global, GlobalId, Library, Memory, MemoryId, Program, Table, TableId,
};
use std::collections::BTreeMap;
use wasmparser::{
    ConstExpr, DataKind, ElementItems, ElementKind, Export, ExternalKind, FuncType, Import, InstantiationArg, Operator,
    TypeRef,
};

type Names<'a> = BTreeMap<&'a str, Definition>;

/// What has been read so far, and the program that it makes.
#[derive(Default)]
pub(super) struct Linker<'a> {
    pub modules: Vec<Module<'a>>,
    pub program: Program<'a>,
    instances: Vec<Names<'a>>,
    /// The component's core functions, with the names under which instances show them.
    functions: Vec<(&'a str, FunctionId)>,
    tables: Vec<TableId>,
    memories: Vec<MemoryId>,
    globals: Vec<GlobalId>,
}

impl<'a> Linker<'a> {
    /// A new instance of a module, its imports taken from earlier instances.
    pub fn instantiate(&mut self, module: u32, arguments: &[InstantiationArg<'a>]) -> Result<(), FlattenError> {
        let module = self.modules.get(module as usize).cloned();
        let module = module.ok_or_else(|| FlattenError::missing("a core module that it instantiates"))?;
        let mut library =
            Library { module, functions: Vec::new(), tables: Vec::new(), memories: Vec::new(), globals: Vec::new() };
        for import in library.module.imports.clone() {
            let definition = self.argument(arguments, &import)?;
            self.bind(&mut library, &import, definition)?;
        }
        self.define(&mut library)?;
        self.fill_tables(&library)?;
        self.fill_memories(&library)?;
        let exports = library.module.exports.iter().map(|export| Ok((export.name, shown(&library, export)?)));
        self.instances.push(exports.collect::<Result<_, FlattenError>>()?);
        self.program.libraries.push(library);
        Ok(())
    }

    /// An instance made of items that are there already.
    pub fn gather(&mut self, exports: &[Export<'a>]) -> Result<(), FlattenError> {
        let named = exports.iter().map(|export| {
            let index = export.index as usize;
            let definition = match export.kind {
                ExternalKind::Func => self.functions.get(index).map(|&(_, id)| Definition::Function(id)),
                ExternalKind::Table => self.tables.get(index).copied().map(Definition::Table),
                ExternalKind::Memory => self.memories.get(index).copied().map(Definition::Memory),
                ExternalKind::Global => self.globals.get(index).copied().map(Definition::Global),
                _ => None,
            };
            Ok((export.name, definition.ok_or_else(|| FlattenError::missing(format!("`{}`", export.name)))?))
        });
        let named = named.collect::<Result<_, FlattenError>>()?;
        self.instances.push(named);
        Ok(())
    }

    /// Gives an instance's item a place in the component's index space.
    pub fn alias(&mut self, instance: u32, name: &'a str) -> Result<(), FlattenError> {
        let names = self.instances.get(instance as usize);
        match names.and_then(|names| names.get(name)) {
            Some(Definition::Function(id)) => self.functions.push((name, *id)),
            Some(Definition::Table(id)) => self.tables.push(*id),
            Some(Definition::Memory(id)) => self.memories.push(*id),
            Some(Definition::Global(id)) => self.globals.push(*id),
            None => return Err(FlattenError::missing(format!("`{name}` of core instance {instance}"))),
        }
        Ok(())
    }

    /// A core function that the host carries out.
    pub fn host(&mut self) {
        let id = FunctionId(self.program.functions.len());
        self.program.functions.push(Function { code: Code::Host, signature: None, import: None });
        self.functions.push(("", id));
    }

    /// A core function of the component, with its name.
    pub fn function(&self, index: u32) -> Result<(&'a str, FunctionId), FlattenError> {
        let function = self.functions.get(index as usize).copied();
        function.ok_or_else(|| FlattenError::missing(format!("core function {index}")))
    }

    /// A memory of the component.
    pub fn memory(&self, index: u32) -> Result<MemoryId, FlattenError> {
        let memory = self.memories.get(index as usize).copied();
        memory.ok_or_else(|| FlattenError::missing(format!("memory {index}")))
    }

    /// The one global that instances show as `__stack_pointer`.
    pub fn stack_pointer(&self) -> Result<GlobalId, FlattenError> {
        let shown = self.instances.iter().filter_map(|names| match names.get("__stack_pointer") {
            Some(Definition::Global(id)) => Some(*id),
            _ => None,
        });
        let shown: std::collections::BTreeSet<_> = shown.collect();
        match shown.first() {
            Some(&id) if shown.len() == 1 => Ok(id),
            _ => Err(FlattenError::NotOne { what: "exported `__stack_pointer`", found: shown.len() }),
        }
    }

    fn argument(&self, arguments: &[InstantiationArg<'a>], import: &Import<'a>) -> Result<Definition, FlattenError> {
        let instance = arguments.iter().find(|argument| argument.name == import.module);
        let names = instance.and_then(|argument| self.instances.get(argument.index as usize));
        let definition = names.and_then(|names| names.get(import.name)).copied();
        definition.ok_or_else(|| FlattenError::missing(format!("`{}` of `{}`", import.name, import.module)))
    }

    fn bind(
        &mut self,
        library: &mut Library<'a>,
        import: &Import<'a>,
        definition: Definition,
    ) -> Result<(), FlattenError> {
        match (import.ty, definition) {
            (TypeRef::Func(signature), Definition::Function(id)) => {
                let signature = library.module.signature(signature)?;
                self.check_signature(id, signature, import)?;
                library.functions.push(id);
            }
            (TypeRef::Table(_), Definition::Table(id)) => library.tables.push(id),
            (TypeRef::Memory(_), Definition::Memory(id)) => library.memories.push(id),
            (TypeRef::Global(_), Definition::Global(id)) => library.globals.push(id),
            _ => return Err(FlattenError::missing(format!("`{}` of the kind that is imported", import.name))),
        }
        Ok(())
    }

    /// A definition must have the signature that is asked for; a host's function has the one that is asked for first.
    fn check_signature(&mut self, id: FunctionId, asked: &FuncType, import: &Import<'_>) -> Result<(), FlattenError> {
        let signature = self.program.functions[id.0].signature.get_or_insert_with(|| asked.clone());
        if signature == asked {
            return Ok(());
        }
        Err(FlattenError::missing(format!(
            "`{}` of `{}` with the signature that is asked for",
            import.name, import.module
        )))
    }

    fn define(&mut self, library: &mut Library<'a>) -> Result<(), FlattenError> {
        let instance = self.program.libraries.len();
        for (&kind, body) in library.module.functions.iter().zip(&library.module.bodies) {
            library.functions.push(FunctionId(self.program.functions.len()));
            let signature = Some(library.module.signature(kind)?.clone());
            let code = Code::Body { library: instance, body: body.clone() };
            self.program.functions.push(Function { code, signature, import: None });
        }
        for &kind in &library.module.tables {
            library.tables.push(TableId(self.program.tables.len()));
            let table = Table::empty(kind).ok_or_else(|| FlattenError::unsupported(format!("a table of {kind:?}")))?;
            self.program.tables.push(table);
        }
        for &kind in &library.module.memories {
            library.memories.push(MemoryId(self.program.memories.len()));
            self.program.memories.push(Memory { kind, segments: Vec::new() });
        }
        for global in &library.module.globals {
            let initial = evaluate(&global.init_expr, &library.globals, &self.program.globals)?;
            library.globals.push(GlobalId(self.program.globals.len()));
            self.program.globals.push(Global { kind: global.ty, initial });
        }
        Ok(())
    }

    fn fill_tables(&mut self, library: &Library<'a>) -> Result<(), FlattenError> {
        for segment in &library.module.elements {
            let ElementKind::Active { table_index, offset_expr } = &segment.kind else { continue };
            let offset = evaluate(offset_expr, &library.globals, &self.program.globals)?.offset()?;
            let table = library.tables.get(table_index.unwrap_or(0) as usize);
            let table = table.ok_or_else(|| FlattenError::missing("the table of a segment"))?;
            let functions = functions_of(library, &segment.items)?;
            let elements = &mut self.program.tables[table.0].elements;
            let (size, length) = (elements.len() as u64, functions.len());
            let start = usize::try_from(offset).unwrap_or(usize::MAX);
            let room = elements.get_mut(start..).and_then(|rest| rest.get_mut(..length));
            let overflow = FlattenError::Overflow { what: "table", offset, length, size };
            room.ok_or(overflow)?.copy_from_slice(&functions);
        }
        Ok(())
    }

    fn fill_memories(&mut self, library: &Library<'a>) -> Result<(), FlattenError> {
        for segment in &library.module.data {
            let DataKind::Active { memory_index, offset_expr } = &segment.kind else { continue };
            let offset = evaluate(offset_expr, &library.globals, &self.program.globals)?.offset()?;
            let memory = library.memories.get(*memory_index as usize);
            let memory = memory.ok_or_else(|| FlattenError::missing("the memory of a segment"))?;
            self.program.memories[memory.0].segments.push((offset, segment.data));
        }
        Ok(())
    }
}

fn shown(library: &Library<'_>, export: &Export<'_>) -> Result<Definition, FlattenError> {
    let index = export.index as usize;
    let definition = match export.kind {
        ExternalKind::Func => library.functions.get(index).copied().map(Definition::Function),
        ExternalKind::Table => library.tables.get(index).copied().map(Definition::Table),
        ExternalKind::Memory => library.memories.get(index).copied().map(Definition::Memory),
        ExternalKind::Global => library.globals.get(index).copied().map(Definition::Global),
        _ => None,
    };
    definition.ok_or_else(|| FlattenError::missing(format!("the definition behind export `{}`", export.name)))
}

fn functions_of(library: &Library<'_>, items: &ElementItems<'_>) -> Result<Vec<Option<FunctionId>>, FlattenError> {
    let function = |index: u32| library.functions.get(index as usize).copied();
    let missing = || FlattenError::missing("a function of a table segment");
    match items {
        ElementItems::Functions(indices) => {
            indices.clone().into_iter().map(|index| function(index?).ok_or_else(missing).map(Some)).collect()
        }
        ElementItems::Expressions(_, expressions) => {
            let named = expressions.clone().into_iter().map(|expression| match reference(&expression?)? {
                Some(index) => function(index).ok_or_else(missing).map(Some),
                None => Ok(None),
            });
            named.collect()
        }
    }
}

fn reference(expression: &ConstExpr<'_>) -> Result<Option<u32>, FlattenError> {
    match expression.get_operators_reader().read()? {
        Operator::RefFunc { function_index } => Ok(Some(function_index)),
        Operator::RefNull { .. } => Ok(None),
        other => Err(FlattenError::unsupported(format!("{other:?} in a table segment"))),
    }
}
