//! Runs the cases in `tests/cases/operators`: an operator, its configuration and inputs, and what must come out.
//!
//! A case compares the columns that it names and no others; the number and order of rows always count.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::json::ReaderBuilder;
use arrow::json::reader::infer_json_schema_from_iterator;
use engine::operator::{Complaint, Place, find, materialise};
use engine::row::{Cell, Plain};
use engine::testing::{Given, Harness, Outcome, Refusal};
use operators as _;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use sandbox::process::{Installation, Kernel};
use sandbox::snapshot::{Interpreter, PrepareError, Store};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// The operator.
    op: String,
    #[serde(default)]
    with: serde_yaml::Mapping,
    #[serde(default)]
    seed: u64,
    /// Files beside the manifest.
    #[serde(default)]
    files: BTreeMap<String, Content>,
    #[serde(default)]
    inputs: BTreeMap<String, Input>,
    /// Rows by port.
    #[serde(default)]
    expect: BTreeMap<String, Vec<Value>>,
    /// What artifacts are called, by port.
    #[serde(default)]
    expect_artifacts: BTreeMap<String, String>,
    /// Columns by port, as `name: type`, in order.
    #[serde(default)]
    expect_columns: BTreeMap<String, Vec<String>>,
    /// A part of each warning.
    #[serde(default)]
    expect_warnings: Vec<String>,
    /// Rows without a result: a part of the reason, by id.
    #[serde(default)]
    expect_failed: BTreeMap<String, String>,
    /// Files beside the manifest when the run has ended.
    #[serde(default)]
    expect_files: BTreeMap<String, Content>,
    #[serde(default)]
    expect_fault: Option<ExpectedFault>,
}

/// Rows, or the artifact that another operator makes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    /// The row type; none for rows without one.
    #[serde(default)]
    rows: Option<String>,
    #[serde(default)]
    data: Vec<Value>,
    /// The operator that makes the artifact, its configuration and its own inputs.
    #[serde(default)]
    op: Option<String>,
    #[serde(default)]
    with: serde_yaml::Mapping,
    #[serde(default)]
    inputs: BTreeMap<String, Input>,
}

/// What a file holds: one of these.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    /// This text.
    text: Option<String>,
    /// These texts among others; only for files that are expected.
    contains: Option<Vec<String>>,
    /// These rows, as Parquet.
    parquet: Option<Vec<Value>>,
    /// What a file in `tests/fixtures` holds.
    fixture: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedFault {
    /// The complaint's code; none where the operator fails when it runs.
    code: Option<String>,
    /// A part of the message.
    message: String,
    /// A part of the help.
    help: Option<String>,
    /// The parameter, its path joined by dots, or the input port.
    at: Option<String>,
    /// The part of the parameter's text.
    within: Option<String>,
}

#[test]
fn cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/operators");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() > 50, "only {} cases were found", paths.len());
    let with_python = python_is_here();
    paths.retain(|path| with_python || !needs_python(path));
    let with_processes = processes_are_here();
    paths.retain(|path| with_processes || !path.to_string_lossy().contains(".process"));
    let failures: Vec<String> = paths.iter().filter_map(|path| run(path).err()).collect();
    assert!(failures.is_empty(), "{} of {} cases fail\n\n{}", failures.len(), paths.len(), failures.join("\n\n"));
}

fn needs_python(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let running = [
        "generate.converse",
        "score.data_value",
        "score.static",
        "search.tree",
        "synthesize.conversation_rules",
        "synthesize.tests",
        "train.grpo",
        "transform.python",
        "verify.",
    ];
    running.iter().any(|operator| name.starts_with(operator))
}

/// Makes the interpreter that programs run in, or says why their cases are left out.
pub(crate) fn python_is_here() -> bool {
    let store = Store::of_machine(&machine_folder().unwrap()).unwrap();
    match Interpreter::prepare(&store, None, &mut |_| ()) {
        Ok(_) => true,
        Err(PrepareError::Fetch(error)) => {
            // Past the test harness, which keeps what a passing test prints to itself.
            let said = format!("SKIPPED: the cases that run Python: {error}\n");
            std::io::stderr().write_all(said.as_bytes()).unwrap();
            false
        }
        Err(error) => panic!("{error}"),
    }
}

/// Whether native processes can have walls here, or says why their cases are left out.
pub(crate) fn processes_are_here() -> bool {
    let refusal = Kernel::of_this_machine().check().and_then(|()| Installation::survey(None).map(drop)).err();
    if let Some(refusal) = &refusal {
        // Past the test harness, which keeps what a passing test prints to itself.
        let said = format!("SKIPPED: the cases of native processes: {refusal}\n");
        std::io::stderr().write_all(said.as_bytes()).unwrap();
    }
    refusal.is_none()
}

