//! Models of the hub, where other tools keep them, and from a hub on this machine's own loopback.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::Request;
use axum::http::{Response, StatusCode};
use models::checkpoint::Checkpoint;
use models::hub::{Hub, ModelName};
use serde_json::json;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::fixture::folder;

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

fn name(text: &str) -> ModelName {
    text.parse().unwrap()
}

fn hub(cache: &Path, endpoint: &str) -> Hub {
    Hub { cache: cache.to_owned(), endpoint: endpoint.to_owned(), token: None }
}

/// The files of a checkpoint, as the hub has them.
fn files() -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder("fixtures/checkpoints/qwen2-bf16-shards")).unwrap();
    let file =
        |path: std::path::PathBuf| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap());
    entries.map(|entry| file(entry.unwrap().path())).chain([("README.md".to_owned(), b"# Tiny".to_vec())]).collect()
}

#[test]
fn a_model_is_found_where_other_tools_put_it() {
    let cache = TempDir::new().unwrap();
    let model = cache.path().join("models--tiny--qwen");
    let snapshot = model.join("snapshots").join(COMMIT);
    for part in [&snapshot, &model.join("blobs"), &model.join("refs")] {
        fs::create_dir_all(part).unwrap();
    }
    let hub = hub(cache.path(), "http://127.0.0.1:9");
    let mut files = files();
    files.sort_by_key(|(file, _)| file.ends_with(".safetensors"));
    for (number, (file, bytes)) in files.into_iter().enumerate() {
        assert_eq!(hub.find(&name(&format!("tiny/qwen@{COMMIT}"))), None, "not before all of it is there");
        fs::write(model.join("blobs").join(number.to_string()), bytes).unwrap();
        symlink(format!("../../blobs/{number}"), snapshot.join(file)).unwrap();
    }
    assert_eq!(hub.find(&name("tiny/qwen")), None, "nothing says what `main` is");
    fs::write(model.join("refs/main"), COMMIT).unwrap();
    for revision in ["tiny/qwen", &format!("tiny/qwen@{COMMIT}")] {
        let found = hub.find(&name(revision)).unwrap();
        assert_eq!(Checkpoint::open(&found).unwrap().folder(), snapshot);
    }
    assert_eq!(hub.find(&name("tiny/other")), None);
}

/// A hub with one model, until it is dropped.
struct Loopback {
    endpoint: String,
    asked: Arc<AtomicUsize>,
    _runtime: Runtime,
}

impl Loopback {
    fn start(files: Vec<(String, Vec<u8>)>) -> Self {
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&asked);
        let files = Arc::new(files);
        let router = Router::new().fallback(move |request: Request| {
            let files = Arc::clone(&files);
            counted.fetch_add(1, Ordering::Relaxed);
            async move { answer(&request, &files) }
        });
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { endpoint, asked, _runtime: runtime }
    }
}

fn answer(request: &Request, files: &[(String, Vec<u8>)]) -> Response<axum::body::Body> {
    let path = request.uri().path();
    let answer = Response::builder();
    if path == "/api/models/tiny/qwen/revision/main" {
        let siblings: Vec<_> = files.iter().map(|(name, _)| json!({"rfilename": name})).collect();
        return answer.body(json!({"sha": COMMIT, "siblings": siblings}).to_string().into()).unwrap();
    }
    let file = path.strip_prefix(&format!("/tiny/qwen/resolve/{COMMIT}/"));
    let Some((name, bytes)) = file.and_then(|wanted| files.iter().find(|(name, _)| name == wanted)) else {
        return answer.status(StatusCode::NOT_FOUND).body("no such model".into()).unwrap();
    };
    let range = request.headers()["range"].to_str().unwrap().strip_prefix("bytes=").unwrap();
    let (first, last) = range.split_once('-').unwrap();
    let first: usize = first.parse().unwrap();
    let end = last.parse().map_or(bytes.len(), |last: usize| bytes.len().min(last + 1));
    let part = answer.status(StatusCode::PARTIAL_CONTENT).header("etag", format!("\"etag-of-{name}\""));
    let part = part.header("x-repo-commit", COMMIT);
    let part = part.header("content-range", format!("bytes {first}-{}/{}", end.max(1) - 1, bytes.len()));
    part.body(bytes[first..end].to_vec().into()).unwrap()
}

#[test]
fn a_model_is_fetched_once_and_found_from_then_on() {
    let (cache, served) = (TempDir::new().unwrap(), Loopback::start(files()));
    let hub = hub(cache.path(), &served.endpoint);
    let fetched = hub.fetch(&name("tiny/qwen")).unwrap();
    assert_eq!(hub.find(&name("tiny/qwen")), Some(fetched.clone()));
    assert!(!fetched.join("README.md").exists());
    for (file, bytes) in files().into_iter().filter(|(file, _)| file != "README.md") {
        assert_eq!(fs::read(fetched.join(&file)).unwrap(), bytes, "{file}");
    }
    let asked = served.asked.load(Ordering::Relaxed);
    hub.fetch(&name("tiny/qwen")).unwrap();
    assert_eq!(served.asked.load(Ordering::Relaxed), asked + 1, "only whether it is still that commit");
}

#[test]
fn why_a_model_is_not_to_be_had_is_told() {
    let cache = TempDir::new().unwrap();
    let served = Loopback::start(vec![("config.json".to_owned(), b"{}".to_vec())]);
    let fault = |endpoint: &str, model: &str| hub(cache.path(), endpoint).fetch(&name(model)).unwrap_err().to_string();
    let weights = fault(&served.endpoint, "tiny/qwen");
    assert!(weights.starts_with("tiny/qwen has no weights as safetensors"), "{weights}");
    let unknown = fault(&served.endpoint, "tiny/other");
    assert!(unknown.starts_with(&format!("failed to fetch tiny/other from {}: ", served.endpoint)), "{unknown}");
    assert!(unknown.contains("404"), "{unknown}");
    // Port 9 discards, and nobody listens there.
    let nobody = fault("http://127.0.0.1:9", "tiny/qwen");
    assert!(nobody.contains("where there is no network, copy a cache that has it to "), "{nobody}");
    assert!(!cache.path().join("models--tiny--qwen/refs/main").exists());
}
