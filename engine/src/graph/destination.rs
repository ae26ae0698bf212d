//! Exports that would write over each other, or over what the pipeline reads.

use std::path::{Component, Path, PathBuf};

use super::prepare::Prepared;
use super::unroll::{Template, Unrolled};
use crate::diagnostic::{Diagnostic, Span};
use crate::manifest::{Kind, Tree};
use crate::operator::{Destination, ExternalFiles, FileParameter};

const CODE: &str = "graph::same_destination";

/// An export, and where it writes.
struct Export<'a, 'm> {
    template: &'a Template<'m>,
    path: PathBuf,
    is_folder: bool,
    place: Span,
}

/// A parameter that names files, and those that are there.
struct Source<'a, 'm> {
    template: &'a Template<'m>,
    parameter: &'static str,
    files: Vec<PathBuf>,
}

/// A fault for every export whose destination another one has, a loop repeats, or a source reads from.
pub(super) fn check(
    unrolled: &Unrolled<'_>,
    prepared: &[Prepared],
    files: &ExternalFiles,
    document: &Tree,
) -> Vec<Diagnostic> {
    let exports = exports(unrolled, prepared, files);
    if exports.is_empty() {
        return Vec::new();
    }
    let sources = sources(unrolled, prepared, files);
    let mut faults = Vec::new();
    for (index, export) in exports.iter().enumerate() {
        let earlier = exports[..index].iter().find(|earlier| earlier.path == export.path);
        let clash = match earlier {
            Some(earlier) => Some(shared(earlier, export)),
            None if is_repeated(unrolled, export) => Some(repeated(export)),
            None => read(&sources, export),
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
fn read(sources: &[Source<'_, '_>], export: &Export<'_, '_>) -> Option<Diagnostic> {
    let is_written = |file: &PathBuf| *file == export.path || (export.is_folder && file.starts_with(&export.path));
    let source = sources.iter().find(|source| source.files.iter().any(is_written))?;
    let (writer, reader) = (&export.template.name.value, &source.template.name.value);
    let fault = Diagnostic::error(CODE, format!("`{writer}` exports to where `{reader}` reads from"))
        .label(export.place, "written here")
        .label(source.template.node.with.nearest([source.parameter]).span, "read here")
        .help("a run would change its own input: export to another path");
    Some(fault)
}

fn sources<'a, 'm>(unrolled: &'a Unrolled<'m>, prepared: &[Prepared], files: &ExternalFiles) -> Vec<Source<'a, 'm>> {
    let templates = unrolled.templates.iter().zip(prepared);
    let named = templates.flat_map(|(template, prepared)| {
        let parameters = prepared.configured.iter().flat_map(|configured| configured.operator().files());
        parameters.map(move |parameter| (template, parameter))
    });
    let found = named.map(|(template, FileParameter { parameter, pattern, .. })| {
        let found = files.resolve(&pattern).unwrap_or_default();
        Source { template, parameter, files: found.iter().map(|file| plain(file)).collect() }
    });
    found.collect()
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
