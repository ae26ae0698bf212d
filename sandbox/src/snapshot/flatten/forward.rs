//! Functions that only hand their arguments on, looked through to the function that does the work.
//!
//! Position-independent libraries call each other, and the host, through such trampolines: every argument as it came,
//! then a direct call, or an indirect one through a place of a table that is known. Owns the map from each function to
//! the one behind it. It takes a table's contents as final, which holds because no code that the flat module keeps may
//! write to a table; the soundness check refuses one that does.

use super::error::FlattenError;
use super::program::{Code, FunctionId, Program};
use wasmparser::{FuncType, FunctionBody, Operator};

/// For each function, the one that is meant when it is called.
pub(super) struct Forwards(Vec<FunctionId>);

impl Forwards {
    /// Follows every trampoline to its end and names the host's functions after those who ask for them.
    pub fn resolve(program: &mut Program<'_>) -> Result<Self, FlattenError> {
        let next: Vec<_> = (0..program.functions.len()).map(|index| next(program, index)).collect::<Result<_, _>>()?;
        let forwards = Self((0..next.len()).map(|start| last(&next, start)).collect());
        forwards.name_host_functions(program);
        Ok(forwards)
    }

    /// The function behind this one.
    pub fn target(&self, id: FunctionId) -> FunctionId {
        self.0[id.0]
    }

    /// An interface's name has a colon (`wasi:io/streams`), a library's and a trampoline's has none.
    fn name_host_functions(&self, program: &mut Program<'_>) {
        for library in &program.libraries {
            let imports = library.module.imports.iter();
            let functions = imports.filter(|import| matches!(import.ty, wasmparser::TypeRef::Func(_)));
            for (import, &id) in functions.zip(&library.functions) {
                let function = &mut program.functions[self.target(id).0];
                if matches!(function.code, Code::Host) && import.module.contains(':') {
                    function.import.get_or_insert((import.module, import.name));
                }
            }
        }
    }
}

fn next(program: &Program<'_>, index: usize) -> Result<Option<FunctionId>, FlattenError> {
    let function = &program.functions[index];
    let (Code::Body { library, body }, Some(signature)) = (&function.code, &function.signature) else {
        return Ok(None);
    };
    let Some(target) = handed_on(program, *library, body, signature.params().len())? else { return Ok(None) };
    let same = program.functions[target.0].signature.as_ref() == Some::<&FuncType>(signature);
    Ok(same.then_some(target))
}

fn handed_on(
    program: &Program<'_>,
    library: usize,
    body: &FunctionBody<'_>,
    parameters: usize,
) -> Result<Option<FunctionId>, FlattenError> {
    let library = &program.libraries[library];
    let mut operators = body.get_operators_reader()?;
    for parameter in 0..parameters {
        match operators.read()? {
            Operator::LocalGet { local_index } if local_index as usize == parameter => {}
            _ => return Ok(None),
        }
    }
    let target = match operators.read()? {
        Operator::Call { function_index } => library.functions.get(function_index as usize).copied(),
        Operator::I32Const { value } => match operators.read()? {
            Operator::CallIndirect { table_index, .. } => library
                .tables
                .get(table_index as usize)
                .and_then(|table| program.tables[table.0].elements.get(value.cast_unsigned() as usize))
                .copied()
                .flatten(),
            _ => None,
        },
        _ => None,
    };
    Ok(target.filter(|_| matches!(operators.read(), Ok(Operator::End))))
}

/// The end of the chain; trampolines that lead to each other in a circle stand for themselves.
fn last(next: &[Option<FunctionId>], start: usize) -> FunctionId {
    let mut here = FunctionId(start);
    for _ in 0..next.len() {
        match next[here.0] {
            Some(further) => here = further,
            None => return here,
        }
    }
    FunctionId(start)
}
