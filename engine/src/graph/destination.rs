//! Exports that would write over each other, or over what the pipeline reads.

use std::path::{Component, Path, PathBuf};

use super::prepare::Prepared;
use super::unroll::{Template, Unrolled};
use crate::diagnostic::{Diagnostic, Span};
use crate::manifest::{Kind, Tree};
use crate::operator::{Destination, ExternalFiles};

const CODE: &str = "graph::same_destination";

/// An export, and where it writes.
struct Export<'a, 'm> {
    template: &'a Template<'m>,
    path: PathBuf,
    is_folder: bool,
    place: Span,
}

/// A fault for every export whose destination another one has, a loop repeats, or a source reads from.
pub(super) fn check(
    unrolled: &Unrolled<'_>,
    prepared: &[Prepared],
    files: &ExternalFiles,
    document: &Tree,
) -> Vec<Diagnostic> {
    let exports = exports(unrolled, prepared, files);
    let mut faults = Vec::new();
    for (index, export) in exports.iter().enumerate() {
        let earlier = exports[..index].iter().find(|earlier| earlier.path == export.path);
        let clash = match earlier {
            Some(earlier) => Some(shared(earlier, export)),
            None if is_repeated(unrolled, export) => Some(repeated(export)),
            None => read(unrolled, prepared, files, export),
        };
        faults.extend(clash.map(|fault| export.template.noted(fault, document, &["with"])));
    }
    faults
}

fn exports<'a, 'm>(unrolled: &'a Unrolled<'m>, prepared: &[Prepared], files: &ExternalFiles) -> Vec<Export<'a, 'm>> {
    let export = |(template, prepared): (&'a Template<'m>, &Prepared)| {
        let destination = prepared.configured.as_ref()?.operator().destination()?;
        let (Destination::File(named) | Destination::Folder(named)) = &destination;
        let place = scalar(&template.node.with, named).unwrap_or(template.node.with.span);
        let is_folder = matches!(destination, Destination::Folder(_));
        Some(Export { template, path: plain(&files.root().join(named)), is_folder, place })
    };
    unrolled.templates.iter().zip(prepared).filter_map(export).collect()
}

fn shared(earlier: &Export<'_, '_>, export: &Export<'_, '_>) -> Diagnostic {
    let (one, other) = (&earlier.template.name.value, &export.template.name.value);
    let message = format!("`{one}` and `{other}` export to the same place");
    Diagnostic::error(CODE, message)
        .label(export.place, "written here too")
        .label(earlier.place, "written here")
        .help("what one writes would be lost: give each a path of its own")
}

fn is_repeated(unrolled: &Unrolled<'_>, export: &Export<'_, '_>) -> bool {
    let own = |index: usize| std::ptr::eq(&unrolled.templates[index], export.template);
    unrolled.drafts.iter().filter(|draft| own(draft.template)).count() > 1
}

fn repeated(export: &Export<'_, '_>) -> Diagnostic {
    let message = format!("every round exports `{}` to the same place", export.template.name.value);
    Diagnostic::error(CODE, message)
        .label(export.place, "written once a round")
        .help("only one round's rows would stay: export behind the block, where `block[2].node` names a round's node")
}

/// A source of the pipeline that reads what the export writes.
fn read(
    unrolled: &Unrolled<'_>,
    prepared: &[Prepared],
    files: &ExternalFiles,
    export: &Export<'_, '_>,
) -> Option<Diagnostic> {
    let is_written = |file: &Path| file == export.path || (export.is_folder && file.starts_with(&export.path));
    for (template, prepared) in unrolled.templates.iter().zip(prepared) {
        let parameters = prepared.configured.iter().flat_map(|configured| configured.operator().files());
        for parameter in parameters {
            let found = files.resolve(&parameter.pattern).unwrap_or_default();
            if found.iter().any(|file| is_written(&plain(file))) {
                let (writer, reader) = (&export.template.name.value, &template.name.value);
                let message = format!("`{writer}` exports to where `{reader}` reads from");
                let fault = Diagnostic::error(CODE, message)
                    .label(export.place, "written here")
                    .label(template.node.with.nearest([parameter.parameter]).span, "read here")
                    .help("a run would change its own input: export to another path");
                return Some(fault);
            }
        }
    }
    None
}

/// Where a text stands among a mapping's values.
fn scalar(with: &Tree, text: &str) -> Option<Span> {
    let is_it = |value: &Tree| matches!(&value.kind, Kind::Scalar(scalar) if scalar.text == text);
    with.as_mapping()?.entries.iter().find(|entry| is_it(&entry.value)).map(|entry| entry.value.span)
}

/// A path without `.` and `..`, so that two spellings of one are equal; links are not followed.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(plain.components().next_back(), Some(Component::Normal(_))) => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}