/// Kept between runs of the tests: what lies there is costly to make.
pub(crate) fn machine_folder() -> Option<PathBuf> {
    Some(PathBuf::from(env!("CARGO_TARGET_TMPDIR")))
}

fn run(path: &Path) -> Result<(), String> {
    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
    let failed = |reason: String| format!("{name}: {reason}");
    let case: Case =
        serde_yaml::from_str(&fs::read_to_string(path).unwrap()).map_err(|error| failed(error.to_string()))?;
    if name != case.op && !name.starts_with(&format!("{}.", case.op)) {
        return Err(failed(format!("the file should be called {}.SOMETHING.yaml", case.op)));
    }
    let folder = tempfile::tempdir().unwrap();
    let harness = Harness {
        root: folder.path().join("root"),
        scratch: folder.path().join("scratch"),
        machine_folder: machine_folder(),
        seed: case.seed,
    };
    fs::create_dir_all(&harness.root).unwrap();
    case.files.iter().for_each(|(name, content)| write(&harness.root.join(name), content));
    let given = all_given(&case.inputs, &harness).map_err(|refusal| failed(format!("an input: {refusal}")))?;
    let result = harness.run(&case.op, serde_yaml::Value::Mapping(case.with.clone()), &given);
    match (&case.expect_fault, result) {
        (None, Ok(outcome)) => {
            export(&case, &harness, &outcome)?;
            compare(&case, &harness, &outcome).map_err(failed)
        }
        (None, Err(refusal)) => Err(failed(format!("refused: {refusal}"))),
        (Some(_), Ok(outcome)) => Err(failed(format!("no fault, but {:?}", outcome.rows))),
        (Some(expected), Err(refusal)) => refused(expected, &refusal, &case.with).map_err(failed),
    }
}

fn all_given(inputs: &BTreeMap<String, Input>, harness: &Harness) -> Result<BTreeMap<String, Given>, Refusal> {
    inputs.iter().map(|(port, input)| Ok((port.clone(), given(input, harness)?))).collect()
}

fn given(input: &Input, harness: &Harness) -> Result<Given, Refusal> {
    let Some(operator) = &input.op else { return Ok(Given::Rows(input.rows.clone(), input.data.clone())) };
    let given = all_given(&input.inputs, harness)?;
    harness.artifact(operator, serde_yaml::Value::Mapping(input.with.clone()), &given)
}

fn compare(case: &Case, harness: &Harness, outcome: &Outcome) -> Result<(), String> {
    for (port, wanted) in &case.expect {
        let found = outcome.rows.get(port).ok_or_else(|| format!("no port `{port}`"))?;
        let fits = found.len() == wanted.len() && wanted.iter().zip(found).all(|(wanted, found)| agrees(wanted, found));
        if !fits {
            let rows = |rows: &[Value]| rows.iter().map(|row| format!("    {row}\n")).collect::<String>();
            return Err(format!("`{port}`\n  wanted\n{}  found\n{}", rows(wanted), rows(found)));
        }
    }
    for (port, wanted) in &case.expect_columns {
        let given = outcome.types.get(port).and_then(Option::as_ref).and_then(|given| given.schema());
        let given = given.ok_or_else(|| format!("no rows on `{port}`"))?;
        let column = |field: &Arc<arrow::datatypes::Field>| {
            let null = if field.is_nullable() { "?" } else { "" };
            format!("{}: {}{null}", field.name(), field.data_type())
        };
        let found: Vec<String> = given.fields().iter().map(column).collect();
        if found != *wanted {
            return Err(format!("columns of `{port}`\n  wanted {wanted:?}\n  found  {found:?}"));
        }
    }
    for (port, wanted) in &case.expect_artifacts {
        let found = outcome.types.get(port).and_then(Option::as_ref).map(ToString::to_string);
        if found.as_ref() != Some(wanted) || !outcome.artifacts.contains_key(port) {
            return Err(format!("`{port}` is {found:?}, not {wanted}"));
        }
    }
    let failed: BTreeMap<_, _> = outcome.failed.iter().cloned().collect();
    let failures_fit = failed.len() == case.expect_failed.len()
        && case.expect_failed.iter().all(|(id, part)| failed.get(id).is_some_and(|reason| reason.contains(part)));
    if !failures_fit {
        return Err(format!("rows without a result: {failed:?}"));
    }
    let warnings_fit = outcome.warnings.len() == case.expect_warnings.len()
        && case.expect_warnings.iter().zip(&outcome.warnings).all(|(part, warning)| warning.contains(part));
    if !warnings_fit {
        return Err(format!("warnings: {:?}", outcome.warnings));
    }
    case.expect_files.iter().try_for_each(|(name, wanted)| holds(&harness.root.join(name), wanted))
}

