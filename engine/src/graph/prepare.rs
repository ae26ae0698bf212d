//! What can be said of a node on its own: its operator, its parameters, its settings, its external files.

use super::parameters::{MISSING_PARAMETER, Misfit, Subject};
use super::resolve::meant;
use super::settings::{Refused, RunSettings};
use super::signature::{Signature, operator_names, signature};
use super::unroll::Template;
use super::{complaint, patch};
use crate::diagnostic::{Diagnostic, closest};
use crate::manifest::{Kind, Tree};
use crate::operator::{Absence, Configured, ExternalFiles, FileParameter, Missing};

/// A declaration, read as far as it could be.
pub(super) struct Prepared {
    /// The operator; none where there is no such operator.
    pub(super) signature: Option<&'static Signature>,
    /// The operator with its parameters; none where they are faulty.
    pub(super) configured: Option<Configured>,
    pub(super) run: RunSettings,
    /// Whether an external file is missing, so that the operator cannot say what it gives.
    pub(super) lacks_files: bool,
}

/// Reads a declaration and tells everything that is wrong with it.
pub(super) fn prepare(
    template: &Template<'_>,
    document: &Tree,
    files: &ExternalFiles,
    faults: &mut Vec<Diagnostic>,
) -> Prepared {
    let op = &template.node.op;
    let Some(signature) = signature(&op.value) else {
        faults.push(template.noted(unknown_operator(template), document, &["op"]));
        return Prepared { signature: None, configured: None, run: RunSettings::default(), lacks_files: false };
    };
    let run = settings(template, signature, document, faults);
    let configured = configure(template, signature, document, faults);
    let lacking = configured.as_ref().map(|configured| missing_files(configured, files)).unwrap_or_default();
    faults.extend(lacking.iter().map(|(lacking, missing)| missing_file(template, lacking, missing)));
    Prepared { signature: Some(signature), configured, run, lacks_files: !lacking.is_empty() }
}

impl<'m> Template<'m> {
    /// The diagnostic with what a patch replaced, if the value below the node at `path` came from a patch.
    pub(super) fn noted(&self, diagnostic: Diagnostic, document: &Tree, path: &[&str]) -> Diagnostic {
        patch::note(diagnostic, document, self.path.iter().chain(path).copied())
    }

    /// Whether the node has keys that no node has.
    pub(super) fn has_strays(&self, document: &Tree) -> bool {
        let node = document.nearest(self.path.iter().copied());
        let entries = node.as_mapping().map(|mapping| mapping.entries.as_slice()).unwrap_or_default();
        entries.iter().any(|entry| !["op", "inputs", "with", "run"].contains(&entry.key.value.as_str()))
    }
}

fn unknown_operator(template: &Template<'_>) -> Diagnostic {
    let op = &template.node.op;
    let meant = closest(&op.value, operator_names()).map(|close| format!("did you mean `{close}`?\n"));
    let fault = Diagnostic::error("graph::unknown_operator", format!("there is no operator `{}`", op.value));
    let fault = fault.label(op.span, "no such operator");
    fault.help(format!("{}`millrace operators` lists them", meant.unwrap_or_default()))
}

fn configure(
    template: &Template<'_>,
    signature: &Signature,
    document: &Tree,
    faults: &mut Vec<Diagnostic>,
) -> Option<Configured> {
    let with = &template.node.with;
    let misfits = signature.parameters().check(with, Subject::Parameters(signature.name()));
    if !misfits.is_empty() {
        // A key that is misspelt or at the wrong depth has been told, and is what is missing here.
        let strays = template.has_strays(document);
        let told = |misfit: &Misfit| strays && misfit.path.is_empty() && misfit.diagnostic.code == MISSING_PARAMETER;
        faults.extend(misfits.into_iter().filter(|misfit| !told(misfit)).map(|misfit| {
            let path: Vec<&str> = ["with"].into_iter().chain(misfit.path.iter().map(String::as_str)).collect();
            template.noted(misfit.diagnostic, document, &path)
        }));
        return None;
    }
    match (signature.registration.configure)(with.to_value()) {
        Ok(configured) => Some(configured),
        Err(error) => {
            faults.push(refused(template, signature, document, &error));
            None
        }
    }
}

