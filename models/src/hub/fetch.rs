//! A model from the hub to this machine. Owns which of its files are fetched, and that a revision's name stands for a commit
//! only when that is there as a whole.

use std::fs;
use std::io;
use std::path::PathBuf;

use hf_hub::api::sync::{ApiBuilder, ApiError, ApiRepo};
use hf_hub::{Cache, Repo, RepoType};

use super::{Hub, HubError, ModelName};

/// What models are read from; all else, such as the same weights in other formats, stays where it is.
const ENDINGS: [&str; 4] = [".json", ".jinja", ".safetensors", ".model"];

/// Further files without an ending of their own.
const NAMES: [&str; 3] = ["merges.txt", "LICENSE", "LICENSE.txt"];

/// How often a download that breaks off is gone on with.
const RETRIES: usize = 5;

impl Hub {
    /// Fetches a model, as much of it as is not there; gives its folder.
    pub fn fetch(&self, name: &ModelName) -> Result<PathBuf, HubError> {
        let fault = |reason: String| HubError::Fetch {
            name: name.to_string(),
            endpoint: self.endpoint.clone(),
            reason,
            cache: self.cache.clone(),
        };
        let (commit, files) = self.listed(name).map_err(|error| fault(error.to_string()))?;
        if !files.iter().any(|file| file.ends_with(".safetensors")) {
            return Err(HubError::Weights(name.to_string()));
        }
        // By commit, so that all files are of one state however long it takes.
        let state = self.repository(name, &commit).map_err(|error| fault(error.to_string()))?;
        for file in &files {
            state.get(file).map_err(|error| fault(format!("{file}: {error}")))?;
        }
        self.name(name, &commit).map_err(|error| fault(error.to_string()))?;
        self.find(name).ok_or_else(|| fault("what came is no whole checkpoint".to_owned()))
    }

    /// The commit that a revision stands for, and its files that are needed.
    fn listed(&self, name: &ModelName) -> Result<(String, Vec<String>), ApiError> {
        let info = self.repository(name, &name.revision)?.info()?;
        let names = info.siblings.into_iter().map(|file| file.rfilename);
        Ok((info.sha, names.filter(|name| is_wanted(name)).collect()))
    }

    fn repository(&self, name: &ModelName, revision: &str) -> Result<ApiRepo, ApiError> {
        let api = ApiBuilder::from_cache(Cache::new(self.cache.clone()))
            .with_endpoint(self.endpoint.clone())
            .with_token(self.token.clone())
            .with_progress(false)
            .with_retries(RETRIES)
            .build()?;
        Ok(api.repo(Repo::with_revision(name.repository.clone(), RepoType::Model, revision.to_owned())))
    }

    /// Notes which commit a revision stands for.
    fn name(&self, name: &ModelName, commit: &str) -> io::Result<()> {
        let path = self.model(name).join("refs").join(&name.revision);
        fs::create_dir_all(path.parent().unwrap_or(&path))?;
        fs::write(path, commit)
    }
}

/// Only files of the folder itself: a name is a path on this machine.
fn is_wanted(name: &str) -> bool {
    let plain = !name.starts_with('.') && !name.contains(['/', '\\']);
    plain && (NAMES.contains(&name) || ENDINGS.iter().any(|ending| name.ends_with(ending)))
}

#[cfg(test)]
mod tests {
    use super::is_wanted;

    #[test]
    fn what_a_checkpoint_is_read_from_is_fetched_and_nothing_else() {
        let fetched = ["config.json", "model-00001-of-00002.safetensors", "chat_template.jinja", "merges.txt"];
        let left =
            [".gitattributes", "README.md", "pytorch_model.bin", "onnx/config.json", "../config.json", ".x.json"];
        assert!(fetched.into_iter().all(is_wanted) && !left.into_iter().any(is_wanted));
    }
}