/// Whether `found` has everything that `wanted` names.
fn agrees(wanted: &Value, found: &Value) -> bool {
    match (wanted, found) {
        (Value::Object(wanted), Value::Object(found)) => {
            wanted.iter().all(|(name, wanted)| found.get(name).is_some_and(|found| agrees(wanted, found)))
        }
        (Value::Array(wanted), Value::Array(found)) => {
            wanted.len() == found.len() && wanted.iter().zip(found).all(|(wanted, found)| agrees(wanted, found))
        }
        _ => wanted == found,
    }
}

fn export(case: &Case, harness: &Harness, outcome: &Outcome) -> Result<(), String> {
    let configured = (find(&case.op).unwrap().configure)(serde_yaml::Value::Mapping(case.with.clone())).unwrap();
    let Some(destination) = configured.operator().destination() else { return Ok(()) };
    let artifact = outcome.artifacts.values().next().ok_or("an export without an artifact")?;
    materialise(artifact, &harness.root, &destination).map(drop).map_err(|error| error.to_string())
}

fn refused(expected: &ExpectedFault, refusal: &Refusal, with: &serde_yaml::Mapping) -> Result<(), String> {
    let found = match refusal {
        Refusal::Complaints(complaints) => complaints.iter().any(|complaint| complained(expected, complaint, with)),
        other => expected.code.is_none() && other.to_string().contains(&expected.message),
    };
    if found { Ok(()) } else { Err(format!("another fault: {refusal:?}")) }
}

fn complained(expected: &ExpectedFault, complaint: &Complaint, with: &serde_yaml::Mapping) -> bool {
    let help = complaint.help.as_deref().unwrap_or_default();
    let (at, within) = match &complaint.place {
        Place::Input(name) | Place::Setting(name) => (name.clone(), None),
        Place::Operator => (String::new(), None),
        Place::Parameter { path, within } => {
            let text = path.first().and_then(|name| with.get(name.as_str())).and_then(|value| value.as_str());
            (path.join("."), within.clone().zip(text).map(|(range, text)| text[range].to_owned()))
        }
    };
    expected.code.as_deref() == Some(complaint.code)
        && complaint.message.contains(&expected.message)
        && expected.help.as_ref().is_none_or(|part| help.contains(part))
        && expected.at.as_ref().is_none_or(|wanted| *wanted == at)
        && expected.within.as_ref().is_none_or(|wanted| Some(wanted) == within.as_ref())
}

fn write(path: &Path, content: &Content) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    if let Some(text) = &content.text {
        return fs::write(path, text).unwrap();
    }
    if let Some(fixture) = &content.fixture {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
        fs::copy(fixtures.join(fixture), path).unwrap();
        return;
    }
    let rows = content.parquet.as_ref().expect("a file is given as `text` or as `parquet`");
    let schema = infer_json_schema_from_iterator(rows.iter().map(Ok)).unwrap();
    let mut decoder = ReaderBuilder::new(Arc::new(schema)).build_decoder().unwrap();
    decoder.serialize(rows).unwrap();
    let batch: RecordBatch = decoder.flush().unwrap().unwrap();
    let mut writer = ArrowWriter::try_new(File::create(path).unwrap(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

fn holds(path: &Path, wanted: &Content) -> Result<(), String> {
    let missing = |error: std::io::Error| format!("{}: {error}", path.display());
    if let Some(wanted) = &wanted.parquet {
        let found = read_parquet(File::open(path).map_err(missing)?);
        let fits = agrees(&Value::Array(wanted.clone()), &found);
        return if fits { Ok(()) } else { Err(format!("{} holds {found}", path.display())) };
    }
    let found = fs::read_to_string(path).map_err(missing)?;
    if wanted.text.as_ref().is_some_and(|wanted| found != *wanted) {
        return Err(format!("{} holds\n{found}", path.display()));
    }
    let lacks = wanted.contains.iter().flatten().find(|part| !found.contains(part.as_str()));
    lacks.map_or(Ok(()), |part| Err(format!("{} lacks\n{part}\nin\n{found}", path.display())))
}

/// The rows of a Parquet file.
pub(crate) fn read_parquet(file: File) -> Value {
    let mut rows = Vec::new();
    for batch in ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap() {
        let batch = batch.unwrap();
        let schema = batch.schema();
        rows.extend((0..batch.num_rows()).map(|row| {
            let cell = |place: usize| serde_json::to_value(Plain(&Cell::of(batch.column(place), row))).unwrap();
            let fields = schema.fields().iter().enumerate();
            Value::Object(fields.map(|(place, field)| (field.name().clone(), cell(place))).collect())
        }));
    }
    Value::Array(rows)
}