/// A configuration that fits its schema and still cannot be read.
fn refused(
    template: &Template<'_>,
    signature: &Signature,
    document: &Tree,
    error: &serde_path_to_error::Error<serde_yaml::Error>,
) -> Diagnostic {
    let dotted = error.path().to_string();
    let path: Vec<&str> = dotted.split(['.', '[', ']']).filter(|step| !step.is_empty()).collect();
    let span = template.node.with.nearest(path.iter().copied()).span;
    let named = if dotted == "." { "`with`".to_owned() } else { format!("parameter `{dotted}`") };
    let message = format!("{named} of `{}` cannot be read: {}", signature.name(), error.inner());
    let fault = Diagnostic::error("graph::bad_value", message).label(span, "cannot be read");
    let fault = fault.help(format!("`millrace operators {}` shows what it takes", signature.name()));
    let path: Vec<&str> = ["with"].into_iter().chain(path).collect();
    template.noted(fault, document, &path)
}

fn settings(
    template: &Template<'_>,
    signature: &Signature,
    document: &Tree,
    faults: &mut Vec<Diagnostic>,
) -> RunSettings {
    let run = &template.node.run;
    if run.as_mapping().is_some_and(|mapping| mapping.entries.is_empty()) {
        return RunSettings::default();
    }
    match signature.settings().read(run) {
        Ok(settings) => return settings,
        Err(Refused::Misfits(misfits)) => faults.extend(misfits.into_iter().map(|misfit| {
            let path: Vec<&str> = ["run"].into_iter().chain(misfit.path.iter().map(String::as_str)).collect();
            template.noted(misfit.diagnostic, document, &path)
        })),
        Err(Refused::Complaints(complaints)) => {
            let placed = |complaint| complaint::placed(complaint, template, signature, document);
            faults.extend(complaints.into_iter().map(placed));
        }
        Err(Refused::Unreadable(error)) => {
            let fault = Diagnostic::error("graph::bad_value", format!("`run` cannot be read: {error}"));
            let keys = signature.settings().keys();
            faults.push(fault.label(run.span, "cannot be read").help(meant("settings", "", &keys)));
        }
    }
    RunSettings::default()
}

fn missing_files(configured: &Configured, files: &ExternalFiles) -> Vec<(FileParameter, Missing)> {
    let named = configured.operator().files();
    let missing = named.into_iter().map(|file| (files.resolve(&file.pattern).err(), file));
    let needed = missing.filter(|(_, file)| file.absence == Absence::Fault);
    needed.filter_map(|(missing, file)| Some((file, missing?))).collect()
}

fn missing_file(template: &Template<'_>, lacking: &FileParameter, missing: &Missing) -> Diagnostic {
    let place = complaint::parameter(&template.node.with, lacking.parameter.split('.'));
    let span = written(place, &lacking.pattern).unwrap_or(place).span;
    let fault = Diagnostic::warning("operator::missing_file", format!("no file matches `{}`", lacking.pattern));
    let fault = fault.label(span, "nothing is there");
    fault.help(format!("{}; `run` needs the file, `check` and `plan` go on without it", missing.reason))
}

/// The leaf that holds a text.
fn written<'t>(tree: &'t Tree, text: &str) -> Option<&'t Tree> {
    match &tree.kind {
        Kind::Scalar(scalar) => (scalar.text == text).then_some(tree),
        Kind::Sequence(items) => items.iter().find_map(|item| written(item, text)),
        Kind::Mapping(mapping) => mapping.entries.iter().find_map(|entry| written(&entry.value, text)),
    }
}
